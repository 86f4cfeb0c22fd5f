using System.Collections.Immutable;
using Passthru.Findings.Isolation;

namespace Passthru.Findings;

/// <summary>What the facts of one read mean. Every view of the host is a function of <see cref="Facts.HostFacts"/> and this.</summary>
public sealed record Report
{
    /// <summary>The kernel runs an IOMMU; null where that can't be told.</summary>
    public required bool? IommuEnabled { get; init; }

    public required AcsOverride AcsOverride { get; init; }

    /// <summary>Which boundaries of groups stand without the override.</summary>
    public required IsolationVerdict Isolation { get; init; }

    /// <summary>By group, in the kernel's order; null where groups can't be seen.</summary>
    public required ImmutableArray<GroupVerdict>? Groups { get; init; }

    /// <summary>By address, endpoints only; null where functions were not read.</summary>
    public required ImmutableArray<DeviceVerdict>? Devices { get; init; }
}
