using Passthru.Facts.Pci;

namespace Passthru.Facts.KernelLog;

/// <summary>What the kernel has logged since boot that concerns passthrough, so far as its ring still held it when it was read.</summary>
public sealed record KernelLogFacts
{
    /// <summary>By kind and function.</summary>
    public required EquatableArray<KernelEventCount> Events { get; init; }

    /// <summary>Records of this boot that were gone before they could be read; null where the log was not read from a running kernel.</summary>
    public long? Lost { get; init; }
}

/// <summary>How often one thing was logged. The kernel limits the rate of many of these messages: there may have been more.</summary>
/// <param name="Kind">What.</param>
/// <param name="Device">The function it happened to; null where the record names none.</param>
/// <param name="Count">Records.</param>
public sealed record KernelEventCount(KernelEventKind Kind, PciAddress? Device, long Count);

/// <summary>Things the kernel logs when passthrough goes wrong.</summary>
public enum KernelEventKind
{
    /// <summary>The IOMMU stopped an access to memory, or an interrupt, that a device was not entitled to.</summary>
    DmaFault,

    /// <summary>A reset went wrong.</summary>
    ResetFailed,

    /// <summary>A device did not come back from a reset within a minute.</summary>
    ResetTimeout,

    /// <summary>Function level reset was asked of a device that has none, or every reset method is switched off.</summary>
    NoFlr,

    /// <summary>A device did not leave, or reach, a power state.</summary>
    PowerStuck,

    /// <summary>Something else of the host holds a device's memory range: a framebuffer, another driver.</summary>
    BarConflict,

    /// <summary>A device's ROM has no valid header.</summary>
    RomInvalid,

    /// <summary>The firmware keeps a device for itself, so the kernel does not hand it out.</summary>
    RmrrRefused,

    /// <summary>VFIO found a device with its addresses gone and wrote them anew: it was reset behind VFIO's back.</summary>
    BarRestore,

    /// <summary>Interrupts can't be remapped, so they can't be kept apart.</summary>
    IrqRemappingUnavailable,
}

/// <summary>The kinds by name.</summary>
public static class KernelEventKinds
{
    /// <summary>For ever: alerts and dashboards stand on it.</summary>
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
        _ => "irq_remapping_unavailable",
    };
}
