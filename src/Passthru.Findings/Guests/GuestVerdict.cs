using System.Collections.Immutable;
using Passthru.Facts.Guests;
using Passthru.Facts.Pci;

namespace Passthru.Findings.Guests;

/// <summary>What is to be said of one virtual machine that takes host devices; null is: can't be told.</summary>
public sealed record GuestVerdict
{
    public required Guest Guest { get; init; }

    public required bool? IsRunning { get; init; }

    /// <summary>The host functions it is configured to take, with the entry that says so.</summary>
    public required ImmutableArray<GuestFunction> Functions { get; init; }

    /// <summary>Entries whose device is not there, or is another one now.</summary>
    public required int? MissingDevices { get; init; }

    /// <summary>Every function that its start takes from the host; with Proxmox whole groups, bridges aside.</summary>
    public ImmutableArray<PciAddress>? StartTakes { get; init; }

    /// <summary>Functions that the host lives on and would lose at its start.</summary>
    public required ImmutableArray<PciAddress>? StartTakesCritical { get; init; }

    /// <summary>Every check that applies to it, found or not.</summary>
    public required ImmutableArray<GuestIssue> Issues { get; init; }
}

/// <summary>One host function that an entry of a virtual machine's configuration takes.</summary>
public readonly record struct GuestFunction(string Slot, PciAddress Address);

/// <summary>The answer of one check.</summary>
/// <param name="Check">What was looked for.</param>
/// <param name="IsPresent">It is so.</param>
/// <param name="Subjects">Entries and functions that it is about.</param>
public sealed record GuestIssue(GuestCheck Check, bool IsPresent, ImmutableArray<string> Subjects);

/// <summary>A mistake that virtual machines with host devices are known for.</summary>
/// <param name="Id">For ever: rules and dashboards stand on it.</param>
/// <param name="Reason">What goes wrong, in a sentence.</param>
/// <param name="Fix">What to do first.</param>
public sealed record GuestCheck(string Id, string Reason, string Fix)
{
    /// <summary>How passthrough breaks through it.</summary>
    public Bucket Bucket { get; init; } = Bucket.Runtime;

    public Severity Severity { get; init; } = Severity.Warning;

    /// <summary>The alert that tells of it; empty where nobody is alerted.</summary>
    public string Alert { get; init; } = "PassthruVmBlackScreenRisk";
}
