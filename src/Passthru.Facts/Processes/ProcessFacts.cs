using Passthru.Facts.Values;
using Passthru.Facts.Vms;

namespace Passthru.Facts.Processes;

/// <summary>What the processes of the host tell: virtual machines, and who has VFIO files open.</summary>
public sealed record ProcessFacts
{
    /// <summary>Those that are seen.</summary>
    public required EquatableArray<VmProcess> Vms { get; init; }

    /// <summary>The processes of the host were seen, all of them: what is not among <see cref="Vms"/> does not run.</summary>
    public required bool VmsComplete { get; init; }

    /// <summary>Processes with a VFIO file open, so far as seen.</summary>
    public required EquatableArray<VfioHolder> Holders { get; init; }

    /// <summary>
    /// Nothing of VFIO is open, every process was looked into, or every function in use has its holder: who is not among
    /// <see cref="Holders"/> holds nothing, <see cref="GroupsHeldUnseen"/> aside.
    /// </summary>
    public required bool HoldersComplete { get; init; }

    /// <summary>Groups with a function that VFIO has enabled and that none of <see cref="Holders"/> has open.</summary>
    public EquatableArray<string> GroupsHeldUnseen { get; init; } = [];

    /// <summary>The nodes of groups and devices on VFIO; null where the host's <c>/dev</c> is not seen, or nothing is on VFIO.</summary>
    public EquatableArray<VfioNodeFacts>? Nodes { get; init; }
}
