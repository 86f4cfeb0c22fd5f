using System.Text;
using Passthru.Exporter.Text;

namespace Passthru.Exporter.Topology;

/// <summary>The wiring as a page of a wiki: GitHub's Markdown, tables and one block of text.</summary>
internal static class TopologyMarkdown
{
    private const string Special = "\\`*_{}[]<>#|~!&$";

    public static string Render(TopologyView view)
    {
        var page = new StringBuilder("# PCI passthrough wiring\n\n");
        foreach (var line in TopologyText.Head(view))
        {
            page.Append("- ").Append(Escaped(line)).Append('\n');
        }

        if (view.Buses is { } buses)
        {
            Table(page, "Devices", ["Slot", "Address", "Device", "Group", "Driver", "VM", "The host needs it"], Devices(buses));
        }

        if (view.Groups is { } groups)
        {
            Table(page, "Groups", ["Group", "State", "Members", "If it breaks"], groups.Select(Group));
        }

        if (view.Vms is { Length: > 0 } vms)
        {
            Table(page, "VMs", ["VM", "State", "Takes", "Its start drags along", "If a device breaks"], vms.Select(Vm));
        }

        if (view.WithoutOverride is { } joins)
        {
            Table(page, "Without the ACS override", ["Groups", "Functions", "In it"], joins.Select(Join));
        }

        if (view.Buses is { } tree)
        {
            page.Append("\n## Wiring\n\n```text\n").AppendJoin('\n', TopologyText.Tree(tree)).Append("\n```\n");
        }

        return page.ToString();
    }

    /// <summary>Endpoints that matter to somebody; virtual functions only where a machine or the host has them.</summary>
    private static IEnumerable<string[]> Devices(IEnumerable<TopologyNode> buses) =>
        from node in buses.SelectMany(bus => bus.All())
        where node.Owner is not null && !node.IsIdle
        where node.What != "virtual function" || !node.Vms.IsEmpty || !node.Critical.IsEmpty
        select new[]
        {
            node.Slot ?? node.Label ?? "",
            node.Address,
            node.Name is { } name ? $"{node.What}: {name}" : node.What,
            node.Group ?? "",
            node.Driver ?? "none",
            string.Join(", ", node.Vms),
            string.Join("; ", node.Critical),
        };

    private static string[] Group(TopologyGroup group) =>
        [group.Name, TopologyWords.State(group.State, group.IsWorthALook), string.Join(", ", group.Functions ?? ["unknown"]), group.FailureDomain];

    private static string[] Vm(TopologyVm vm) =>
    [
        vm.Name is { } name ? $"{vm.Id} ({name})" : vm.Id,
        $"{TopologyWords.Running(vm)}{(vm.LastStart is { } start ? $"; last start {start}" : "")}",
        string.Join(", ", vm.Takes.Select(taken => $"{taken.Address} ({taken.Entry}{(taken.IsPresent == false ? ", nothing is there" : "")})")),
        string.Join(", ", vm.DragsAlong ?? []),
        vm.FailureDomain,
    ];

    private static string[] Join(TopologyJoin join) => [TopologyWords.Joined(join), string.Join(", ", join.Functions), TopologyWords.Stakes(join)];

    private static void Table(StringBuilder page, string title, string[] head, IEnumerable<string[]> rows)
    {
        page.Append($"\n## {title}\n\n");
        Row(page, head);
        page.Append('|').Append(string.Concat(head.Select(_ => " --- |"))).Append('\n');
        foreach (var row in rows)
        {
            Row(page, row);
        }
    }

    private static void Row(StringBuilder page, string[] cells) => page.Append("| ").AppendJoin(" | ", cells.Select(Escaped)).Append(" |\n");

    /// <summary>No character of it is Markdown or HTML (CommonMark 0.31, 2.4: any ASCII punctuation may be escaped).</summary>
    public static string Escaped(string text)
    {
        var escaped = new StringBuilder();
        foreach (var letter in Printable.Text(text))
        {
            escaped.Append(Special.Contains(letter) ? "\\" : "").Append(letter);
        }

        return escaped.ToString();
    }
}
