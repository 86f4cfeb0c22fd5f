namespace Passthru.Facts.KernelLog;

/// <summary>What the kernel logs when passthrough goes wrong.</summary>
public enum KernelEventKind
{
    /// <summary>The IOMMU blocked a memory access or an interrupt of a device.</summary>
    DmaFault,

    /// <summary>A reset failed: the device did not answer again, or the reset itself returned an error.</summary>
    ResetFailed,

    /// <summary>A reset was made although the device still had transactions under way.</summary>
    ResetTimeout,

    /// <summary>Function Level Reset was asked of a device that has none, or every reset method is switched off.</summary>
    NoFlr,

    /// <summary>A device does not wake up.</summary>
    PowerStuck,

    /// <summary>A framebuffer or another driver of the host holds a device's memory range.</summary>
    BarConflict,

    /// <summary>A device's ROM has no valid header.</summary>
    RomInvalid,

    /// <summary>The firmware reserves memory for a device, so the kernel does not hand it out.</summary>
    RmrrRefused,

    /// <summary>VFIO found the BARs of a device cleared and restored them: the device was reset behind VFIO's back.</summary>
    BarRestore,

    /// <summary>The kernel cannot remap interrupts, so VMs are not isolated from them.</summary>
    IrqRemappingUnavailable,

    /// <summary>The IOMMU, or a device's TLB, did not complete an invalidation in time.</summary>
    InvalidationTimeout,

    /// <summary>The IOMMU reports an error of its own: of its commands, its tables in memory, its hardware.</summary>
    IommuError,

    /// <summary>A port reports an uncorrectable error, contains one (DPC), could not recover from one, or lost its link.</summary>
    PortError,

    /// <summary>The part of <see cref="PortError"/> in which the link below a port went down.</summary>
    LinkDown,

    /// <summary>An interrupt line is shared and a VM's device cannot have it, or the kernel switched the line off.</summary>
    IntxConflict,

    /// <summary>A device of the host does not answer any more: it fell off the bus.</summary>
    DeviceLost,

    /// <summary>A VM's memory could not be pinned: RLIMIT_MEMLOCK is too small.</summary>
    MemoryLimit,
}

/// <summary>The kinds by name.</summary>
public static class KernelEventKinds
{
    /// <summary>The label value; alerts and dashboards stand on it.</summary>
    public static string Word(this KernelEventKind kind) => kind switch
    {
        KernelEventKind.DmaFault => "dma_fault",
        KernelEventKind.ResetFailed => "reset_failed",
        KernelEventKind.ResetTimeout => "reset_timeout",
        KernelEventKind.NoFlr => "no_flr",
        KernelEventKind.PowerStuck => "power_stuck",
        KernelEventKind.BarConflict => "bar_conflict",
        KernelEventKind.RomInvalid => "rom_invalid",
        KernelEventKind.RmrrRefused => "rmrr_refused",
        KernelEventKind.BarRestore => "bar_restore",
        KernelEventKind.IrqRemappingUnavailable => "irq_remapping_unavailable",
        KernelEventKind.InvalidationTimeout => "invalidation_timeout",
        KernelEventKind.IommuError => "iommu_error",
        KernelEventKind.PortError => "port_error",
        KernelEventKind.LinkDown => "link_down",
        KernelEventKind.IntxConflict => "intx_conflict",
        KernelEventKind.DeviceLost => "device_lost",
        _ => "memory_limit",
    };
}
