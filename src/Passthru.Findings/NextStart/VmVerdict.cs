using System.Collections.Immutable;
using Passthru.Facts.Pci;
using Passthru.Facts.Vms;
using Passthru.Findings.Starts;
using Passthru.Findings.Values;

namespace Passthru.Findings.NextStart;

/// <summary>What is to be said of one VM that takes host devices; null is: can't be told.</summary>
public sealed record VmVerdict
{
    public required Vm Vm { get; init; }

    public required bool? IsRunning { get; init; }

    /// <summary>The next start takes other devices than the running VM has.</summary>
    public bool? HasPendingChanges { get; init; }

    /// <summary>The host functions that it is configured to take, with the entry that says so.</summary>
    public required ImmutableArray<VmFunction> Functions { get; init; }

    /// <summary>Entries whose device is not there, or is another one now; the parent of a mediated device counts too.</summary>
    public required int? MissingDevices { get; init; }

    /// <summary>Every function that its start takes from the host; with Proxmox whole groups, bridges aside.</summary>
    public ImmutableArray<PciAddress>? StartTakes { get; init; }

    /// <summary>Functions that the host lives on and would lose at its start; nobody asks that of a VM that only its running process shows.</summary>
    public required ImmutableArray<PciAddress>? StartTakesCritical { get; init; }

    /// <summary>Functions that other VMs take too, where nothing makes two of them meet.</summary>
    public ImmutableArray<SharedFunction> SharedByTurns { get; init; } = [];

    /// <summary>Every check that applies to it, found or not.</summary>
    public required ImmutableArray<VmIssue> Issues { get; init; }

    /// <summary>How it has started so far.</summary>
    public StartVerdict Starts { get; init; } = new();

    /// <summary>It runs, or will without anybody's doing.</summary>
    public bool IsUrgent => IsRunning == true || Vm is { StartsWithHost: true, IsTemplate: false };
}

/// <summary>One host function that an entry of a VM takes, or of which it takes a part.</summary>
public readonly record struct VmFunction(string Slot, PciAddress Address);

/// <summary>A function that other VMs take too.</summary>
public sealed record SharedFunction(PciAddress Address, ImmutableArray<string> Vms);

/// <summary>The answer of one check.</summary>
/// <param name="Check">What was looked for.</param>
/// <param name="Troubles">Where it was found; empty: it was not.</param>
public sealed record VmIssue(VmCheck Check, ImmutableArray<VmTrouble> Troubles)
{
    public bool IsPresent => !Troubles.IsEmpty;

    /// <summary>Entries and functions that it is about.</summary>
    public IEnumerable<string> Subjects => Troubles.Select(trouble => trouble.Subject).Distinct();
}

/// <summary>One place where a check found something.</summary>
/// <param name="Subject">An entry (<c>hostpci0</c>) or a function.</param>
/// <param name="Detail">What is so there; null where the subject says all.</param>
public readonly record struct VmTrouble(string Subject, string? Detail = null)
{
    public override string ToString() => Detail is null ? Subject : $"{Subject}: {Detail}";
}

/// <summary>A mistake that VMs with host devices are known for.</summary>
/// <param name="Id">For ever: rules and dashboards stand on it.</param>
/// <param name="Reason">What goes wrong, in a sentence.</param>
/// <param name="Fix">What to do first.</param>
public sealed record VmCheck(string Id, string Reason, string Fix)
{
    /// <summary>How passthrough breaks through it.</summary>
    public Bucket Bucket { get; init; } = Bucket.Runtime;

    public Severity Severity { get; init; } = Severity.Warning;

    /// <summary>The alert that tells of it; empty where nobody is alerted.</summary>
    public string Alert { get; init; } = "PassthruVmConfigInvalid";

    /// <summary>The alert that tells of it for a Windows guest, where that is another.</summary>
    public string? WindowsAlert { get; init; }

    public string AlertFor(Vm vm) => vm.IsWindows == true ? WindowsAlert ?? Alert : Alert;
}
