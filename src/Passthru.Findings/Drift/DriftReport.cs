using System.Collections.Immutable;
using Passthru.Facts.Pci;

namespace Passthru.Findings.Drift;

/// <summary>In what a host differs from the topology that was accepted.</summary>
public sealed record DriftReport
{
    public required DateTimeOffset AcceptedAt { get; init; }

    /// <summary>What could be compared; of the rest nothing is said.</summary>
    public required ImmutableArray<DriftKind> Compared { get; init; }

    /// <summary>By kind, then by address.</summary>
    public required ImmutableArray<DriftChange> Changes { get; init; }

    /// <summary>Devices and groups could be compared: that they are the same can be said.</summary>
    public bool IsWhole => Compared.Contains(DriftKind.DeviceMissing) && Compared.Contains(DriftKind.GroupChanged);

    /// <summary>How many changes of a kind there are; null where that can't be told.</summary>
    public int? Count(DriftKind kind) => Compared.Contains(kind) ? Changes.Count(change => change.Kind == kind) : null;
}

/// <summary>One change.</summary>
/// <param name="Kind">What sort of change it is.</param>
/// <param name="Subject">What it is about: an address, several, or <c>host</c>.</param>
/// <param name="Sentence">What was and what is.</param>
/// <param name="Functions">Everything concerned.</param>
public sealed record DriftChange(DriftKind Kind, string Subject, string Sentence, ImmutableArray<PciAddress> Functions);

/// <summary>Sorts of change, what weighs most first.</summary>
public enum DriftKind
{
    /// <summary>What was apart is together, or the other way round.</summary>
    GroupChanged,

    /// <summary>Nothing is at its place.</summary>
    DeviceMissing,

    /// <summary>Something else is at its place, or it has another address there: what names the address means another device.</summary>
    DeviceReplaced,

    DeviceAdded,

    /// <summary>Firmware, board or machine.</summary>
    FirmwareChanged,

    KernelChanged,
}
