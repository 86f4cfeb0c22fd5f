using Passthru.Facts.Baseline;
using Passthru.Facts.Boot;
using Passthru.Facts.HostDependencies.Chains;
using Passthru.Facts.Iommu;
using Passthru.Facts.Kernel;
using Passthru.Facts.KernelLog;
using Passthru.Facts.Pci;
using Passthru.Facts.Platform;
using Passthru.Facts.Processes;
using Passthru.Facts.Reading;
using Passthru.Facts.Systemd;
using Passthru.Facts.Values;
using Passthru.Facts.Vms;

namespace Passthru.Facts;

/// <summary>
/// All that one read found out about a host; immutable, and made anew by the next read. A section is null when its collector is
/// switched off, a fact in it when the host does not tell.
/// </summary>
public sealed record HostFacts
{
    public required DateTimeOffset TakenAt { get; init; }

    public PlatformFacts? Platform { get; init; }

    public KernelFacts? Kernel { get; init; }

    public IommuFacts? Iommu { get; init; }

    public PciFacts? Pci { get; init; }

    /// <summary>Interrupts that guests' drivers were sent, where they can be counted.</summary>
    public EquatableArray<GuestInterruptCount> GuestInterrupts { get; init; } = [];

    public HostDependencyFacts? HostDependencies { get; init; }

    public BootFacts? Boot { get; init; }

    /// <summary>The VMs of each manager whose files were read.</summary>
    public EquatableArray<VmFacts> Managers { get; init; } = [];

    public ProcessFacts? Processes { get; init; }

    /// <summary>Null where there is no systemd to be asked, too.</summary>
    public SystemdFacts? Systemd { get; init; }

    public KernelLogFacts? KernelLog { get; init; }

    /// <summary>Null where none has been accepted, too.</summary>
    public HardwareBaseline? Baseline { get; init; }

    /// <summary>How each collector fared.</summary>
    public required EquatableArray<CollectorRun> Collectors { get; init; }

    /// <summary>The same but for when it was read, how long that took, and what counts on by itself.</summary>
    public bool SaysTheSameAs(HostFacts other) => Timeless == other.Timeless;

    /// <summary>The VMs of a manager; null where they can't be told.</summary>
    public EquatableArray<Vm>? VmsOf(VmManager manager) => Managers.FirstOrDefault(section => section.Manager == manager)?.Vms;

    private HostFacts Timeless => this with { TakenAt = default, GuestInterrupts = [], Collectors = [.. Collectors.Select(run => run with { Duration = default })] };
}
