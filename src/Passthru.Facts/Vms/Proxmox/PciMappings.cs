using System.Collections.Immutable;
using Passthru.Facts.Pci;
using Passthru.Facts.Reading;
using Passthru.Facts.Values;

namespace Passthru.Facts.Vms.Proxmox;

/// <summary>
/// What the names of mappings stand for on this node. Source: <c>/etc/pve/mapping/pci.cfg</c> (PVE/Mapping/PCI.pm): a name, and
/// indented below it properties and a line <c>map</c> for each alternative on each node.
/// </summary>
internal sealed class PciMappings
{
    public const string File = "etc/pve/mapping/pci.cfg";
    private readonly Dictionary<string, Mapping> _mappings = [];

    /// <summary>The file could be read: a name that is not in it does not exist.</summary>
    public bool IsComplete { get; private init; }

    /// <summary>The alternatives, in the order in which Proxmox tries them; none for a name that has nothing here.</summary>
    public EquatableArray<DeviceAlternative> Of(string name) =>
        _mappings.GetValueOrDefault(name) is { } mapping ? [.. mapping.Choices.Select(choice => choice with { IsMediated = mapping.IsMediated })] : [];

    /// <summary>QEMU is told to migrate the device, and refuses one that cannot (<c>live-migration-capable</c>).</summary>
    public bool Migrates(string name) => _mappings.GetValueOrDefault(name)?.Migrates == true;

    /// <param name="files">Told of lines for this node that can't be understood.</param>
    /// <param name="text">The file; null where it can't be read.</param>
    /// <param name="node">The name of this node.</param>
    public static PciMappings Parse(HostReader files, string? text, string? node)
    {
        var mappings = new PciMappings { IsComplete = text is not null };
        var mapping = new Mapping();
        string? strange = null;
        foreach (var line in Lines(text ?? ""))
        {
            if (line.Name is { } name)
            {
                mappings._mappings[name] = mapping = new Mapping();
            }
            else if (!mapping.TryTake(line, node))
            {
                strange ??= line.Value;
            }
        }

        if (strange is not null)
        {
            files.ReportMalformed(File, strange);
        }

        return mappings;
    }

    /// <summary>Each line that counts.</summary>
    internal static IEnumerable<MappingLine> Lines(string text) =>
        from line in text.Split('\n')
        where !string.IsNullOrWhiteSpace(line) && !line.TrimStart().StartsWith('#')
        select char.IsWhiteSpace(line[0]) ? Property(line) : new MappingLine(line.TrimEnd(), "", "");

    private static MappingLine Property(string line) =>
        line.Trim().Split((char[]?)null, 2, StringSplitOptions.RemoveEmptyEntries) is [var key, .. var value]
            ? new MappingLine(null, key, value.Length > 0 ? value[0] : "")
            : default;

    /// <summary>What stands below one name.</summary>
    private sealed class Mapping
    {
        public List<DeviceAlternative> Choices { get; } = [];

        public bool IsMediated { get; private set; }

        public bool Migrates { get; private set; }

        /// <summary>False: Proxmox would not take the line either.</summary>
        public bool TryTake(MappingLine line, string? node)
        {
            switch (line.Key)
            {
                case "map":
                    return TryAdd(line.Value, node);
                case "mdev":
                    IsMediated = Switch.TryParse(line.Value, out var mediated) && mediated;
                    return true;
                case "live-migration-capable":
                    Migrates = Switch.TryParse(line.Value, out var migrates) && migrates;
                    return true;
                default:
                    return true;
            }
        }

        private bool TryAdd(string value, string? node)
        {
            if (PropertyString.Parse(value) is not { } parts)
            {
                return false;
            }

            if (node is null || parts["node"] != node)
            {
                return true;
            }

            if (ChoiceOf(parts) is not { } choice)
            {
                return false;
            }

            Choices.Add(choice);
            return true;
        }

        /// <summary><c>path</c>, with its domain, and <c>id</c> must be there ($map_fmt).</summary>
        private static DeviceAlternative? ChoiceOf(PropertyString parts) =>
            parts["path"] is { } path && path.Split(';').All(one => one.Count(':') == 2) && HostPciEntry.Selectors(path) is { } functions
            && parts["id"] is { } id && PciId.TryParse(id, out var device)
            && TryId(parts["subsystem-id"], out var subsystem)
                ? new DeviceAlternative(functions) { Id = device, Subsystem = subsystem, Group = parts["iommugroup"], IsChecked = true }
                : null;

        private static bool TryId(string? text, out PciId? id)
        {
            id = null;
            if (text is null)
            {
                return true;
            }

            var understood = PciId.TryParse(text, out var parsed);
            id = understood ? parsed : null;
            return understood;
        }
    }
}

/// <summary>A line of the file: the name of a mapping, or a property of the mapping above.</summary>
internal readonly record struct MappingLine(string? Name, string Key, string Value);
