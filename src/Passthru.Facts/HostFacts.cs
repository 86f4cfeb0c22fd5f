using Passthru.Facts.Baseline;
using Passthru.Facts.Boot;
using Passthru.Facts.Files;
using Passthru.Facts.Guests;
using Passthru.Facts.Iommu;
using Passthru.Facts.Kernel;
using Passthru.Facts.KernelLog;
using Passthru.Facts.Pci;
using Passthru.Facts.Platform;
using Passthru.Facts.Processes;
using Passthru.Facts.Systemd;
using Passthru.Facts.Usage;

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

    public UsageFacts? Usage { get; init; }

    public BootFacts? Boot { get; init; }

    /// <summary>The VMs of each manager whose files were read.</summary>
    public EquatableArray<GuestFacts> Managers { get; init; } = [];

    public ProcessFacts? Processes { get; init; }

    /// <summary>Null where there is no systemd to be asked, too.</summary>
    public SystemdFacts? Systemd { get; init; }

    public KernelLogFacts? KernelLog { get; init; }

    /// <summary>Null where none has been accepted, too.</summary>
    public TopologyBaseline? Baseline { get; init; }

    /// <summary>How each collector fared.</summary>
    public required EquatableArray<CollectorRun> Collectors { get; init; }

    /// <summary>The same but for when it was read, and how long that took.</summary>
    public bool SaysTheSameAs(HostFacts other) => Timeless == other.Timeless;

    /// <summary>The VMs of a manager; null where they can't be told.</summary>
    public EquatableArray<Guest>? GuestsOf(VmManager manager) => Managers.FirstOrDefault(section => section.Manager == manager)?.Guests;

    private HostFacts Timeless => this with { TakenAt = default, Collectors = [.. Collectors.Select(run => run with { Duration = default })] };
}

/// <summary>One collector's share of a read.</summary>
public sealed record CollectorRun(Collector Collector, TimeSpan Duration, EquatableArray<ReadIssue> Issues)
{
    /// <summary>Everything that exists could be read and understood; a limit of this program is no failure.</summary>
    public bool Succeeded => Issues.All(issue => issue.Kind == ReadIssueKind.Limit);

    /// <summary>Nothing that exists was refused or left without an answer.</summary>
    public bool IsWhole => !Issues.Any(issue => issue.IsRefusal);
}

/// <summary>A section of <see cref="HostFacts"/> and the files it comes from, to be switched on and off as one.</summary>
public enum Collector
{
    Platform,
    Kernel,
    Iommu,
    Pci,
    Usage,
    Boot,
    Proxmox,
    Libvirt,
    Processes,
    Systemd,
    KernelLog,
    Baseline,
}
