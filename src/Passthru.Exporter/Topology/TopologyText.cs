using System.Text;
using Passthru.Exporter.Text;

namespace Passthru.Exporter.Topology;

/// <summary>The wiring for a terminal.</summary>
internal static class TopologyText
{
    public static string Render(TopologyView view)
    {
        var text = new StringBuilder();
        foreach (var line in Head(view))
        {
            text.Append(line).Append('\n');
        }

        Section(text, "WIRING", view.Buses is { } buses ? Tree(buses) : ["PCI functions were not read."]);
        Section(text, "GROUPS", view.Groups is { } groups ? Groups(groups) : ["IOMMU groups can't be seen."]);
        Section(text, "VMS", view.Vms is { } vms ? Vms(vms) : ["Whether VMs take devices is unknown."]);
        if (view.WithoutOverride is { } joins)
        {
            Section(text, "WITHOUT THE ACS OVERRIDE", Joins(joins));
        }

        return text.ToString();
    }

    /// <summary>The host, in a few lines that other forms have too.</summary>
    public static IEnumerable<string> Head(TopologyView view)
    {
        var host = view.Host;
        if (host.Machine.Any())
        {
            yield return Printable.Text(string.Join(", ", host.Machine));
        }

        yield return $"As of {view.TakenAt.UtcDateTime:yyyy-MM-dd HH:mm:ss} UTC";
        yield return $"IOMMU: {host.IommuEnabled switch { true => "on", false => "off", _ => "unknown" }}";
        if (host.AcsOverrideActive == true)
        {
            yield return $"ACS override: on ({Printable.Text(string.Join(", ", host.AcsOverrideOptions))}); some groups may be separated only by it";
        }
    }

    /// <summary>The columns slot and address, group, driver, machine, and what the device is.</summary>
    public static IReadOnlyList<string> Tree(IReadOnlyList<TopologyNode> buses)
    {
        string[][] rows =
        [
            ["ADDRESS [SLOT]", "GROUP", "DRIVER", "VM", "DEVICE"],
            .. TopologyLines.From(buses).Select(line => line.Node is { } node
                ? new[] { line.Place, Cell(node.Group, node), Cell(node.Driver, node), Printable.Text(string.Join(",", node.Vms)), line.Text }
                : [line.Place, "", "", "", line.Text]),
        ];
        int[] widths = [.. Enumerable.Range(0, 4).Select(column => rows.Max(row => row[column].Length))];
        return [.. rows.Select(row => Line(row, widths))];
    }

    private static string Cell(string? text, TopologyNode node) => text is null ? (node.IsBus ? "" : "-") : Printable.Text(text);

    private static string Line(string[] row, int[] widths) =>
        string.Concat(row.Take(widths.Length).Select((cell, column) => cell.PadRight(widths[column] + 2)).Append(row[^1])).TrimEnd();

    private static void Section(StringBuilder text, string title, IEnumerable<string> lines)
    {
        text.Append('\n').Append(title).Append('\n');
        foreach (var line in lines)
        {
            text.Append(line).Append('\n');
        }
    }

    private static IEnumerable<string> Groups(IReadOnlyList<TopologyGroup> groups)
    {
        if (groups.Count == 0)
        {
            yield return "none";
        }

        var name = groups.Select(group => group.Name.Length).DefaultIfEmpty().Max();
        foreach (var group in groups)
        {
            var members = group.Functions is { } functions ? string.Join(' ', functions) : "members unknown";
            yield return $"{Printable.Text(group.Name).PadRight(name)}  {TopologyWords.State(group.State, group.IsWorthALook),-8}  {members}";
            yield return $"{"".PadRight(name)}  {Printable.Text(group.FailureDomain)}";
        }
    }

    private static IEnumerable<string> Vms(IReadOnlyList<TopologyVm> vms)
    {
        if (vms.Count == 0)
        {
            yield return "none takes a host device";
        }

        foreach (var vm in vms)
        {
            yield return Printable.Text($"VM {vm.Id}{(vm.Name is { } name ? $" \"{name}\"" : "")}, {vm.Platform}, {TopologyWords.Running(vm)}");
            if (vm.LastStart is { } start)
            {
                yield return Printable.Text($"  last start {start}");
            }

            foreach (var taken in vm.Takes)
            {
                yield return Printable.Text($"  takes {taken.Address} by {taken.Entry}{Remark(taken)}");
            }

            if (vm.DragsAlong is { Length: > 0 } dragged)
            {
                yield return $"  its start drags along {string.Join(", ", dragged)}";
            }

            if (vm.TakesCritical is { Length: > 0 } critical)
            {
                yield return $"  ! its start takes host-critical devices away: {string.Join(", ", critical)}";
            }

            yield return Printable.Text($"  {vm.FailureDomain}");
        }
    }

    private static string Remark(TopologyTaken taken) =>
        taken.IsPresent == false ? ": nothing is there"
            : $"{(taken.Group is { } group ? $", group {group}" : "")}{(taken.Name is { } name ? $": {name}" : "")}{(taken.GuestDriver is { } driver ? $" ({driver})" : "")}";

    /// <summary>What would be one group were there no override, and what is at stake in it.</summary>
    public static IEnumerable<string> Joins(IReadOnlyList<TopologyJoin> joins)
    {
        if (joins.Count == 0)
        {
            yield return "Every group would be the same.";
        }

        foreach (var join in joins)
        {
            yield return $"{Printable.Text(TopologyWords.Joined(join))} {string.Join(' ', join.Functions)}";
            if (!join.Vms.IsEmpty || !join.Critical.IsEmpty)
            {
                yield return $"  In it: {Printable.Text(TopologyWords.Stakes(join))}";
            }
        }
    }
}
