using static Passthru.Tests.Hosts.Parts;

namespace Passthru.Tests.Hosts;

/// <summary>An Arm server: four PCI segments, each below its own SMMU, interrupts from GIC and ITS, no processor flags to read.</summary>
internal static class Arm64
{
    private const string Board = "1458:1000";

    public static FakeHost Host() => new()
    {
        Kernel = new("6.6.30-arm64"),
        CommandLine = "BOOT_IMAGE=/vmlinuz-6.6.30-arm64 root=UUID=c0ff ro console=ttyAMA0 iommu.passthrough=0",
        Platform = Platform.Arm,
        Dmi = new("GIGABYTE", "R152-P30 1U “Bär”", "MP32-AR0-00 \\ rev \"C\"", "F31n (SCP: 2.10.20220810)", "09/30/2022"),
        Virtualization = false,
        AcpiTables = ["APIC", "FACP", "IORT", "MCFG"],
        DefaultDomain = "DMA",
        Units =
        [
            IommuUnit.SmmuV3(0, 0x23ffe0000000, "0002:00"),
            IommuUnit.SmmuV3(1, 0x27ffe0000000, "0004:00"),
            IommuUnit.SmmuV3(2, 0x33ffe0000000, "000c:00"),
            IommuUnit.SmmuV3(3, 0x37ffe0000000, "000d:00"),
        ],
        Modules = [.. FakeModule.Vfio(), new("kvm") { BuiltIn = true, Path = "arch/arm64/kvm/kvm" }],
        Functions =
        [
            Conventional("0002:00:00.0", "1def:e110", ClassCode.HostBridge, 0) with { Subsystem = Board },
            RootPort("0002:00:01.0", "1def:e111", 1, Nvme("0002:01:00.0", "144d:a824", 2) with
            {
                Subsystem = "144d:a801",
                Link = new(4, 4),
            }),
            Conventional("0004:00:00.0", "1def:e110", ClassCode.HostBridge, 3) with { Subsystem = Board },
            RootPort("0004:00:01.0", "1def:e111", 4, ManagementController()),
            RootPort("0004:00:03.0", "1def:e112", 5, Endpoint("0004:03:00.0", "1912:0014", ClassCode.Usb, 7, "xhci_hcd") with
            {
                Link = new(2, 1),
            }),
            Conventional("000c:00:00.0", "1def:e100", ClassCode.HostBridge, 8) with { Subsystem = Board },
            RootPort("000c:00:01.0", "1def:e101", 9, Port("000c:01:00.0", 10, "mlx5_core"), Port("000c:01:00.1", 11, "mlx5_vfio_pci")),
            Conventional("000d:00:00.0", "1def:e100", ClassCode.HostBridge, 12) with { Subsystem = Board },
            RootPort("000d:00:01.0", "1def:e101", 13) with { EmptyBus = 1, Slot = 5 },
        ],
    };

    private static FakeFunction ManagementController() =>
        PciBridge("0004:01:00.0", "1a03:1150", 6,
            Conventional("0004:02:00.0", "1a03:2000", ClassCode.Vga, 6, "ast") with
            {
                Subsystem = "1a03:2000",
                Pm = PmReset.Keeps,
                Msi = true,
                BootVga = true,
            });

    private static FakeFunction Port(string address, int group, string driver) =>
        Endpoint(address, "15b3:1015", ClassCode.Ethernet, group, driver) with
        {
            Subsystem = "15b3:0069",
            Flr = true,
            Link = new(3, 8),
            Acs = AcsBits.NothingToControl,
            SerialNumber = 0xb8599fffff0a0b0c,
        };
}
