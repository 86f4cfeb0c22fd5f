using System.Collections.Immutable;
using Passthru.Facts.Boot.Modprobe;
using Passthru.Facts.Pci;
using Passthru.Facts.Reading;
using Passthru.Facts.Values;

namespace Passthru.Facts.Boot.Bindings;

/// <summary>
/// What Unraid binds to vfio-pci at boot. Source: <c>/boot/config/vfio-pci.cfg</c>, which its page System Devices writes:
/// <c>BIND=0000:01:00.0|10de:2204 0000:01:00.1|10de:1aef</c>, in older versions without the ids or the domain.
/// </summary>
internal static class UnraidBindings
{
    private const string File = "boot/config/vfio-pci.cfg";
    private const string Key = "BIND=";

    public static EquatableArray<DeviceBinding> Read(HostReader files)
    {
        var bindings = ImmutableArray.CreateBuilder<DeviceBinding>();
        foreach (var (index, line) in (files.IsThere(File) ? files.Text(File) ?? "" : "").Split('\n').Index())
        {
            if (line.TrimStart().StartsWith(Key, StringComparison.Ordinal))
            {
                var entries = line.TrimStart()[Key.Length..].Trim(' ', '"', '\r').Split(' ', StringSplitOptions.RemoveEmptyEntries);
                bindings.AddRange(entries.Select(entry => Parse(entry, new ConfigLine(File, index + 1))).OfType<DeviceBinding>());
            }
        }

        return bindings.DrainToImmutable();
    }

    private static DeviceBinding? Parse(string entry, ConfigLine at)
    {
        var parts = entry.Split('|');
        return PciSelector.TryParse(parts[0], out var address) && !address.WholeSlot
            ? new DeviceBinding(BindingSource.Unraid, at) { Address = address, Id = parts.Length > 1 && PciMatch.TryParse(parts[1], out var id) ? id : null }
            : null;
    }
}
