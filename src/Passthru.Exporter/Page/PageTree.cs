using System.Collections.Immutable;
using Passthru.Exporter.Topology;
using Passthru.Findings.Values;

namespace Passthru.Exporter.Page;

/// <summary>
/// The wiring as nested lists. Functions of one group stand in one box of the colour of its state; what is below a bridge is
/// indented, and outside of the bridge's box if it has a group of its own.
/// </summary>
internal sealed class PageTree
{
    /// <summary>From here on, what hangs below a root port is folded away.</summary>
    private const int MuchToShow = 120;

    private readonly bool _folds;

    private PageTree(bool folds) => _folds = folds;

    public static Markup Section(TopologyView view)
    {
        if (view.Buses is not { } buses)
        {
            return Markup.None;
        }

        var tree = new PageTree(buses.Sum(Shown) > MuchToShow);
        return Markup.From($"""
            <section aria-labelledby="wiring">
            <h2 id="wiring">Wiring</h2>
            <p class="machine">Root bus, bridges and ports, devices. One box is one group: its members go to one virtual machine or to none.</p>
            {Markup.Each(buses, tree.Bus)}
            </section>
            """);
    }

    private static int Shown(TopologyNode node) => node.IsIdle ? 0 : 1 + node.Below.Sum(Shown);

    private Markup Bus(TopologyNode bus) => Markup.From($"""
        <h3>Root bus <code>{bus.Address}</code></h3>
        <ul class="tree">{Runs(bus.Below, null, isTop: true)}{Idle(bus.Below)}</ul>

        """);

    /// <summary>Neighbours of one group together; those that nobody hands out are left for the end.</summary>
    private Markup Runs(ImmutableArray<TopologyNode> nodes, string? enclosing, bool isTop = false)
    {
        var runs = new List<List<TopologyNode>>();
        foreach (var node in nodes.Where(node => !node.IsIdle))
        {
            if (runs.Count > 0 && node.Group is not null && runs[^1][0].Group == node.Group)
            {
                runs[^1].Add(node);
            }
            else
            {
                runs.Add([node]);
            }
        }

        return Markup.Each(runs, run => _folds && isTop && run.Sum(Shown) > 1 ? Folded(run, enclosing) : Run(run, enclosing));
    }

    private Markup Folded(List<TopologyNode> run, string? enclosing)
    {
        var all = run.SelectMany(node => node.All()).ToList();
        var devices = all.Where(node => node.Owner is not null && !node.IsIdle && node.What != "virtual function").Select(node => node.Name ?? node.What);
        var isLivedOn = all.Any(node => !node.Critical.IsEmpty);
        return Markup.From($"""

            <li><details><summary><code>{run[0].Address}</code> {run[0].What}: {string.Join(", ", devices.Distinct().Take(3))};
            {TopologyWords.Count(all.Count - run.Count, "function")} below{Slots(all)}{Vms(VmsOf(all))}
            {Markup.If(isLivedOn, $"<span class=\"tag crit\">host-critical</span>")}</summary>
            <ul>{Run(run, enclosing)}</ul></details></li>
            """);
    }

    private static Markup Slots(IEnumerable<TopologyNode> nodes) =>
        Markup.Each(nodes.Select(node => node.Slot).OfType<string>().Distinct().Take(3), slot => Markup.From($" <span class=\"tag\">slot {slot}</span>"));

    private static List<string> VmsOf(IEnumerable<TopologyNode> nodes) =>
        [.. nodes.SelectMany(node => node.Vms).Distinct().Order(NaturalOrder.Comparer)];

    private Markup Run(List<TopologyNode> run, string? enclosing)
    {
        var group = run[0].Group;
        if (group is null || group == enclosing)
        {
            return Markup.Each(run, node => Markup.From($"<li>{Function(node)}{Inner(node, enclosing)}</li>"));
        }

        return run.Count > 1 || run[0].Below.SelectMany(node => node.All()).Any(node => node.Group == group)
            ? Markup.From($"<li>{Box(run[0], Markup.From($"<ul>{Markup.Each(run, node => Markup.From($"<li>{Function(node)}{Inner(node, group)}</li>"))}</ul>"))}</li>")
            : Markup.From($"<li>{Box(run[0], Function(run[0]))}{Inner(run[0], null)}</li>");
    }

    private static Markup Box(TopologyNode node, Markup content)
    {
        var state = PageGroups.Class(node.GroupState, node.IsGroupWorthALook);
        return Markup.From($"""
            <div class="box {state}"><p class="group">{PageGroups.Link(node.Group!)}
            <span class="tag {state}">{TopologyWords.State(node.GroupState, node.IsGroupWorthALook)}</span></p>
            {content}</div>
            """);
    }

    private static Markup Function(TopologyNode node) => Markup.From($"""

        <div class="fn"><p><code>{node.Address}</code> <b>{node.What}</b> {node.Name}{Place(node)}{Driver(node)}{Vms(node.Vms)}
        {Markup.If(node.IsMismatched == true, $"<span class=\"tag crit\">VFIO should have it</span>")}</p>{Markup.Each(node.Critical, HostDependency)}</div>
        """);

    private static Markup HostDependency(TopologyUse use) => Markup.From($"<p class=\"crit\">The host needs it: {use.ToString()}</p>");

    private static Markup Driver(TopologyNode node) =>
        Markup.Maybe(node.Driver, driver => Markup.From($" <span class=\"tag{(node.Owner == "vfio" ? " vfio" : "")}\">{driver}</span>"));

    private static Markup Place(TopologyNode node) => Markup.From(
        $"{Slots([node])}{Markup.Maybe(node.Label, label => Markup.From($" <span class=\"tag\">{label}</span>"))}");

    private static Markup Vms(IReadOnlyCollection<string> vms) => Markup.Each(vms, vm => Markup.From($" <span class=\"tag vm\">VM {vm}</span>"));

    /// <summary>What hangs below, virtual functions in a few words first.</summary>
    private Markup Inner(TopologyNode node, string? enclosing) => node.Below.IsEmpty && node.VirtualFunctions.IsEmpty
        ? Markup.None
        : Markup.From($"<ul>{Virtual(node)}{Runs(node.Below, enclosing)}{Idle(node.Below)}</ul>");

    private Markup Virtual(TopologyNode node)
    {
        if (node.VirtualFunctions.IsEmpty)
        {
            return Markup.None;
        }

        var groups = node.VirtualFunctions.Select(it => it.Group).OfType<string>().ToList();
        return Markup.From($"""

            <li><details><summary>{TopologyWords.Summary(node.VirtualFunctions)}
            {Markup.If(groups.Count > 0, $"in groups {TopologyWords.Ranges(groups)}")}{Vms(VmsOf(node.VirtualFunctions))}</summary>
            <ul>{Runs(node.VirtualFunctions, null)}{Idle(node.VirtualFunctions)}</ul></details></li>
            """);
    }

    private static Markup Idle(ImmutableArray<TopologyNode> nodes)
    {
        var idle = nodes.Where(node => node.IsIdle).SelectMany(node => node.All()).ToList();
        var kinds = string.Join(", ", idle.Select(node => node.What).Distinct().Order(StringComparer.Ordinal));
        return Markup.If(idle.Count > 0, $"""

            <li><details class="idle"><summary>{TopologyWords.Count(idle.Count, "function")} that nobody would hand out: {kinds}</summary>
            <ul>{Markup.Each(idle, node => Markup.From($"<li>{Function(node)}</li>"))}</ul></details></li>
            """);
    }
}
