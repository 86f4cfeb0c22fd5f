using Passthru.Facts;
using Passthru.Facts.Pci;
using Passthru.Findings.Guests;
using Passthru.Findings.Isolation;
using Passthru.Findings.Rules;

namespace Passthru.Findings;

/// <summary>
/// Who is affected when something breaks, in one sentence: "If group 7 breaks, it affects VM 110 and nothing else." The members
/// of a group break together, since nothing keeps them apart; with a bridge goes what is below it, with a physical function its
/// virtual ones. "Nothing else" is only said where everything that would tell was seen.
/// </summary>
public sealed class FailureDomain
{
    private readonly HostFacts _facts;
    private readonly IsolationVerdict _isolation;
    private readonly AffectedParts _parts;
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
        _parts = new AffectedParts(facts, report);
    }

    /// <summary>Of a group: all its members at once.</summary>
    public string OfGroup(GroupVerdict group) =>
        group.Group.Functions is { } members ? Sentence($"group {group.Group.Name}", members) : Untold($"group {group.Group.Name}");

    /// <summary>Of a function, which takes its group with it.</summary>
    public string OfDevice(PciAddress device) =>
        GroupOf(device) is { } group ? Sentence($"{device} (group {group.Group.Name})", group.Group.Functions ?? [device]) : Sentence($"{device}", [device]);

    /// <summary>Of the devices that a virtual machine takes.</summary>
    public string OfVm(GuestVerdict guest)
    {
        var devices = guest.Functions.Select(function => function.Address).Where(_functions.ContainsKey).ToList();
        return _facts.Pci is null ? Untold($"a device of VM {guest.Guest.Id}")
            : devices.Count == 0 ? $"VM {guest.Guest.Id} has no host device that could break."
            : Sentence($"a device of VM {guest.Guest.Id}", devices.SelectMany(device => GroupOf(device)?.Group.Functions ?? [device]));
    }

    private static IEnumerable<PciAddress> Carriers(PciFunction function) =>
        function.PhysicalFunction is { } physical ? function.Path.Above.Append(physical) : function.Path.Above;

    private GroupVerdict? GroupOf(PciAddress device) =>
        _functions.GetValueOrDefault(device)?.Group is { } name ? _groups.GetValueOrDefault(name) : null;

    private string Sentence(string subject, IEnumerable<PciAddress> breaking)
    {
        var broken = WithWhatFalls(breaking);
        var affected = _parts.Of(broken);
        var reachable = WithWhatFalls(broken.SelectMany(JoinedByHardware));
        var keptOut = _parts.Of(reachable).Names.Except(affected.Names).ToList();
        return keptOut.Count > 0 ? WithOverride(subject, affected, Names.And(keptOut)) : (affected.Names.IsEmpty, affected.AllTold) switch
        {
            (true, true) => $"If {subject} breaks, it affects no VM and nothing that the host lives on.",
            (true, false) => Untold(subject),
            (false, true) => $"If {subject} breaks, it affects {string.Join(", ", affected.Names)} and nothing else.",
            (false, false) => $"If {subject} breaks, it affects {string.Join(", ", affected.Names)}, and perhaps more that can't be seen.",
        };
    }

    private static string WithOverride(string subject, Affected affected, string keptOut) => (affected.Names.IsEmpty, affected.AllTold) switch
    {
        (true, true) => $"If {subject} breaks, it affects no VM and nothing that the host lives on; only the ACS override keeps {keptOut} out of it.",
        (true, false) => $"If {subject} breaks, only the ACS override keeps {keptOut} out of it; what else it affects can't be told.",
        (false, true) => $"If {subject} breaks, it affects {Names.And(affected.Names)}; only the ACS override keeps {keptOut} out of it.",
        (false, false) => $"If {subject} breaks, it affects {Names.And(affected.Names)}, and perhaps more that can't be seen; only the ACS override keeps {keptOut} out of it.",
    };

    private static string Untold(string subject) => $"Whom it affects if {subject} breaks can't be told.";

    private HashSet<PciAddress> WithWhatFalls(IEnumerable<PciAddress> breaking) =>
        [.. breaking.SelectMany(function => _below[function].Prepend(function))];

    /// <summary>What is in the group of a function but for the override.</summary>
    private IEnumerable<PciAddress> JoinedByHardware(PciAddress function) =>
        GroupOf(function) is { } group && _isolation.Of(group.Group.Name) is { IsIsolated: false } isolation ? isolation.HardwareFunctions : [];
}
