using Passthru.Facts.Pci;

namespace Passthru.Facts.HostDependencies.Chains;

/// <summary>Real paths of devices in sysfs: <c>sys/devices/pci0000:00/0000:00:17.0/ata1/host0/…/block/sda</c>.</summary>
internal static class DevicePath
{
    /// <summary>The function that a device hangs on: the last address in its path.</summary>
    public static PciAddress? FunctionOn(string path)
    {
        PciAddress? nearest = null;
        foreach (var part in path.Split('/'))
        {
            if (PciAddress.TryParse(part, out var address))
            {
                nearest = address;
            }
        }

        return nearest;
    }

    /// <summary>Made by software; below it there is no hardware, at most other devices.</summary>
    public static bool IsVirtual(string path) => path.StartsWith("sys/devices/virtual/", StringComparison.Ordinal);

    public static string NameOf(string path) => path[(path.LastIndexOf('/') + 1)..];

    public static string ParentOf(string path) => path[..Math.Max(0, path.LastIndexOf('/'))];

    /// <summary>A text that can be one name in a directory: nothing that leads elsewhere.</summary>
    public static bool IsName(string text) => text.Length is > 0 and <= 255 && text is not ("." or "..") && !text.AsSpan().ContainsAny('/', '\0');
}
