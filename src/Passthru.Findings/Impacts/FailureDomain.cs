using Passthru.Facts;
using Passthru.Facts.Pci;
using Passthru.Findings.Groups;
using Passthru.Findings.Isolation;
using Passthru.Findings.NextStart;
using Passthru.Findings.Reports;
using Passthru.Findings.Values;

namespace Passthru.Findings.Impacts;

/// <summary>
/// Who is affected when something breaks, in one sentence: "If group 7 breaks, it affects VM 110 and nothing else." The members
/// of a group break together, since nothing keeps them apart; with a bridge goes what is below it, with a physical function its
/// virtual ones. "Nothing else" is only said where everything that would tell was seen.
/// </summary>
public sealed class FailureDomain
{
    private readonly HostFacts _facts;
    private readonly IsolationVerdict _isolation;
    private readonly ImpactAnalysis _parts;
    private readonly Dictionary<PciAddress, PciFunction> _functions;
    private readonly Dictionary<string, GroupVerdict> _groups;
    private readonly ILookup<PciAddress, PciAddress> _below;

    /// <param name="facts">The host.</param>
    /// <param name="report">What was made of it.</param>
    public FailureDomain(HostFacts facts, Report report)
    {
        _facts = facts;
        _isolation = report.Isolation;
        _functions = (facts.Pci?.Functions ?? []).ToDictionary(function => function.Address);
        _groups = (report.Groups ?? []).ToDictionary(group => group.Group.Name);
        _below = _functions.Values
            .SelectMany(function => Carriers(function).Select(carrier => (carrier, function.Address)))
            .ToLookup(pair => pair.carrier, pair => pair.Address);
        _parts = new ImpactAnalysis(facts, report);
    }

    /// <summary>Of a group: all its members at once; of one of mediated devices its parents, too.</summary>
    public string OfGroup(GroupVerdict group) =>
        (group.Group.Functions is { } members ? Sentence($"group {group.Group.Name}", members.Concat(group.Group.Parents), group) : Unresolved($"group {group.Group.Name}")) + Peers(group.Group.Name);

    /// <summary>What the kernel's rule does not look at.</summary>
    private string Peers(string group) => _isolation.Of(group)?.PeerReachable is { } peers and > 0
        ? $" {Names.Count(peers, "function")} of other groups can reach it below a switch port without ACS."
        : "";

    /// <summary>Of a function, which takes its group with it.</summary>
    public string OfDevice(PciAddress device) =>
        GroupOf(device) is { } group ? Sentence($"{device} (group {group.Group.Name})", group.Group.Functions ?? [device]) : Sentence($"{device}", [device]);

    /// <summary>Of the devices that a virtual machine takes.</summary>
    public string OfVm(VmVerdict vm)
    {
        var devices = vm.Functions.Select(function => function.Address).Where(_functions.ContainsKey).Distinct().ToList();
        return _facts.Pci is null ? Unresolved($"a device of VM {vm.Vm.Id}")
            : devices.Count == 0 ? $"VM {vm.Vm.Id} has no host device that could break."
            : Sentence($"a device of VM {vm.Vm.Id}", devices.SelectMany(device => GroupOf(device)?.Group.Functions ?? [device]));
    }

    private static IEnumerable<PciAddress> Carriers(PciFunction function) =>
        function.PhysicalFunction is { } physical ? function.Path.Ancestors.Append(physical) : function.Path.Ancestors;

    private GroupVerdict? GroupOf(PciAddress device) =>
        _functions.GetValueOrDefault(device)?.Group is { } name ? _groups.GetValueOrDefault(name) : null;

    private string Sentence(string subject, IEnumerable<PciAddress> breaking, GroupVerdict? group = null)
    {
        var broken = WithWhatFalls(breaking);
        var affected = _parts.Of(broken, Mediated(broken).Concat(group is null ? [] : [group]));
        var reachable = WithWhatFalls(broken.SelectMany(JoinedByHardware));
        var keptOut = _parts.Of(reachable, Mediated(reachable)).Names.Except(affected.Names).ToList();
        var kept = keptOut.Count > 0 ? Boundary(broken, Names.And(keptOut)) : null;
        if (affected is { Names.IsEmpty: true, AllComplete: false, Unseen.IsEmpty: true })
        {
            return kept is null ? Unresolved(subject) : $"If {subject} breaks, {kept}; what else it affects is unknown.";
        }

        return $"If {subject} breaks, it affects {Parts(affected, kept is null)}{(kept is null ? "" : $"; {kept}")}.";
    }

    /// <param name="affected">Who is affected.</param>
    /// <param name="isAll">Nothing follows that would contradict "nothing else".</param>
    private static string Parts(Impact affected, bool isAll)
    {
        var all = affected.Names.Concat(affected.Unseen).ToList();
        return (affected.AllComplete, affected.Unseen.IsEmpty) switch
        {
            (true, true) when all.Count == 0 => "no VM and nothing that the host needs",
            (true, true) => isAll ? $"{string.Join(", ", all)} and nothing else" : Names.And(all),
            (true, false) => Names.And(all),
            _ => $"{string.Join(", ", all)}, and perhaps more that can't be seen",
        };
    }

    /// <summary>Groups of mediated devices whose parent breaks.</summary>
    private IEnumerable<GroupVerdict> Mediated(HashSet<PciAddress> broken) => _groups.Values.Where(group => group.Group.Parents.Any(broken.Contains));

    /// <summary>What keeps others out of it, and would not if a device meant harm.</summary>
    private string Boundary(IEnumerable<PciAddress> broken, string keptOut) =>
        broken.Select(GroupOf).OfType<GroupVerdict>().Select(group => _isolation.Of(group.Group.Name)).Any(isolation => isolation is { IsIsolated: false, IsOverridden: false })
            ? $"nothing keeps {keptOut} out of it, since ACS is switched off"
            : $"only the ACS override keeps {keptOut} out of it";

    private static string Unresolved(string subject) => $"What it affects if {subject} breaks is unknown.";

    private HashSet<PciAddress> WithWhatFalls(IEnumerable<PciAddress> breaking) =>
        [.. breaking.SelectMany(function => _below[function].Prepend(function))];

    /// <summary>What is in the group of a function but for the override.</summary>
    private IEnumerable<PciAddress> JoinedByHardware(PciAddress function) =>
        GroupOf(function) is { } group && _isolation.Of(group.Group.Name) is { IsIsolated: false } isolation ? isolation.HardwareFunctions : [];
}
