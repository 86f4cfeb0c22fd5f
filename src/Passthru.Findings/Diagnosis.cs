using System.Collections.Immutable;
using Passthru.Facts;
using Passthru.Facts.Iommu;
using Passthru.Facts.Pci;
using Passthru.Findings.Booting;
using Passthru.Findings.Devices;
using Passthru.Findings.Drift;
using Passthru.Findings.Guests;
using Passthru.Findings.Isolation;
using Passthru.Findings.Ownership;
using Passthru.Findings.Rules;

namespace Passthru.Findings;

/// <summary>The one way from facts to findings.</summary>
public static class Diagnosis
{
    /// <summary>Where the operator says nothing.</summary>
    public static Report Of(HostFacts facts) => Of(facts, Expectations.None);

    /// <summary>Pure and total: the same facts give the same report, in whatever order they were read.</summary>
    /// <param name="facts">What was read.</param>
    /// <param name="expectations">What the operator's configuration says.</param>
    public static Report Of(HostFacts facts, Expectations expectations)
    {
        var endpoints = new Endpoints(facts.Pci);
        var guests = GuestStates.Of(facts, endpoints);
        var critical = new CriticalRule(facts, guests);
        var ownership = OwnershipVerdict.Of(facts, endpoints, expectations, guests);
        var reserved = ownership.Reserved();
        var parts = PartsInUse.Of(facts, endpoints, guests, ownership);
        ImmutableArray<DeviceVerdict>? devices = facts.Pci is { } pci ? JudgeDevices(pci, facts, endpoints, critical, ownership, reserved, parts) : null;
        var iommuEnabled = facts.Platform?.Hypervisor?.HasIommu == true ? null : IsIommuEnabled(facts.Iommu);
        var isolation = IsolationAudit.Of(facts, iommuEnabled);
        var acsOverride = AcsOverride.Of(facts.Kernel, facts.KernelLog, isolation?.ShowsOverride);
        var report = new Report
        {
            IommuEnabled = iommuEnabled,
            AcsOverride = acsOverride,
            Isolation = isolation?.Judge(acsOverride) ?? IsolationVerdict.Unknown,
            Boot = facts.Boot is { } boot ? BootRule.Of(facts, boot, ownership) : null,
            Devices = devices,
            Groups = facts.Iommu?.Groups is { } groups ? JudgeGroups(groups, facts, devices ?? [], critical, ownership, reserved, parts) : null,
            Ownership = ownership,
            Guests = new GuestRule(facts, endpoints, guests, critical, parts).Judge(),
            Drift = facts.Baseline is { } baseline ? TopologyDrift.Between(baseline, facts) : null,
        };
        return report with { Findings = AllRules.Apply(new Judged(facts, report)) };
    }

    /// <summary>
    /// Units are listed when remapping has been set up, groups when devices were put behind it; the command line and the log
    /// prove neither (drivers/iommu/intel/dmar.c prints "IOMMU enabled" for the parameter alone).
    /// </summary>
    private static bool? IsIommuEnabled(IommuFacts? iommu)
    {
        bool? units = iommu?.Units is { } unitList ? unitList.Length > 0 : null;
        bool? groups = iommu?.Groups is { } groupList ? groupList.Length > 0 : null;
        return units == false || groups == false ? false : units & groups;
    }

    private static ImmutableArray<DeviceVerdict> JudgeDevices(
        PciFacts pci, HostFacts facts, Endpoints endpoints, CriticalRule critical, OwnershipVerdict ownership, HashSet<PciAddress> reserved, PartsInUse parts)
    {
        var slots = new SlotNames(pci, facts.Platform);
        var reset = new ResetRule(pci, facts.Kernel, ownership);
        var handedOut = endpoints.All.Where(function => function.Driver?.IsVfio == true || reserved.Contains(function.Address))
            .Select(function => function.PhysicalFunction ?? function.Address)
            .ToHashSet();
        return
        [
            .. endpoints.All.Select(function =>
                DeviceVerdict.Of(function, reset) with
                {
                    PhysicalSlot = slots.Find(function),
                    Critical = critical.Of(function.Address),
                    Users = critical.AllOf(function.Address),
                    MayCarry = [.. critical.MayCarry(function.Address)],
                    Parts = parts.Of(function.Address),
                    IsCritical = critical.IsCritical(function.Address),
                    IsReserved = reserved.Contains(function.Address),
                    IsHostsOwnVirtual = function.PhysicalFunction is { } physical && !handedOut.Contains(physical),
                }),
        ];
    }

    private static ImmutableArray<GroupVerdict> JudgeGroups(
        ImmutableArray<IommuGroup> groups,
        HostFacts facts,
        ImmutableArray<DeviceVerdict> devices,
        CriticalRule critical,
        OwnershipVerdict ownership,
        HashSet<PciAddress> reserved,
        PartsInUse parts)
    {
        var functions = facts.Pci?.Functions.ToDictionary(function => function.Address);
        var candidates = devices.Where(device => device.IsCandidate).Select(device => device.Function.Address).ToHashSet();
        var openable = devices.Where(device => device.Owner == Owner.Vfio).Select(device => device.Function.Address).Concat(reserved).ToHashSet();
        var handouts = new HandoutRule(functions, critical, facts.Kernel, reserved, parts, ownership.Untold.IsEmpty);
        var nodes = (facts.Processes?.Nodes ?? []).ToLookup(node => node.Group);
        var claimed = (ownership.Reservations ?? []).Where(reservation => reservation.Vm is not null).Select(reservation => reservation.Address).ToHashSet();
        return [.. groups.Select(JudgeGroup)];

        // A program that runs no VM may carry the host on the device: Open vSwitch its network, SPDK its disks.
        static Handout WithService(Handout handout, ImmutableArray<HolderVerdict>? holders) =>
            handout.CriticalDevices == 0 && holders?.Any(holder => holder.Platform is null) == true ? handout with { CriticalDevices = null } : handout;

        GroupVerdict JudgeGroup(IommuGroup group)
        {
            var holders = ownership.HoldersOf(group.Name);
            return GroupVerdict.Of(group, functions, candidates) with
            {
                Holders = holders,
                Nodes = [.. nodes[group.Name]],
                Services = group.Functions?.Any(claimed.Contains) == true ? [.. (holders ?? []).Where(holder => holder is { Platform: null, IsUnknown: false, IsAllowed: false })] : [],
                CanBeHeld = holders?.Length > 0 || group.Functions?.Any(openable.Contains) == true,
                Handout = WithService(handouts.Judge(group, holders?.Length > 0), holders),
            };
        }
    }
}
