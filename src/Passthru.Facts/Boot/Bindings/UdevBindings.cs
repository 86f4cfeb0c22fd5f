using System.Collections.Immutable;
using System.Globalization;
using System.Text.RegularExpressions;
using Passthru.Facts.Boot.Modprobe;
using Passthru.Facts.Pci;
using Passthru.Facts.Reading;
using Passthru.Facts.Values;

namespace Passthru.Facts.Boot.Bindings;

/// <summary>
/// Rules of udev that give devices to VFIO: <c>KERNEL=="0000:01:00.[01]", ATTR{driver_override}="vfio-pci"</c> (udev(7)). One with a
/// condition that is not understood here says nothing, since it might not apply.
/// </summary>
internal static partial class UdevBindings
{
    private const string LoadsModules = "80-drivers.rules";
    private const int MaxFiles = 1024;
    private const int LargestFile = 256 * 1024;

    /// <summary>The administrator's directories; what packages ship names no device of this host.</summary>
    private static readonly string[] Directories = ["etc/udev/rules.d", "run/udev/rules.d", "usr/local/lib/udev/rules.d"];

    /// <summary>Conditions that every PCI device fulfils when it appears.</summary>
    private static readonly (string Key, string[] Values)[] Fulfilled =
        [("ACTION", ["add", "*", "add|change", "bind"]), ("SUBSYSTEM", ["pci"]), ("SUBSYSTEMS", ["pci"]), ("DEVPATH", ["*"])];

    public static EquatableArray<DeviceBinding> Read(HostReader files)
    {
        var paths = Directories.Where(files.IsThere).SelectMany(directory => files.Names(directory) ?? [], (directory, name) => (Path: $"{directory}/{name}", Name: name))
            .Where(file => file.Name.EndsWith(".rules", StringComparison.Ordinal))
            .DistinctBy(file => file.Name)
            .Take(MaxFiles);
        return [.. paths.SelectMany(file => Parse(file.Path, files.LongText(file.Path, LargestFile) ?? ""))];
    }

    internal static IEnumerable<DeviceBinding> Parse(string path, string text)
    {
        foreach (var (number, line) in Rules(text))
        {
            if (IsAboutVfio(line) && Parse(line, new ConfigLine(path, number)) is { } binding)
            {
                yield return binding;
            }
        }
    }

    /// <summary>The rules of a text that may bind something to VFIO, each in one line.</summary>
    internal static string Kept(string text) => string.Concat(Rules(text).Where(rule => IsAboutVfio(rule.Text)).Select(rule => rule.Text + "\n"));

    private static IEnumerable<(int Number, string Text)> Rules(string text) => ModprobeText.LogicalLines(text.Replace("\\\n", " \\\n", StringComparison.Ordinal));

    private static bool IsAboutVfio(string rule) => !rule.TrimStart().StartsWith('#') && rule.Contains("driver_override", StringComparison.Ordinal);

    private static DeviceBinding? Parse(string line, ConfigLine at)
    {
        var binding = new DeviceBinding(BindingSource.Udev, at);
        BindingReach? reach = null;
        PciMatch id = new(null, null);
        foreach (Match token in Token().Matches(line))
        {
            var (key, sign, value) = (token.Groups["key"].Value, token.Groups["sign"].Value, token.Groups["value"].Value);
            if (sign is "=" or ":=" or "+=")
            {
                reach ??= ReachOf(key, value, at.File);
            }
            else if (sign != "==" || !TryAdd(key, value, ref binding, ref id))
            {
                return null;
            }
        }

        var namesId = id.Vendor is not null || id.Device is not null;
        return reach is { } known && (binding.AddressPattern is not null || namesId) ? binding with { Id = namesId ? id : null, Reach = known } : null;
    }

    /// <summary>
    /// An attribute is written while the rules are read, before udev loads a module for the device; commands run in the order of their
    /// rules, and the command that loads modules stands in 80-drivers.rules. Null: nothing is given to VFIO.
    /// </summary>
    private static BindingReach? ReachOf(string key, string value, string file)
    {
        if (key == "ATTR{driver_override}")
        {
            return PciDriver.IsVfioName(value) ? BindingReach.FromLaterDrivers : null;
        }

        var gives = key.StartsWith("RUN", StringComparison.Ordinal)
            && value.Contains("driver_override", StringComparison.Ordinal) && value.Contains("vfio-pci", StringComparison.Ordinal);
        return !gives ? null
            : value.Contains("unbind", StringComparison.Ordinal) ? BindingReach.FromAnyDriver
            : string.CompareOrdinal(file[(file.LastIndexOf('/') + 1)..], LoadsModules) < 0 ? BindingReach.FromLaterDrivers
            : BindingReach.FromNone;
    }

    private static bool TryAdd(string key, string value, ref DeviceBinding binding, ref PciMatch id)
    {
        switch (key)
        {
            case "KERNEL" or "KERNELS" or "ENV{PCI_SLOT_NAME}":
                binding = binding with { AddressPattern = value };
                return true;
            case "ATTR{vendor}" or "ATTRS{vendor}" or "ATTR{device}" or "ATTRS{device}" or "ATTR{subsystem_vendor}" or "ATTR{subsystem_device}"
                when Hex(value, out var number):
                id = key[(key.IndexOf('{') + 1)..^1] switch
                {
                    "vendor" => id with { Vendor = number },
                    "device" => id with { Device = number },
                    "subsystem_vendor" => id with { Subvendor = number },
                    _ => id with { Subdevice = number },
                };
                return true;
            case "ENV{PCI_ID}":
                return PciMatch.TryParse(value, out id);
            default:
                return Fulfilled.Any(row => row.Key == key && row.Values.Contains(value));
        }
    }

    private static bool Hex(string value, out uint number) =>
        uint.TryParse(value.StartsWith("0x", StringComparison.OrdinalIgnoreCase) ? value.AsSpan(2) : value, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out number);

    [GeneratedRegex("""(?<![A-Z])(?<key>[A-Z]+(?:\{[^{}]*\})?)\s*(?<sign>==|!=|\+=|-=|:=|=)\s*e?"(?<value>[^"]*)"\s*""")]
    private static partial Regex Token();
}
