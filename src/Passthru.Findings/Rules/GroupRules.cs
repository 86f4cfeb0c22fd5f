using System.Collections.Immutable;
using Passthru.Facts.Pci;
using Passthru.Findings.Groups;
using Passthru.Findings.Isolation;
using Passthru.Findings.Values;

namespace Passthru.Findings.Rules;

/// <summary>What groups hold together that should be apart. Groups that nobody claims anything of are nobody's trouble.</summary>
internal static class GroupRules
{
    private static readonly FindingKind SharedCritical = new(
        "group-shared-with-critical-device", Bucket.Isolation, Stage.Group, "PassthruGroupSharedWithCriticalDevice",
        "Move one of the devices to a slot with a group of its own; do not start the VM before that.");

    private static readonly FindingKind NotViable = new(
        "group-not-viable", Bucket.Isolation, Stage.Group, "PassthruGroupNotViable",
        "Bind the siblings named to vfio-pci as well, or unbind them from their host drivers.");

    private static readonly FindingKind Reserved = new(
        "group-reserved-by-firmware", Bucket.Isolation, Stage.Group, "PassthruGroupReservedByFirmware",
        "Switch off the firmware feature that keeps the region (often a management controller or option ROM of the slot), or use another slot.");

    private static readonly FindingKind NotIsolated = new(
        "group-not-isolated", Bucket.Isolation, Stage.Group, "PassthruGroupNotIsolated",
        "Treat the functions named as one group: give them to one VM, or move one of them to another slot.");

    private static readonly FindingKind SwitchedOff = new(
        "acs-switched-off", Bucket.Isolation, Stage.Group, "PassthruGroupNotIsolated",
        "Remove what switches ACS off (a script with setpci, a vendor's tuning guide), then reboot; until then treat the functions named as one group.");

    private static readonly FindingKind Unexplained = new(
        "group-boundary-unexplained", Bucket.Isolation, Stage.Group, "",
        "Read lspci -vvv for the ports above (ACSCap, ACSCtl); do not rely on the boundary between two tenants before you know what draws it.");

    private static readonly FindingKind PeersReachable = new(
        "group-peers-reachable", Bucket.Isolation, Stage.Group, "",
        "Nothing where the VMs below the switch trust each other; else use slots below ports with ACS.");

