using Passthru.Facts.Capture;
using Passthru.Facts.Processes.Traits;
using Passthru.Facts.Reading;
using Passthru.Facts.Values;
using Passthru.Facts.Vms.Starts;

namespace Passthru.Facts.Vms;

/// <summary>
/// A program that runs VMs: what it is called, how its files are read, and how its processes and scopes are told from those of
/// others. Everything that depends on the manager asks this record, so a new one is a row of <c>VmManagers</c> and a folder.
/// </summary>
public sealed class VmManager
{
    /// <summary>The value of the labels <c>platform</c> and <c>source</c>: <c>proxmox</c>.</summary>
    public required string Name { get; init; }

    /// <summary>What a sentence calls it: <c>Proxmox VE</c>.</summary>
    public required string Title { get; init; }

    /// <summary>The collector that reads its files; null where no files of it are read.</summary>
    public Collector? Collector { get; init; }

    /// <summary>At a start it binds every function of the IOMMU group to VFIO, bridges aside, not just the configured ones.</summary>
    public bool StartTakesWholeGroup { get; init; }

    /// <summary>Its note of a running VM has every device that was plugged and unplugged since, and so goes before the command line.</summary>
    public bool NotesEveryDevice { get; init; }

    /// <summary>The id that the manager gives to the VM of a process; null where the process has none of its kind.</summary>
    public Func<VmProcess, string?> IdOf { get; init; } = process => process.Name;

    /// <summary>The id of the VM that a scope of systemd is made for; null for a unit of anything else.</summary>
    public Func<string, string?> IdOfScope { get; init; } = _ => null;

    /// <summary>Its VMs, and whether its notes of running ones were seen.</summary>
    internal Func<HostReader, VmReading> Read { get; init; } = _ => VmReading.None;

    /// <summary>The VMs with what its logs tell of their starts.</summary>
    internal Func<HostReader, StartLogs, EquatableArray<Vm>, EquatableArray<Vm>> WithStarts { get; init; } = (_, _, vms) => vms;

    /// <summary>
    /// The manager of this host started the process, and so knows of it while its VM runs. Told by what root makes: control group,
    /// namespaces. Whoever is told so can be called left over.
    /// </summary>
    internal Func<ProcessTraits, VmProcess, bool> Owns { get; init; } = (_, _) => false;

    /// <summary>Parts of arguments that only its processes have; a capture keeps them.</summary>
    internal string[] Marks { get; init; } = [];

    /// <summary>What else tells its processes.</summary>
    internal Func<ProcessTraits, bool> Recognizes { get; init; } = _ => false;

    /// <summary>What a capture may show of a file of the manager, by the parts of its path; null: the file is not the manager's.</summary>
    internal Func<string[], string, Pseudonyms?, string?> Redact { get; init; } = (_, _, _) => null;

    /// <summary>What a capture calls a file whose name tells more than the manager's reader needs; null: as it is called.</summary>
    internal Func<string, Pseudonyms?, string?> RedactPath { get; init; } = (_, _) => null;

    /// <summary>The files in a directory are named after VMs.</summary>
    internal Func<string, bool> HoldsNames { get; init; } = _ => false;

    /// <summary>The process looks like one of the manager's, here or in a container. It describes, and accuses nobody.</summary>
    internal bool Runs(ProcessTraits process) => Marks.Any(process.Says) || Recognizes(process);

    public override string ToString() => Name;
}

/// <summary>What the files of a manager tell.</summary>
/// <param name="Vms">Null: the manager is not on this host, or its files could not be read.</param>
/// <param name="NotesSeen">A VM that its notes do not have does not run for it.</param>
internal readonly record struct VmReading(EquatableArray<Vm>? Vms, bool NotesSeen)
{
    public static readonly VmReading None = new(null, false);
}
