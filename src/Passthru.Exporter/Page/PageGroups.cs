using System.Collections.Immutable;
using Passthru.Exporter.Topology;

namespace Passthru.Exporter.Page;

/// <summary>The groups of the page: who is affected when one breaks, and which are apart by the ACS override alone.</summary>
internal static class PageGroups
{
    /// <summary>Of more groups than this only those are told at once that somebody has.</summary>
    private const int ManyGroups = 40;

    public static Markup Section(TopologyView view)
    {
        if (view.Groups is not { IsEmpty: false } groups)
        {
            return Markup.None;
        }

        var wanted = groups.Where(group => group.IsWorthALook).ToList();
        var first = wanted.Where(group => wanted.Count <= ManyGroups || IsSomebodys(group)).ToList();
        return Markup.From($"""
            <section aria-labelledby="groups">
            <h2 id="groups">Groups, and what breaks with them</h2>
            {Markup.If(first.Count > 0, $"{Table("Groups with assignable devices", first)}")}
            {Folded(wanted.Except(first), "more group", "assignable and in no use")}
            {Folded(groups.Except(wanted), "group", "with nothing assignable")}
            </section>
            """);
    }

    /// <summary>What if: the layout that the hardware has without the override, drawn around the groups that there are.</summary>
    public static Markup WithoutOverride(TopologyView view)
    {
        if (view.Host.AcsOverrideActive != true)
        {
            return Markup.None;
        }

        var states = (view.Groups ?? []).ToDictionary(group => group.Name);
        var joins = view.WithoutOverride;
        var text = joins switch
        {
            null => "What the groups would be without the override is unknown.",
            { IsEmpty: true } => "Every group would be the same: the override can go.",
            _ => "Each frame is one group to the hardware: what is in it can reach each other, whatever the boxes inside say. Groups not shown would stay as they are.",
        };
        return Markup.From($"""
            <section aria-labelledby="without">
            <h2 id="without">Without the ACS override</h2>
            <p>{text}</p>
            {Markup.Each(joins ?? [], join => Join(join, states))}
            </section>
            """);
    }

    /// <summary>To the row of a group; names other than the kernel's numbers have none.</summary>
    public static Markup Link(string group) => HasRow(group) ? Markup.From($"<a href=\"#group-{group}\">group {group}</a>") : Markup.From($"group {group}");

    /// <summary>The colour of a state.</summary>
    public static string Class(string? state, bool isWorthALook) => $"s-{state ?? (isWorthALook ? "unknown" : "idle")}";

    private static bool HasRow(string group) => group.All(char.IsAsciiDigit);

    private static bool IsSomebodys(TopologyGroup group) => !group.Vms.IsEmpty || group.State is "in_use" or "blocked";

    private static Markup Folded(IEnumerable<TopologyGroup> some, string thing, string which)
    {
        var groups = some.ToList();
        return Markup.If(groups.Count > 0, $"""
            <details><summary>{TopologyWords.Count(groups.Count, thing)} {which}</summary>{Table($"Groups {which}", groups)}</details>
            """);
    }

    private static Markup Table(string caption, IEnumerable<TopologyGroup> groups) => Markup.From($"""
        <table><caption>{caption}</caption>
        <thead><tr><th scope="col">Group</th><th scope="col">Members</th><th scope="col">If it breaks</th></tr></thead>
        <tbody>{Markup.Each(groups, Row)}</tbody></table>
        """);

    private static Markup Row(TopologyGroup group) => Markup.From($"""

        <tr{Markup.If(HasRow(group.Name), $" id=\"group-{group.Name}\"")}><th scope="row">{group.Name}
        <span class="tag {Class(group.State, group.IsWorthALook)}">{TopologyWords.State(group.State, group.IsWorthALook)}</span></th>
        <td>{Members(group.Functions)}</td><td>{group.FailureDomain}</td></tr>
        """);

    private static Markup Members(ImmutableArray<string>? functions) => functions is { } members
        ? Markup.Each(members, member => Markup.From($"<code>{member}</code> "))
        : Markup.From($"unknown");

    private static Markup Join(TopologyJoin join, Dictionary<string, TopologyGroup> groups) => Markup.From($"""
        <div class="join"><p><strong>{TopologyWords.Joined(join)}</strong>
        {Markup.If(!join.Vms.IsEmpty || !join.Critical.IsEmpty, $"In it: {TopologyWords.Stakes(join)}.")}</p>
        <ul class="joined">{Markup.Each(join.Groups, name => Joined(name, join, groups.GetValueOrDefault(name)))}</ul></div>
        """);

    private static Markup Joined(string name, TopologyJoin join, TopologyGroup? group) => Markup.From($"""

        <li class="box {Class(group?.State, group?.IsWorthALook == true)}">{Link(name)} {Members(Inside(join, group))}</li>
        """);

    private static ImmutableArray<string>? Inside(TopologyJoin join, TopologyGroup? group) =>
        group?.Functions is { } functions ? [.. functions.Where(join.Functions.Contains)] : null;
}
