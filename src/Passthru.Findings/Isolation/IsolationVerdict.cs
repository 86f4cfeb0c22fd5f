using System.Collections.Immutable;
using Passthru.Facts.Pci;

namespace Passthru.Findings.Isolation;

/// <summary>What stands behind the boundaries of groups.</summary>
public sealed record IsolationVerdict
{
    /// <summary>Nothing can be told: no IOMMU, config space that could not be read, an override of which it is not known whether it works.</summary>
    public static readonly IsolationVerdict Unknown = new() { ModelMatches = null };

    /// <summary>
    /// The groups worked out from config space, with the override as requested, are the kernel's: what is said below can be
    /// trusted, and is not said otherwise. Null: can't be told.
    /// </summary>
    public required bool? ModelMatches { get; init; }

    /// <summary>By the kernel's name of the group; without those on which a missing fact bears.</summary>
    public ImmutableDictionary<string, GroupIsolation> Groups { get; init; } = ImmutableDictionary<string, GroupIsolation>.Empty;

    /// <summary>
    /// The layout that this kernel would come to were there no override, by the first member. Where facts are missing, the
    /// larger of the groups that could be.
    /// </summary>
    public ImmutableArray<HardwareGroup>? WithoutOverride { get; init; }

    /// <summary>Null where nothing can be claimed of the group.</summary>
    public GroupIsolation? Of(string group) => Groups.GetValueOrDefault(group);
}

/// <summary>Functions that the kernel would put together were there no override.</summary>
/// <param name="Functions">The members, by address.</param>
/// <param name="IsCertain">No missing fact bears on it.</param>
public sealed record HardwareGroup(ImmutableArray<PciAddress> Functions, bool IsCertain);

/// <summary>What stands behind the boundary of one group.</summary>
public sealed record GroupIsolation
{
    /// <summary>The boundary stands without the override.</summary>
    public required bool IsIsolated { get; init; }

    /// <summary>Functions that would be together with the members were there no override; the members among them.</summary>
    public required ImmutableArray<PciAddress> HardwareFunctions { get; init; }

    /// <summary>Ports and functions among them that have no ACS and pass for isolated by the override alone; none where the boundary stands.</summary>
    public required ImmutableArray<PciAddress> OverriddenFunctions { get; init; }

    /// <summary>
    /// Endpoints of other groups that could reach a member directly, from below a switch's port without ACS. The kernel's rule
    /// looks only at the path of each device, not at that of its neighbours. Null: can't be told.
    /// </summary>
    public required int? PeerReachable { get; init; }
}
