using System.Collections.Immutable;
using Passthru.Facts;
using Passthru.Facts.Iommu;
using Passthru.Facts.Pci;
using Passthru.Findings.Boot;
using Passthru.Findings.Devices;
using Passthru.Findings.Drift;
using Passthru.Findings.Groups;
using Passthru.Findings.HostCritical;
using Passthru.Findings.Isolation;
using Passthru.Findings.NextStart;
using Passthru.Findings.Ownership;
using Passthru.Findings.Reports;
using Passthru.Findings.Rules;
using Passthru.Findings.Values;
using Passthru.Findings.Vms;

namespace Passthru.Findings;

/// <summary>The one way from facts to findings.</summary>
public static class Diagnosis
{
    /// <summary>Where the operator says nothing.</summary>
    public static Report Assess(HostFacts facts) => Assess(facts, ConfiguredExpectations.None);

    /// <summary>Pure and total: the same facts give the same report, in whatever order they were read.</summary>
    /// <param name="facts">What was read.</param>
    /// <param name="expectations">What the operator's configuration says.</param>
    public static Report Assess(HostFacts facts, ConfiguredExpectations expectations)
    {
        var endpoints = new EndpointIndex(facts.Pci);
        var vms = VmStates.Assess(facts, endpoints);
        var critical = new HostCriticalAssessor(facts, vms);
        var ownership = OwnershipVerdict.Assess(facts, endpoints, expectations, vms);
        var reserved = ownership.Reserved();
        var parts = PartsInUse.Collect(facts, endpoints, vms, ownership);
        ImmutableArray<DeviceVerdict>? devices = facts.Pci is { } pci ? JudgeDevices(pci, facts, endpoints, critical, ownership, reserved, parts) : null;
        var iommuEnabled = facts.Platform?.Hypervisor?.HasIommu == true ? null : IsIommuEnabled(facts.Iommu);
        var isolation = IsolationAudit.Assess(facts, iommuEnabled);
        var acsOverride = AcsOverride.Assess(facts.Kernel, facts.KernelLog, isolation?.ShowsOverride);
        var report = new Report
        {
            IommuEnabled = iommuEnabled,
            AcsOverride = acsOverride,
            Isolation = isolation?.Judge(acsOverride) ?? IsolationVerdict.Unknown,
            Boot = facts.Boot is { } boot ? BootAssessor.Assess(facts, boot, ownership) : null,
            Devices = devices,
            Groups = facts.Iommu?.Groups is { } groups ? JudgeGroups(groups, facts, devices ?? [], critical, ownership, reserved, parts) : null,
            Ownership = ownership,
            Vms = new VmAssessor(facts, endpoints, vms, critical, parts).Judge(),
            Drift = facts.Baseline is { } baseline ? TopologyDrift.Between(baseline, facts) : null,
        };
        return report with
        {
            Findings = AllRules.Apply(new RuleInput(facts, report)),
            Accepted = AcceptedScopes.Resolve(expectations.Acceptances, report),
        };
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
        PciFacts pci, HostFacts facts, EndpointIndex endpoints, HostCriticalAssessor critical, OwnershipVerdict ownership, HashSet<PciAddress> reserved, PartsInUse parts)
    {
        var slots = new SlotNames(pci, facts.Platform);
        var reset = new ResetAssessor(pci, facts.Kernel, ownership);
        var handedOut = endpoints.All.Where(function => function.Driver?.IsVfio == true || reserved.Contains(function.Address))
            .Select(function => function.PhysicalFunction ?? function.Address)
            .ToHashSet();
        return
        [
            .. endpoints.All.Select(function =>
                DeviceVerdict.Assess(function, reset) with
                {
                    PhysicalSlot = slots.Find(function),
                    Critical = critical.Of(function.Address),
                    Users = critical.AllOf(function.Address),
                    MayCarry = [.. critical.MayCarry(function.Address)],
                    Parts = parts.PartsOf(function.Address),
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
        HostCriticalAssessor critical,
        OwnershipVerdict ownership,
        HashSet<PciAddress> reserved,
        PartsInUse parts)
    {
        var functions = facts.Pci?.Functions.ToDictionary(function => function.Address);
        var candidates = devices.Where(device => device.IsCandidate).Select(device => device.Function.Address).ToHashSet();
        var openable = devices.Where(device => device.Owner == Owner.Vfio).Select(device => device.Function.Address).Concat(reserved).ToHashSet();
        var handouts = new AssignabilityAssessor(functions, critical, facts.Kernel, reserved, parts, ownership.Unresolved.IsEmpty);
        var nodes = (facts.Processes?.Nodes ?? []).ToLookup(node => node.Group);
        var claimed = (ownership.ExpectedDevices ?? []).Where(reservation => reservation.Vm is not null).Select(reservation => reservation.Address).ToHashSet();
        return [.. groups.Select(JudgeGroup)];

        // A program that runs no VM may carry the host on the device: Open vSwitch its network, SPDK its disks.
        static Assignability WithService(Assignability assignability, ImmutableArray<HolderVerdict>? holders) =>
            assignability.CriticalDevices == 0 && holders?.Any(holder => holder.Platform is null) == true ? assignability with { CriticalDevices = null } : assignability;

        GroupVerdict JudgeGroup(IommuGroup group)
        {
            var holders = ownership.HoldersOf(group.Name);
            var isClaimed = group.Functions?.Any(claimed.Contains) == true;
            return GroupVerdict.Assess(group, functions, candidates) with
            {
                Holders = holders,
                Nodes = [.. nodes[group.Name]],
                IsClaimed = isClaimed,
                Services = isClaimed ? [.. (holders ?? []).Where(holder => holder is { Platform: null, IsUnknown: false, IsAllowed: false })] : [],
                CanBeHeld = holders?.Length > 0 || group.Functions?.Any(openable.Contains) == true,
                Assignability = WithService(handouts.Judge(group, holders?.Length > 0), holders),
            };
        }
    }
}
