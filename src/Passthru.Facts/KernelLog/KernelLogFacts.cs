using Passthru.Facts.Pci;
using Passthru.Facts.Values;

namespace Passthru.Facts.KernelLog;

/// <summary>What the kernel has logged since boot that concerns passthrough, so far as its ring still held it when it was read.</summary>
public sealed record KernelLogFacts
{
    /// <summary>By kind and function.</summary>
    public required EquatableArray<KernelEventCount> Events { get; init; }

    public AcsStatements Acs { get; init; } = AcsStatements.None;

    /// <summary>By kind: records that the kernel says it did not log.</summary>
    public EquatableArray<KernelEventsSuppressed> Suppressed { get; init; } = [];

    /// <summary>Records of this boot that were gone before they could be read; null where the log was not read from a running kernel.</summary>
    public long? Lost { get; init; }
}

/// <summary>How often one thing was logged: a lower bound, for the kernel limits the rate of many of these messages.</summary>
/// <param name="Kind">What.</param>
/// <param name="Device">The function it happened to; null where the record names none.</param>
/// <param name="Count">Records.</param>
public sealed record KernelEventCount(KernelEventKind Kind, PciAddress? Device, long Count)
{
    /// <summary>When the last of them was logged, as time since boot.</summary>
    public TimeSpan LastAt { get; init; }

    /// <summary>The text of the last of them, cut.</summary>
    public string LastText { get; init; } = "";

    /// <summary>How many of them tell of interrupts, not of memory.</summary>
    public long OfInterrupts { get; init; }

    /// <summary>The controller that the record names and no file or record places on a function: <c>nvme0</c>.</summary>
    internal string? Controller { get; init; }
}

/// <summary>Records that were held back by a rate limit (lib/ratelimit.c), or that a full queue lost (at least one).</summary>
/// <param name="Kind">What they would have told of.</param>
/// <param name="Count">Records.</param>
public sealed record KernelEventsSuppressed(KernelEventKind Kind, long Count);
