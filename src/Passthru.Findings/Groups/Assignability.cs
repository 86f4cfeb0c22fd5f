using System.Collections.Immutable;
using Passthru.Facts.Pci;
using Passthru.Findings.HostCritical;

namespace Passthru.Findings.Groups;

/// <summary>What handing a group to a virtual machine would mean; null is: can't be told.</summary>
public sealed record Assignability
{
    /// <summary>Nothing is known.</summary>
    public static readonly Assignability Unresolved = new() { Viability = new Viability(null, []), Critical = [], State = GroupState.Unknown };

    public required Viability Viability { get; init; }

    /// <summary>What the host would lose, by function and reason.</summary>
    public required ImmutableArray<HostCriticalUse> Critical { get; init; }

    /// <summary>Functions the host lives on; null while one that is not known to be might be one.</summary>
    public int? CriticalDevices { get; init; }

    /// <summary>A function the host lives on shares the group with an endpoint that somebody may want to hand out.</summary>
    public bool? SharedCritical { get; init; }

    public required GroupState State { get; init; }

    /// <summary>The kind of the principal endpoint, that for which one would hand the group out.</summary>
    public DeviceKind Kind { get; init; } = DeviceKind.Other;
}

/// <summary>Where a group stands between the host and its virtual machines.</summary>
public enum GroupState
{
    /// <summary>The host lives on it, or VFIO would refuse it.</summary>
    Blocked,

    /// <summary>A VM holds it, or has a part of a member: a virtual function or a mediated device.</summary>
    InUse,

    /// <summary>Claimed by a virtual machine or an expectation, and not held.</summary>
    Reserved,

    /// <summary>Nobody has it.</summary>
    Available,

    /// <summary>A driver of the host has it, and could let go.</summary>
    Host,

    /// <summary>Something whose place can't be told might stand on it, or its members can't be judged.</summary>
    Unknown,
}
