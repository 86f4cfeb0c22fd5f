using System.Collections.Immutable;
using Passthru.Findings.Boot;
using Passthru.Findings.Devices;
using Passthru.Findings.Drift;
using Passthru.Findings.Groups;
using Passthru.Findings.Isolation;
using Passthru.Findings.NextStart;
using Passthru.Findings.Ownership;
using Passthru.Findings.Values;

namespace Passthru.Findings.Reports;

/// <summary>What the facts of one read mean. Every view of the host is a function of <see cref="Facts.HostFacts"/> and this.</summary>
public sealed record Report
{
    /// <summary>The kernel runs an IOMMU; null where that can't be told.</summary>
    public required bool? IommuEnabled { get; init; }

    public required AcsOverride AcsOverride { get; init; }

    /// <summary>Which boundaries of groups stand without the override.</summary>
    public required IsolationVerdict Isolation { get; init; }

    /// <summary>What becomes of the configuration at boot; null where it was not read.</summary>
    public BootVerdict? Boot { get; init; }

    /// <summary>By group, in the kernel's order; null where groups can't be seen.</summary>
    public required ImmutableArray<GroupVerdict>? Groups { get; init; }

    /// <summary>By address, endpoints only; null where functions were not read.</summary>
    public required ImmutableArray<DeviceVerdict>? Devices { get; init; }

    /// <summary>Who should have which device, and who has it.</summary>
    public required OwnershipVerdict Ownership { get; init; }

    /// <summary>Virtual machines that take host devices; null where nothing that would tell of them was read.</summary>
    public required ImmutableArray<VmVerdict>? Vms { get; init; }

    /// <summary>What changed since the topology was accepted; null where it never was.</summary>
    public DriftReport? Drift { get; init; }

    /// <summary>What is not as it should be, in the order of a diagnosis.</summary>
    public ImmutableArray<Finding> Findings { get; init; } = [];

    /// <summary>Findings that the operator lives with, and what of this host they are about.</summary>
    public ImmutableArray<AcceptedScope> Accepted { get; init; } = [];

    /// <summary>The acceptance that speaks of a finding, one that holds before one that has run out; null where there is none.</summary>
    public Acceptance? AcceptanceOf(Finding finding) =>
        Accepted.Where(scope => scope.Covers(finding)).Select(scope => scope.Acceptance).MaxBy(acceptance => acceptance.Until);
}
