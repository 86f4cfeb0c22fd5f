using System.Collections.Immutable;
using Passthru.Facts.Pci;

namespace Passthru.Findings.Plans;

/// <summary>What stands between a device and a VM that starts with it, on this host; or the way back.</summary>
public sealed record Plan
{
    /// <summary>Functions that were asked for.</summary>
    public required ImmutableArray<PciFunction> Asked { get; init; }

    /// <summary>Further functions that go along, and why.</summary>
    public ImmutableArray<Companion> Along { get; init; } = [];

    /// <summary>The VM that is to have it; null: none was named.</summary>
    public string? Vm { get; init; }

    public required PlanVerdict Verdict { get; init; }

    /// <summary>What speaks against it, or has to be known before, the worst first.</summary>
    public ImmutableArray<Remark> Remarks { get; init; } = [];

    /// <summary>In their order; none where it must not be done.</summary>
    public ImmutableArray<PlanStep> Steps { get; init; } = [];

    /// <summary>The plan leads back to the host.</summary>
    public bool IsUndo { get; init; }
}

/// <summary>A function that goes along with what was asked for.</summary>
/// <param name="Function">The function.</param>
/// <param name="Why">As a sentence ends: <c>in the same IOMMU group</c>.</param>
public sealed record Companion(PciFunction Function, string Why);

/// <summary>Whether a device may go.</summary>
public enum PlanVerdict
{
    May,

    /// <summary>Something about it could not be seen.</summary>
    Unknown,
    MustNot,
}

/// <summary>Something to know before the first step.</summary>
/// <param name="Weight">How much it weighs.</param>
/// <param name="Text">What is so.</param>
public sealed record Remark(RemarkWeight Weight, string Text)
{
    /// <summary>What would change that; null: nothing is known to.</summary>
    public string? Change { get; init; }
}

public enum RemarkWeight
{
    /// <summary>It must not be done.</summary>
    Blocks,

    /// <summary>It could not be told.</summary>
    Unknown,

    /// <summary>The host, a VM or a service loses something, or there is a risk.</summary>
    Costs,
    Note,
}

/// <summary>One step. Commands are for root's shell, each as it is to be typed.</summary>
/// <param name="Title">Two or three words.</param>
/// <param name="State">How it stands.</param>
public sealed record PlanStep(string Title, StepState State)
{
    /// <summary>What is to be done and why, a sentence each.</summary>
    public ImmutableArray<string> What { get; init; } = [];

    /// <summary>What shows that it is done.</summary>
    public ImmutableArray<string> Evidence { get; init; } = [];

    public ImmutableArray<string> Commands { get; init; } = [];

    /// <summary>Text for a file or a form that no command writes.</summary>
    public string? Text { get; init; }

    /// <summary>Another way to the same end, and its commands.</summary>
    public Alternative? Instead { get; init; }

    public ImmutableArray<Proof> Proofs { get; init; } = [];

    /// <summary>Commands that undo it.</summary>
    public ImmutableArray<string> Back { get; init; } = [];
}

/// <summary>Another way, when it fits, and its commands.</summary>
public sealed record Alternative(string When, ImmutableArray<string> Commands);

/// <summary>A command, and a line or a part of one that it prints when all is well.</summary>
public sealed record Proof(string Command, string Expected);

public enum StepState
{
    Done,
    ToDo,

    /// <summary>Whether it is done could not be seen.</summary>
    Unknown,
}
