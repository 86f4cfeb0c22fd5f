using System.Collections.Immutable;
using Passthru.Facts;
using Passthru.Facts.Iommu;
using Passthru.Facts.Pci;
using Passthru.Findings.Isolation;

namespace Passthru.Findings;

/// <summary>The one way from facts to findings.</summary>
public static class Diagnosis
{
    /// <summary>Pure and total: the same facts give the same report, in whatever order they were read.</summary>
    public static Report Of(HostFacts facts)
    {
        var critical = new CriticalRule(facts);
        ImmutableArray<DeviceVerdict>? devices = facts.Pci is { } pci ? JudgeDevices(pci, facts, critical) : null;
        var iommuEnabled = IsIommuEnabled(facts.Iommu);
        var acsOverride = AcsOverride.Of(facts.Kernel);
        return new Report
        {
            IommuEnabled = iommuEnabled,
            AcsOverride = acsOverride,
            Isolation = IsolationAudit.Of(facts, acsOverride, iommuEnabled),
            Devices = devices,
            Groups = facts.Iommu?.Groups is { } groups ? JudgeGroups(groups, facts, devices ?? [], critical) : null,
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

    private static ImmutableArray<DeviceVerdict> JudgeDevices(PciFacts pci, HostFacts facts, CriticalRule critical)
    {
        var reset = new ResetRule(pci, facts.Kernel);
        var endpoints = pci.Functions.Where(function => function.IsEndpoint).OrderBy(function => function.Address);
        return [.. endpoints.Select(function => DeviceVerdict.Of(function, reset) with { Critical = critical.Of(function.Address) })];
    }

    private static ImmutableArray<GroupVerdict> JudgeGroups(
        ImmutableArray<IommuGroup> groups, HostFacts facts, ImmutableArray<DeviceVerdict> devices, CriticalRule critical)
    {
        var functions = facts.Pci?.Functions.ToDictionary(function => function.Address);
        var candidates = devices.Where(device => device.IsCandidate).Select(device => device.Function.Address).ToHashSet();
        return
        [
            .. groups.Select(group => GroupVerdict.Of(group, functions, candidates) with
            {
                Handout = Handout.Of(group, functions, critical, facts.Kernel),
            }),
        ];
    }
}
