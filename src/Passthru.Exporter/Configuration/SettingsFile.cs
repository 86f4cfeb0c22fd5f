using System.Collections.Immutable;
using System.Globalization;
using Passthru.Exporter.Text;
using Passthru.Facts.Boot.Modprobe;
using Passthru.Facts.Pci;
using Passthru.Findings.Ownership;
using Passthru.Findings.Values;
using YamlDotNet.RepresentationModel;

namespace Passthru.Exporter.Configuration;

/// <summary>
/// Understands the configuration file: YAML, a handful of keys, and nothing else. What is not known is refused by line and
/// column, for an expectation that is silently dropped is a page that never comes.
/// </summary>
internal sealed class SettingsFile
{
    private readonly string _file;
    private readonly YamlFile _yaml;

    private readonly DateOnly? _earliest;

    private SettingsFile(string text, string file, DateOnly? earliest)
    {
        _file = file;
        _earliest = earliest;
        _yaml = YamlFile.Parse(text, file);
    }

    /// <param name="text">What stands in it.</param>
    /// <param name="file">Its name, for messages.</param>
    /// <param name="earliest">The first day until which a finding may be accepted; null: any day, one that has passed has just run out.</param>
    /// <exception cref="SettingsException">It is not such a file.</exception>
    public static Settings Parse(string text, string file, DateOnly? earliest = null)
    {
        var settings = new SettingsFile(text, file, earliest);
        return settings._yaml.Root is { } root ? settings.Read(root) : Settings.None;
    }

    private Settings Read(YamlNode root)
    {
        var keys = _yaml.Keys(root, "devices", "holders", "units", "flags", "accept");
        return new Settings
        {
            ConfiguredExpectations = new ConfiguredExpectations
            {
                Devices = keys.TryGetValue("devices", out var devices) ? [.. _yaml.List(devices).Select(ReadDevice)] : [],
                Holders = keys.TryGetValue("holders", out var holders) ? _yaml.Texts(holders) : [],
                Acceptances = keys.TryGetValue("accept", out var accept) ? [.. _yaml.List(accept).Select(ReadAcceptance)] : [],
            },
            Units = keys.TryGetValue("units", out var units) ? _yaml.Texts(units) : [],
            Flags = keys.TryGetValue("flags", out var flags) ? ReadFlags(flags) : Settings.None.Flags,
        };
    }

    private ConfiguredDevice ReadDevice(YamlNode node)
    {
        var keys = _yaml.Keys(node, "address", "id", "slot", "vm");
        if (keys.Keys.Count(key => key != "vm") != 1)
        {
            throw _yaml.Refuse(node, "a device is named by one of address, id and slot");
        }

        return new ConfiguredDevice(new ConfigLine(_file, (int)node.Start.Line))
        {
            Address = keys.TryGetValue("address", out var address) ? ReadAddress(address) : null,
            Id = keys.TryGetValue("id", out var id) ? ReadId(id) : null,
            Slot = keys.TryGetValue("slot", out var slot) ? _yaml.Text(slot) : null,
            Vm = keys.TryGetValue("vm", out var vm) ? _yaml.Text(vm) : null,
        };
    }

    private Acceptance ReadAcceptance(YamlNode node)
    {
        var keys = _yaml.Keys(node, "alert", "device", "slot", "vm", "until", "reason");
        if (keys.Keys.Count(key => key is "device" or "slot" or "vm") > 1)
        {
            throw _yaml.Refuse(node, "a finding is accepted for one of device, slot and vm, or for the host");
        }

        return new Acceptance(new ConfigLine(_file, (int)node.Start.Line), ReadAlert(Required(node, keys, "alert")), ReadDate(Required(node, keys, "until")), _yaml.Text(Required(node, keys, "reason")))
        {
            Address = keys.TryGetValue("device", out var device) ? ReadAddress(device) : null,
            Slot = keys.TryGetValue("slot", out var slot) ? _yaml.Text(slot) : null,
            Vm = keys.TryGetValue("vm", out var vm) ? _yaml.Text(vm) : null,
        };
    }

    private YamlNode Required(YamlNode node, Dictionary<string, YamlNode> keys, string key) =>
        keys.TryGetValue(key, out var value) ? value : throw _yaml.Refuse(node, $"an accepted finding needs {key}");

    private string ReadAlert(YamlNode node)
    {
        var name = _yaml.Text(node);
        return AcceptableAlerts.Names.Contains(name) ? name
            : throw _yaml.Refuse(node, $"no alert {name} that can be accepted{(DidYouMean.Nearest(name, AcceptableAlerts.Names) is { } nearest ? $", did you mean {nearest}?" : "")}");
    }

    /// <summary>A day that has passed is an error for whoever writes the file, not for a host that starts with it: see <see cref="Parse(string, string, DateOnly?)"/>.</summary>
    private DateOnly ReadDate(YamlNode node) =>
        !DateOnly.TryParseExact(_yaml.Text(node), "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day) ? throw _yaml.Refuse(node, $"'{_yaml.Text(node)}' is no date (2027-03-31)")
        : day < _earliest ? throw _yaml.Refuse(node, $"the date {_yaml.Text(node)} has passed")
        : day;

    private PciSelector ReadAddress(YamlNode node) =>
        PciSelector.TryParse(_yaml.Text(node).ToLowerInvariant(), out var address)
            ? address
            : throw _yaml.Refuse(node, $"'{_yaml.Text(node)}' is no PCI address (0000:01:00.0, or 0000:01:00 for every function)");

    private PciMatch ReadId(YamlNode node)
    {
        var parts = _yaml.Text(node).Split(':');
        var fields = parts.Select(part => part.Length is > 0 and <= 4 && ushort.TryParse(part, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var id) ? id : -1).ToList();
        return (fields, fields.Contains(-1)) switch
        {
            ([var vendor, var device], false) => new PciMatch((uint)vendor, (uint)device),
            ([var vendor, var device, var subvendor, var subdevice], false) => new PciMatch((uint)vendor, (uint)device, (uint)subvendor, (uint)subdevice),
            _ => throw _yaml.Refuse(node, $"'{_yaml.Text(node)}' is no vendor:device or vendor:device:subvendor:subdevice in hexadecimal"),
        };
    }

    private ImmutableDictionary<string, ImmutableArray<string>> ReadFlags(YamlNode node) =>
        _yaml.Keys(node, [.. Flags.InFile])
            .ToImmutableDictionary(flag => flag.Key, flag => flag.Value is YamlSequenceNode ? _yaml.Texts(flag.Value) : [_yaml.Text(flag.Value)]);
}
