using System.Collections.Immutable;
using Passthru.Exporter.Topology;

namespace Passthru.Exporter.Serving;

/// <summary>The virtual machines of the page: what each takes, and what starting it would drag along.</summary>
internal static class PageMachines
{
    public static Markup Section(Wiring wiring) => wiring.Vms is not { IsEmpty: false } vms ? Markup.None : Markup.Of($"""
        <section aria-labelledby="vms">
        <h2 id="vms">Virtual machines</h2>
        <ul class="cards">{Markup.Each(vms, Card)}</ul>
        </section>
        """);

    private static Markup Card(WiringVm vm) => Markup.Of($"""

        <li class="card"><h3>VM {vm.Id} {vm.Name} <span class="tag">{WiringWords.Running(vm)}</span></h3>
        <ul>{Markup.Each(vm.Takes, Taken)}</ul>
        {Told("crit", "Its start takes from the host what the host lives on:", vm.TakesCritical)}
        {Told("drags", "Its start drags along the rest of the group:", vm.DragsAlong)}
        <p class="domain">{vm.FailureDomain}</p></li>
        """);

    private static Markup Taken(WiringTaken taken)
    {
        var group = Markup.Maybe(taken.Group, group => Markup.Of($", {PageGroups.Link(group)}"));
        return taken.IsPresent == false
            ? Markup.Of($"<li class=\"crit\"><code>{taken.Address}</code> nothing is there <small>({taken.Entry})</small></li>")
            : Markup.Of($"<li><code>{taken.Address}</code> {taken.Name} <small>({taken.Entry}{group})</small></li>");
    }

    private static Markup Told(string style, string what, ImmutableArray<string>? functions) => functions is not { IsEmpty: false } some
        ? Markup.None
        : Markup.Of($"<p class=\"{style}\">{what}{Markup.Each(some, address => Markup.Of($" <code>{address}</code>"))}</p>");
}
