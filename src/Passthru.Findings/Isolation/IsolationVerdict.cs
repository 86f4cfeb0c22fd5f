using System.Collections.Immutable;
using Passthru.Facts.Pci;

namespace Passthru.Findings.Isolation;

/// <summary>What stands behind the boundaries of groups.</summary>
public sealed record IsolationVerdict
{
    /// <summary>Nothing can be told: no IOMMU, or config space that could not be read.</summary>
    public static readonly IsolationVerdict Unknown = new() { ModelMatches = null };

    /// <summary>
    /// The groups worked out from config space, with the override as it is in force, are the kernel's. False: somewhere they are
    /// not, and what is said below is said of the other groups. Null: can't be told.
    /// </summary>
    public required bool? ModelMatches { get; init; }

    /// <summary>Groups that are finer than the hardware's, and nothing that is known draws them: quirks of a newer kernel, perhaps.</summary>
    public ImmutableArray<string> Unexplained { get; init; } = [];

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
    /// <summary>The hardware draws the boundary, too.</summary>
    public required bool IsIsolated { get; init; }

    /// <summary>The override draws it, at least in part; else ACS was on at boot and is off now.</summary>
    public bool IsOverridden { get; init; }

    /// <summary>Functions that would be together with the members were there no override; the members among them.</summary>
    public required ImmutableArray<PciAddress> HardwareFunctions { get; init; }

    /// <summary>Ports and functions among them that have no ACS and pass for isolated by the override alone; none where the boundary stands.</summary>
    public required ImmutableArray<PciAddress> OverriddenFunctions { get; init; }

    /// <summary>Ports and functions among them that have ACS, and it is not on; none where the boundary stands.</summary>
    public ImmutableArray<PciAddress> SwitchedOffFunctions { get; init; } = [];

    /// <summary>
    /// Endpoints of other groups that could reach a member directly, from below a switch's port without ACS. The kernel's rule
    /// looks only at the path of each device, not at that of its neighbours. Null: can't be told.
    /// </summary>
    public required int? PeerReachable { get; init; }

    internal bool SaysTheSameAs(GroupIsolation other) => IsIsolated == other.IsIsolated && HardwareFunctions.SequenceEqual(other.HardwareFunctions);
}
