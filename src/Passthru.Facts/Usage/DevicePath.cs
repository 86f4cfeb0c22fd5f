using Passthru.Facts.Pci;

namespace Passthru.Facts.Usage;

/// <summary>Real paths of devices in sysfs: <c>sys/devices/pci0000:00/0000:00:17.0/ata1/host0/…/block/sda</c>.</summary>
internal static class DevicePath
{
    /// <summary>Where a link leads, read at <paramref name="link"/> as <paramref name="target"/>; relative to the root, without any dots.</summary>
    public static string Resolve(string link, string target)
    {
        var kept = new List<string>();
        var from = target.StartsWith('/') ? target : $"{ParentOf(link)}/{target}";
        foreach (var part in from.Split('/'))
        {
            if (part == "..")
            {
                kept.RemoveRange(Math.Max(0, kept.Count - 1), Math.Min(1, kept.Count));
            }
            else if (part is not ("" or "."))
            {
                kept.Add(part);
            }
        }

        return string.Join('/', kept);
    }

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
