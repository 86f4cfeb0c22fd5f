using System.Collections.Immutable;
using Passthru.Facts.Files;
using Passthru.Facts.Pci;

namespace Passthru.Facts.Guests.Proxmox;

/// <summary>
/// What the names of mappings stand for on this node. Source: <c>/etc/pve/mapping/pci.cfg</c> (PVE/Mapping/PCI.pm): a name, and
/// indented below it a line <c>map</c> for each alternative on each node.
/// </summary>
internal sealed class PciMappings
{
    public const string File = "etc/pve/mapping/pci.cfg";
    private readonly Dictionary<string, List<DeviceChoice>> _choices = [];

    /// <summary>The file could be read: a name that is not in it does not exist.</summary>
    public bool IsTold { get; private init; }

    /// <summary>The alternatives, in the order in which Proxmox tries them; none for a name that has nothing here.</summary>
    public EquatableArray<DeviceChoice> Of(string name) => [.. _choices.GetValueOrDefault(name, [])];

    /// <param name="files">Told of lines for this node that can't be understood.</param>
    /// <param name="text">The file; null where it can't be read.</param>
    /// <param name="node">The name of this node.</param>
    public static PciMappings Parse(HostFiles files, string? text, string? node)
    {
        var mappings = new PciMappings { IsTold = text is not null };
        List<DeviceChoice> choices = [];
        string? strange = null;
        foreach (var (name, alternative) in Lines(text ?? ""))
        {
            if (name is not null)
            {
                mappings._choices[name] = choices = [];
            }
            else if (alternative is not null && !TryAdd(choices, alternative, node))
            {
                strange ??= alternative;
            }
        }

        if (strange is not null)
        {
            files.NotUnderstood(File, strange);
        }

        return mappings;
    }

    /// <summary>Each line that is one: the name of a mapping, or an alternative of the mapping above; neither where it is of another key.</summary>
    internal static IEnumerable<(string? Name, string? Alternative)> Lines(string text) =>
        from line in text.Split('\n')
        where !string.IsNullOrWhiteSpace(line) && !line.TrimStart().StartsWith('#')
        let isName = !char.IsWhiteSpace(line[0])
        select (isName ? line.TrimEnd() : null, isName ? null : Alternative(line));

    private static string? Alternative(string line) =>
        line.Trim().Split((char[]?)null, 2, StringSplitOptions.RemoveEmptyEntries) is ["map", var value] ? value : null;

    private static bool TryAdd(List<DeviceChoice> choices, string value, string? node)
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

        choices.Add(choice);
        return true;
    }

    private static DeviceChoice? ChoiceOf(PropertyString parts)
    {
        var (id, subsystem) = (parts["id"], parts["subsystem-id"]);
        if (parts["path"] is not { } path || HostPciEntry.Selectors(path) is not { } functions || !TryId(id, out var ids) || !TryId(subsystem, out var subsystems))
        {
            return null;
        }

        return new DeviceChoice(functions) { Id = ids, Subsystem = subsystems, Group = parts["iommugroup"] };
    }

    /// <summary><c>10de:2204</c>; what is not written is no mistake.</summary>
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
