using System.Collections.Immutable;
using System.Globalization;
using Passthru.Exporter.Commands;
using Passthru.Facts.Boot;
using Passthru.Facts.Guests;
using Passthru.Findings;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace Passthru.Exporter.Configuration;

/// <summary>
/// Understands the configuration file: YAML, a handful of keys, and nothing else. What is not known is refused by line and
/// column, for an expectation that is silently dropped is a page that never comes.
/// </summary>
internal sealed class SettingsFile
{
    private const int MostDevices = 10_000;
    private readonly string _file;

    private SettingsFile(string file) => _file = file;

    /// <exception cref="SettingsException">It is not such a file.</exception>
    public static Settings Parse(string text, string file)
    {
        var events = new ShallowParser(new Parser(new StringReader(text)));
        try
        {
            var yaml = new YamlStream();
            yaml.Load(events);
            return yaml.Documents switch
            {
                [] => Settings.None,
                [var document] => new SettingsFile(file).Read(document.RootNode),
                [_, var second, ..] => throw Refuse(file, second.RootNode.Start, "a second document"),
            };
        }
        catch (YamlException e)
        {
            throw Refuse(file, e.Start, e.Message.Split('\n')[0]);
        }
        catch (Exception e) when (e is InvalidOperationException or ArgumentException)
        {
            // The library's scanner fails so on some texts that are no YAML.
            throw Refuse(file, events.Last, "no YAML from here on");
        }
    }

    private Settings Read(YamlNode root)
    {
        if (root is YamlScalarNode { Value: null or "" })
        {
            return Settings.None;
        }

        var keys = Keys(root, "devices", "holders", "units", "flags");
        return new Settings
        {
            Expectations = new Expectations
            {
                Devices = keys.TryGetValue("devices", out var devices) ? [.. List(devices, MostDevices).Select(ReadDevice)] : [],
                Holders = keys.TryGetValue("holders", out var holders) ? Texts(holders) : [],
            },
            Units = keys.TryGetValue("units", out var units) ? Texts(units) : [],
            Flags = keys.TryGetValue("flags", out var flags) ? ReadFlags(flags) : Settings.None.Flags,
        };
    }

    private DeviceExpectation ReadDevice(YamlNode node)
    {
        var keys = Keys(node, "address", "id", "slot", "vm");
        if (keys.Keys.Count(key => key != "vm") != 1)
        {
            throw Refuse(_file, node.Start, "a device is named by one of address, id and slot");
        }

        return new DeviceExpectation(new ConfigLine(_file, (int)node.Start.Line))
        {
            Address = keys.TryGetValue("address", out var address) ? ReadAddress(address) : null,
            Id = keys.TryGetValue("id", out var id) ? ReadId(id) : null,
            Slot = keys.TryGetValue("slot", out var slot) ? Text(slot) : null,
            Vm = keys.TryGetValue("vm", out var vm) ? Text(vm) : null,
        };
    }

    private PciSelector ReadAddress(YamlNode node) =>
        PciSelector.TryParse(Text(node).ToLowerInvariant(), out var address)
            ? address
            : throw Refuse(_file, node.Start, $"'{Text(node)}' is no PCI address (0000:01:00.0, or 0000:01:00 for every function)");

    private PciMatch ReadId(YamlNode node)
    {
        var parts = Text(node).Split(':');
        var fields = parts.Select(part => part.Length is > 0 and <= 4 && ushort.TryParse(part, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var id) ? id : -1).ToList();
        return (fields, fields.Contains(-1)) switch
        {
            ([var vendor, var device], false) => new PciMatch((uint)vendor, (uint)device),
            ([var vendor, var device, var subvendor, var subdevice], false) => new PciMatch((uint)vendor, (uint)device, (uint)subvendor, (uint)subdevice),
            _ => throw Refuse(_file, node.Start, $"'{Text(node)}' is no vendor:device or vendor:device:subvendor:subdevice in hexadecimal"),
        };
    }

    private ImmutableDictionary<string, ImmutableArray<string>> ReadFlags(YamlNode node) =>
        Keys(node, [.. Flags.InFile])
            .ToImmutableDictionary(flag => flag.Key, flag => flag.Value is YamlSequenceNode ? Texts(flag.Value) : [Text(flag.Value)]);

    private Dictionary<string, YamlNode> Keys(YamlNode node, params string[] known)
    {
        var mapping = node as YamlMappingNode ?? throw Refuse(_file, node.Start, $"expected keys ({string.Join(", ", known.Take(8))})");
        var keys = new Dictionary<string, YamlNode>();
        foreach (var (key, value) in mapping.Children)
        {
            var name = Text(key);
            if (!known.Contains(name))
            {
                throw Refuse(_file, key.Start, $"unknown key {name}{(Words.Nearest(name, known) is { } nearest ? $", did you mean {nearest}?" : "")}");
            }

            keys[name] = value;
        }

        return keys;
    }

    private ImmutableArray<string> Texts(YamlNode node) => [.. List(node, MostDevices).Select(Text)];

    private IEnumerable<YamlNode> List(YamlNode node, int most) => node switch
    {
        YamlSequenceNode { Children.Count: var count } list when count <= most => list.Children,
        YamlSequenceNode => throw Refuse(_file, node.Start, $"more than {most} entries"),
        YamlScalarNode { Value: null or "" } => [],
        _ => throw Refuse(_file, node.Start, "expected a list"),
    };

    private string Text(YamlNode node) =>
        node is YamlScalarNode { Value: { Length: > 0 } text } ? text : throw Refuse(_file, node.Start, "expected a word");

    private static SettingsException Refuse(string file, Mark at, string what) =>
        new(string.Create(CultureInfo.InvariantCulture, $"{file}:{at.Line}:{at.Column}: {what}"));
}
