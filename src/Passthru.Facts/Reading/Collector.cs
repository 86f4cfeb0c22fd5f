namespace Passthru.Facts.Reading;

/// <summary>A section of <see cref="HostFacts"/> and the files it comes from, to be switched on and off as one.</summary>
public enum Collector
{
    Platform,
    Kernel,
    Iommu,
    Pci,
    HostDependencies,
    Boot,
    Proxmox,
    Libvirt,
    Incus,
    Processes,
    Systemd,
    KernelLog,
    Baseline,
}
