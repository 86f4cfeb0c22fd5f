using Passthru.Facts.Reading;

namespace Passthru.Exporter.Text;

/// <summary>The collectors by the names that flags and metrics give them.</summary>
internal static class Collectors
{
    public static readonly Collector[] All = Enum.GetValues<Collector>();

    public static string NameOf(Collector collector) => collector switch
    {
        Collector.Platform => "platform",
        Collector.Kernel => "kernel",
        Collector.Iommu => "iommu",
        Collector.Pci => "pci",
        Collector.HostDependencies => "usage",
        Collector.Boot => "boot",
        Collector.Proxmox => "proxmox",
        Collector.Libvirt => "libvirt",
        Collector.Incus => "incus",
        Collector.Processes => "processes",
        Collector.Systemd => "systemd",
        Collector.KernelLog => "kernel_log",
        Collector.Baseline => "baseline",
        _ => throw new ArgumentOutOfRangeException(nameof(collector)),
    };
}
