using System.Collections.Immutable;
using Passthru.Exporter.Topology;

namespace Passthru.Exporter.Page;

/// <summary>The virtual machines of the page: what each takes, and what starting it would drag along.</summary>
internal static class PageVms
{
    public static Markup Section(TopologyView view) => view.Vms is not { IsEmpty: false } vms ? Markup.None : Markup.From($"""
        <section aria-labelledby="vms">
        <h2 id="vms">Virtual machines</h2>
        <ul class="cards">{Markup.Each(vms, Card)}</ul>
        </section>
        """);

    private static Markup Card(TopologyVm vm) => Markup.From($"""

        <li class="card"><h3>VM {vm.Id} {vm.Name} <span class="tag">{TopologyWords.Running(vm)}</span></h3>{Markup.Maybe(vm.LastStart, start => Markup.From($"<p>Last start {start}</p>"))}
        <ul>{Markup.Each(vm.Takes, Taken)}</ul>
        {Told("crit", "Its start takes host-critical devices away:", vm.TakesCritical)}
        {Told("drags", "Its start drags along the rest of the group:", vm.DragsAlong)}
        <p class="domain">{vm.FailureDomain}</p></li>
        """);

    private static Markup Taken(TopologyTaken taken)
    {
        var group = Markup.Maybe(taken.Group, group => Markup.From($", {PageGroups.Link(group)}"));
        return taken.IsPresent == false
            ? Markup.From($"<li class=\"crit\"><code>{taken.Address}</code> nothing is there <small>({taken.Entry})</small></li>")
            : Markup.From($"<li><code>{taken.Address}</code> {taken.Name} <small>({taken.Entry}{group}{Markup.Maybe(taken.GuestDriver, driver => Markup.From($", {driver}"))})</small></li>");
    }

    private static Markup Told(string style, string what, ImmutableArray<string>? functions) => functions is not { IsEmpty: false } some
        ? Markup.None
        : Markup.From($"<p class=\"{style}\">{what}{Markup.Each(some, address => Markup.From($" <code>{address}</code>"))}</p>");
}
