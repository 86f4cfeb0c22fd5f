using System.Collections.Immutable;
using Passthru.Facts.Pci;

namespace Passthru.Findings.Values;

/// <summary>Something that is not as it should be, on this host, now.</summary>
public sealed record Finding
{
    public required FindingKind Rule { get; init; }

    public required Severity Severity { get; init; }

    /// <summary>What it is about: <c>0000:01:00.0</c>, <c>group 7</c>, <c>VM 110</c>, <c>host</c>.</summary>
    public required string Subject { get; init; }

    /// <summary>What is so, in one sentence.</summary>
    public required string Cause { get; init; }

    /// <summary>The files and values that it stands on.</summary>
    public ImmutableArray<string> Evidence { get; init; } = [];

    /// <summary>What to do first, with the addresses of this host in its commands.</summary>
    public string Fix => Rule.Fix.Replace("ADDRESS", PciAddress.TryParse(Subject, out _) ? Subject : "ADDRESS", StringComparison.Ordinal);

    /// <summary>Functions it concerns.</summary>
    public ImmutableArray<PciAddress> Functions { get; init; } = [];

    /// <summary>Virtual machines it concerns.</summary>
    public ImmutableArray<string> Vms { get; init; } = [];

    /// <summary>One about the host as a whole.</summary>
    internal static Finding ForHost(FindingKind rule, Severity severity, string cause, params ImmutableArray<string> evidence) =>
        new() { Rule = rule, Severity = severity, Subject = "host", Cause = cause, Evidence = evidence };
}

/// <summary>One kind of finding.</summary>
/// <param name="Id">In kebab case, for ever.</param>
/// <param name="Bucket">How passthrough breaks through it.</param>
/// <param name="Stage">Where in the chain from firmware to guest it stands.</param>
/// <param name="Alert">The alert that tells of it; its runbook has more. Empty where nobody is alerted.</param>
/// <param name="Fix">What to do first.</param>
public sealed record FindingKind(string Id, Bucket Bucket, Stage Stage, string Alert, string Fix);

/// <summary>As alerts have it.</summary>
public enum Severity
{
    Info,
    Warning,
    Critical,
}

/// <summary>The three ways in which passthrough breaks.</summary>
public enum Bucket
{
    /// <summary>What should be apart is together.</summary>
    Isolation,

    /// <summary>The host has what VFIO should have.</summary>
    Ownership,

    /// <summary>The machine starts, or tries to, and the device fails.</summary>
    Runtime,
}

/// <summary>The order in which a diagnosis asks: what stands earlier explains what stands later.</summary>
public enum Stage
{
    Firmware,
    Kernel,
    Group,
    Owner,
    VmConfiguration,
    Device,
}