    public static readonly Rule[] All =
    [
        new(SharedCritical, input => Each(input).Where(group => group.Assignability.SharedCritical == true).Select(group => For(group, SharedCritical,
            $"Group {group.Group.Name} contains what the host needs: {string.Join("; ", group.Assignability.Critical.Select(use => $"{use.Function} carries {use.Chain[0]}").Distinct())}.",
            [.. group.Assignability.Critical.Select(use => string.Join(" -> ", use.Chain))]))),
        new(NotViable, input => Each(input).Where(group => group.Assignability.Viability.IsViable == false && IsInTheWay(group, input)).Select(group => For(group, NotViable,
            $"VFIO refuses group {group.Group.Name}: {string.Join(", ", group.Assignability.Viability.Blockers.Select(one => $"{one.Function} is on driver {one.Driver}"))}.",
            [.. group.Assignability.Viability.Blockers.Select(one => $"sys/bus/pci/devices/{one.Function}/driver -> {one.Driver}")]))
            .Where(finding => finding.Evidence.Length > 0)),
        new(Reserved, input => Each(input).Where(group => group.DirectRegions > 0).Select(group => For(group, Reserved,
            $"The firmware insists on {Names.Count(group.DirectRegions!.Value, "direct-mapped region")} in group {group.Group.Name}: VFIO refuses it.",
            [$"sys/kernel/iommu_groups/{group.Group.Name}/reserved_regions has lines of type direct"]))),
        new(NotIsolated, input => from verdict in Each(input)
                               let isolation = input.Report.Isolation.Of(verdict.Group.Name)
                               where isolation is { IsIsolated: false, IsOverridden: true }
                               select For(verdict, NotIsolated,
                                   $"Group {verdict.Group.Name} is separated only by the ACS override: {WhatIsMissing(isolation)}, and the hardware joins {Names.List(isolation.HardwareFunctions)}.",
                                   Registers(isolation))),
        new(SwitchedOff, input => from verdict in Each(input)
                               let isolation = input.Report.Isolation.Of(verdict.Group.Name)
                               where isolation is { IsIsolated: false, IsOverridden: false }
                               select For(verdict, SwitchedOff,
                                   $"ACS was on at boot and is off now in {Names.List(isolation.SwitchedOffFunctions)}: group {verdict.Group.Name} is no longer isolated, and the hardware joins {Names.List(isolation.HardwareFunctions)}.",
                                   Registers(isolation))),
        new(Unexplained, input => from verdict in Each(input)
                               where input.Report.Isolation.Unexplained.Contains(verdict.Group.Name)
                               select For(verdict, Unexplained,
                                   $"The kernel keeps group {verdict.Group.Name} apart, and config space does not say why: whether its boundary stands is unknown.",
                                   [$"sys/kernel/iommu_groups/{verdict.Group.Name}/devices"]) with { Severity = Severity.Info }),
        new(PeersReachable, input => from verdict in Each(input)
                                  let isolation = input.Report.Isolation.Of(verdict.Group.Name)
                                  where isolation is { IsIsolated: true, PeerReachable: > 0 }
                                  select For(verdict, PeersReachable,
                                      $"{Names.Count(isolation.PeerReachable!.Value, "function")} of other groups can reach group {verdict.Group.Name} below a switch port without ACS, past the IOMMU; the kernel's rule does not look at that.",
                                      [.. verdict.Group.Functions!.Value.Select(function => $"sys/bus/pci/devices/{function} is below a switch")]) with { Severity = Severity.Info }),
    ];

    private static string WhatIsMissing(GroupIsolation isolation) => string.Join(" and ", new[]
    {
        Missing(isolation.OverriddenFunctions, "no ACS"),
        Missing(isolation.SwitchedOffFunctions, "ACS that is off"),
    }.OfType<string>());

    private static string? Missing(ImmutableArray<PciAddress> functions, string what) =>
        functions.IsEmpty ? null : $"{Names.List(functions)} {(functions.Length == 1 ? "has" : "have")} {what}";

    private static ImmutableArray<string> Registers(GroupIsolation isolation) =>
    [
        .. isolation.OverriddenFunctions.Select(port => $"sys/bus/pci/devices/{port}/config has no ACS capability"),
        .. isolation.SwitchedOffFunctions.Select(port => $"sys/bus/pci/devices/{port}/config has ACS with its controls off"),
    ];

    private static IEnumerable<GroupVerdict> Each(RuleInput input) =>
        (input.Report.Groups ?? []).Where(group => group.Group.Functions?.Any(input.Reserved.Contains) == true);

    /// <summary>
    /// While a driver of the host has the device that is claimed, a sibling on another one stands in nobody's way yet; nor where
    /// Proxmox claims it, which takes siblings along.
    /// </summary>
    private static bool IsInTheWay(GroupVerdict group, RuleInput input) =>
        (input.Report.Ownership.ExpectedDevices ?? []).Any(one =>
            one.Function?.Driver?.IsVfio == true
            && group.Group.Functions!.Value.Contains(one.Address)
            && one.Expectations.All(claim => claim.Manager?.StartTakesWholeGroup != true));

    private static Finding For(GroupVerdict group, FindingKind rule, string cause, ImmutableArray<string> evidence) => new()
    {
        Rule = rule,
        Severity = Severity.Warning,
        Subject = $"group {group.Group.Name}",
        Cause = cause,
        Evidence = evidence,
        Functions = group.Group.Functions ?? ImmutableArray<PciAddress>.Empty,
    };
}
