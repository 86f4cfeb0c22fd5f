using Passthru.Facts.Pci;

namespace Passthru.Facts.Vms.Starts;

/// <summary>One start of a VM, as its manager's log tells of it.</summary>
/// <param name="At">When it began.</param>
/// <param name="Succeeded">Null: the log does not tell what became of it.</param>
public sealed record VmStart(DateTimeOffset At, bool? Succeeded)
{
    /// <summary>Why it failed, looked up for the last start alone.</summary>
    public StartFailure? Failure { get; init; }
}

/// <summary>What a log says of a start that failed.</summary>
/// <param name="Reason">What kind of failure it is.</param>
/// <param name="Line">The message, without what stands before it; null: the log has none.</param>
/// <param name="Function">The host's function that it names.</param>
public sealed record StartFailure(StartFailureReason Reason, string? Line = null, PciAddress? Function = null);

/// <summary>Why a VM with host devices did not start.</summary>
public enum StartFailureReason
{
    /// <summary>Somebody else has the device or its group.</summary>
    Busy,

    /// <summary>The group, or a member of it, is not on VFIO.</summary>
    NotViable,

    /// <summary>Nothing is at the address.</summary>
    DeviceGone,

    /// <summary>A mapping of Proxmox does not fit the hardware.</summary>
    Mapping,

    /// <summary>The file that stands in for the ROM.</summary>
    Rom,

    /// <summary>The device could not be reset, or came back from its last user dead.</summary>
    Reset,

    /// <summary>Memory could not be had or pinned.</summary>
    Memory,

    /// <summary>The kernel refuses the device to VFIO: the firmware reserves memory for it, or interrupts are not remapped.</summary>
    Rmrr,

    /// <summary>QEMU may not open VFIO's files.</summary>
    Permission,

    /// <summary>The configuration asks for what cannot be.</summary>
    Config,

    /// <summary>Nothing that is known here.</summary>
    Other,
}
