using static Passthru.Tests.Hosts.Parts;

namespace Passthru.Tests.Hosts;

/// <summary>
/// Intel's Volume Management Device hides the NVMe disks in a PCI domain of its own, 10000, which hangs below it in sysfs. All
/// in there does DMA with the controller's id, and so belongs to the controller's group.
/// </summary>
internal static class Vmd
{
    private const int Controller = 4;

    public static FakeHost Host() => new()
    {
        Kernel = new("6.9.7-1-default"),
        CommandLine = "BOOT_IMAGE=/boot/vmlinuz-6.9.7-1-default root=UUID=\"4e 71\" splash=silent intel_iommu=on",
        Platform = Platform.Intel,
        Dmi = new("Dell Inc.", "Precision 3660", "0PRR48", "2.17.0", "08/20/2024"),
        Processor = "12th Gen Intel(R) Core(TM) i7-12700",
        AcpiTables = ["APIC", "DMAR", "FACP", "MCFG"],
        InterruptRemapping = true,
        Units = [IommuUnit.Intel(0, 0xfed90000), IommuUnit.Intel(1, 0xfed91000)],
        Modules = [.. FakeModule.Vfio(), .. FakeModule.Kvm("intel")],
        Functions =
        [
            Conventional("0000:00:00.0", "8086:4660", ClassCode.HostBridge, 0),
            Integrated("0000:00:02.0", "8086:4680", ClassCode.Vga, 1, "i915") with
            {
                Subsystem = "1028:0a9f",
                Flr = true,
                Pm = PmReset.Keeps,
                Msi = true,
                BootVga = true,
            },
            Conventional("0000:00:06.0", "8086:09ab", ClassCode.Peripheral, 2),
            Integrated("0000:00:0a.0", "8086:467d", ClassCode.Signal, 3),
            Integrated("0000:00:0e.0", "8086:467f", ClassCode.Raid, Controller, "vmd") with
            {
                Subsystem = "1028:0a9f",
                Flr = true,
                MsiX = 19,
                Behind = Domain(),
            },
            Conventional("0000:00:14.0", "8086:7ae0", ClassCode.Usb, 5, "xhci_hcd") with
            {
                Subsystem = "1028:0a9f",
                Pm = PmReset.Keeps,
                Msi = true,
            },
            Conventional("0000:00:14.2", "8086:7aa7", ClassCode.Ram, 5) with { Subsystem = "1028:0a9f", Pm = PmReset.Keeps },
            Conventional("0000:00:1f.0", "8086:7a86", ClassCode.IsaBridge, 6) with { Subsystem = "1028:0a9f" },
            Conventional("0000:00:1f.4", "8086:7aa3", ClassCode.SmBus, 6, "i801_smbus") with { Subsystem = "1028:0a9f" },
        ],
    };

    private static IReadOnlyList<FakeFunction> Domain() =>
    [
        RootPort("10000:e0:06.0", "8086:464d", Controller, Disk("10000:e1:00.0")),
        RootPort("10000:e0:1a.0", "8086:7ab8", Controller, Disk("10000:e2:00.0")),
    ];

    private static FakeFunction Disk(string address) =>
        Nvme(address, "144d:a80a", Controller) with { Subsystem = "144d:a801", Link = new(4, 4) };
}
