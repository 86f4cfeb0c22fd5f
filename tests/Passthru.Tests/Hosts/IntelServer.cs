using static Passthru.Tests.Hosts.Parts;

namespace Passthru.Tests.Hosts;

/// <summary>
/// Two sockets, 80 PCI functions, 40 clean groups: ACS on every root port. Two graphics cards on vfio-pci, four network
/// ports, four NVMe disks, a SAS adapter that an RMRR ties to the host, a BMC for the console. The host to measure with.
/// </summary>
internal static class IntelServer
{
    private const string Board = "15d9:0981";
    private const string Quadro = "10de:11b2";

    public static FakeHost Host() => new()
    {
        Kernel = new("6.8.0-45-generic"),
        CommandLine = "BOOT_IMAGE=/vmlinuz-6.8.0-45-generic root=/dev/mapper/vg0-root ro intel_iommu=on vfio-pci.ids=10de:1bb1,10de:10f0",
        Platform = Platform.Intel,
        Dmi = new("Supermicro", "SYS-2029U-TR4", "X11DPU \"Rev 1.10\"", "3.4", "10/30/2020"),
        Processor = "Intel(R) Xeon(R) Gold 6130 CPU @ 2.10GHz",
        AcpiTables = ["APIC", "DMAR", "FACP", "MCFG", "SRAT"],
        InterruptRemapping = true,
        Units =
        [
            IommuUnit.Intel(0, 0xd37fc000) with { RootBuses = ["0000:3a"] },
            IommuUnit.Intel(1, 0xe0ffc000) with { RootBuses = ["0000:85"] },
            IommuUnit.Intel(2, 0xee7fc000) with { RootBuses = ["0000:ae"] },
            IommuUnit.Intel(3, 0xc5ffc000) with { RootBuses = ["0000:17"] },
            IommuUnit.Intel(4, 0x9d7fc000),
        ],
        Groups =
        [
            new(6) { Reserved = ["0x000000006f8a0000 0x000000006f8c2fff direct-relaxable"] },
            new(22) { Reserved = ["0x000000006f21c000 0x000000006f31bfff direct"] },
        ],
        Modules =
        [
            .. FakeModule.Vfio(),
            .. FakeModule.Kvm("intel"),
            new("iommufd") { BuiltIn = true, Path = "drivers/iommu/iommufd/iommufd" },
        ],
        Functions =
        [
            .. OnNode(0, [.. Chipset(), .. SlotsOfSocket0(), .. NetworkSlot()]),
            .. OnNode(1, [.. GraphicsSlot(), .. Disks()]),
        ],
    };

    /// <summary>Trained at half its speed, over half its lanes.</summary>
    private static PciLink WornConnector => new(3, 4) { Generation = 2, Width = 2 };

    private static IReadOnlyList<FakeFunction> Chipset() =>
    [
        Conventional("0000:00:00.0", "8086:2020", ClassCode.HostBridge, 0),
        Integrated("0000:00:05.0", "8086:2024", ClassCode.Peripheral, 1),
        Integrated("0000:00:05.2", "8086:2025", ClassCode.Peripheral, 2),
        Integrated("0000:00:05.4", "8086:2026", 0x080020, 3),
        Conventional("0000:00:08.0", "8086:2014", ClassCode.Peripheral, 4),
        Conventional("0000:00:08.1", "8086:2015", ClassCode.Performance, 4),
        Conventional("0000:00:08.2", "8086:2016", ClassCode.Peripheral, 4),
        Conventional("0000:00:11.0", "8086:a1ec", ClassCode.OtherBridge, 5),
        Conventional("0000:00:11.5", "8086:a1d2", ClassCode.Sata, 5, "ahci") with { Subsystem = Board, Msi = true },
        Conventional("0000:00:14.0", "8086:a1af", ClassCode.Usb, 6, "xhci_hcd") with { Subsystem = Board, Pm = PmReset.Keeps, Msi = true },
        Conventional("0000:00:14.2", "8086:a1b1", ClassCode.Signal, 6) with { Pm = PmReset.Keeps },
        Conventional("0000:00:16.0", "8086:a1ba", ClassCode.Communication, 7, "mei_me") with { Pm = PmReset.Keeps, Msi = true },
        Conventional("0000:00:16.1", "8086:a1bb", ClassCode.Communication, 7) with { Pm = PmReset.Keeps },
        Conventional("0000:00:16.4", "8086:a1be", ClassCode.Communication, 7) with { Pm = PmReset.Keeps },
        Conventional("0000:00:17.0", "8086:a182", ClassCode.Sata, 8, "ahci") with { Subsystem = Board, Pm = PmReset.Keeps, Msi = true },
        RootPort("0000:00:1c.0", "8086:a190", 9, Gigabit("0000:01:00.0", 12, 1), Gigabit("0000:01:00.1", 13, 2)),
        RootPort("0000:00:1c.5", "8086:a195", 10, ManagementController()),
        Conventional("0000:00:1f.0", "8086:a1c1", ClassCode.IsaBridge, 11),
        Conventional("0000:00:1f.2", "8086:a1a1", 0x058000, 11),
        Conventional("0000:00:1f.4", "8086:a1a3", ClassCode.SmBus, 11, "i801_smbus"),
        Conventional("0000:00:1f.5", "8086:a1a4", ClassCode.SerialBus, 11, "intel-spi"),
    ];

    /// <summary>The kernel knows that an I350's functions do not talk to each other: separate groups without an ACS capability.</summary>
    private static FakeFunction Gigabit(string address, int group, int port) =>
        Endpoint(address, "8086:1521", ClassCode.Ethernet, group, "igb") with
        {
            Subsystem = "15d9:1521",
            Flr = true,
            Link = new(2, 4),
            SerialNumber = 0xac1f6bffff000100,
            Label = $"Intel Ethernet I350 LAN #{port}",
            Sriov = new(8, 0, 384, 4, 0x1520),
        };

    private static FakeFunction ManagementController() =>
        PciBridge("0000:02:00.0", "1a03:1150", 14,
            Conventional("0000:03:00.0", "1a03:2000", ClassCode.Vga, 14, "ast") with
            {
                Subsystem = Board,
                Pm = PmReset.Keeps,
                Msi = true,
                BootVga = true,
                Label = "ASPEED Video AST2500",
            });

    private static IReadOnlyList<FakeFunction> SlotsOfSocket0() =>
    [
        RootPort("0000:17:00.0", "8086:2030", 15, SasAdapter()) with { Slot = 1 },
        RootPort("0000:17:02.0", "8086:2032", 16, [.. Graphics("0000:19:00", 23)]) with { Slot = 2 },
        Integrated("0000:17:05.0", "8086:2034", ClassCode.Peripheral, 17),
        Integrated("0000:17:05.2", "8086:2035", ClassCode.Peripheral, 18),
        Integrated("0000:17:05.4", "8086:2036", 0x080020, 19),
        .. Registers("0000:17:08", 8, "8086:208d", 20),
        .. Registers("0000:17:1e", 4, "8086:2080", 21),
    ];

    private static FakeFunction SasAdapter() =>
        Endpoint("0000:18:00.0", "1000:0097", ClassCode.Sas, 22, "mpt3sas") with
        {
            Subsystem = "1000:30e0",
            Flr = true,
            Link = new(3, 8),
            SerialNumber = 0x0000000000000001,
            Aer = new() { Correctable = new Dictionary<string, int> { ["RxErr"] = 3, ["BadTLP"] = 1 } },
        };

    private static IReadOnlyList<FakeFunction> Graphics(string slot, int group) =>
    [
        Vga($"{slot}.0", "10de:1bb1", group, "vfio-pci") with { Subsystem = Quadro, Revision = 0xa1 },
        HdmiAudio($"{slot}.1", "10de:10f0", group, "vfio-pci") with { Subsystem = Quadro, Revision = 0xa1 },
    ];

    private static IReadOnlyList<FakeFunction> NetworkSlot() =>
    [
        RootPort("0000:3a:00.0", "8086:2030", 24, TenGigabit("0000:3b:00.0", 25), TenGigabit("0000:3b:00.1", 26)) with { Slot = 3 },
    ];

    private static FakeFunction TenGigabit(string address, int group) =>
        Endpoint(address, "8086:1572", ClassCode.Ethernet, group, "i40e") with
        {
            Subsystem = "8086:0008",
            Revision = 2,
            Flr = true,
            Link = new(3, 8),
            Acs = AcsBits.NothingToControl,
            SerialNumber = 0x3cfdfeffff000200,
            Sriov = new(64, 0, 16, 1, 0x154c),
            Aer = new() { Correctable = new Dictionary<string, int> { ["Timeout"] = 12 } },
        };

    private static IReadOnlyList<FakeFunction> GraphicsSlot() =>
    [
        RootPort("0000:85:00.0", "8086:2030", 27, [.. Graphics("0000:86:00", 31)]) with { Slot = 6 },
        .. Registers("0000:85:08", 8, "8086:208d", 28),
        .. Registers("0000:85:09", 8, "8086:208d", 29),
        .. Registers("0000:85:0a", 5, "8086:208d", 30),
    ];

    private static IReadOnlyList<FakeFunction> Disks() =>
    [
        RootPort("0000:ae:00.0", "8086:2030", 32, Disk("0000:af:00.0", 36)) with { Slot = 100 },
        RootPort("0000:ae:01.0", "8086:2031", 33, Disk("0000:b0:00.0", 37)) with { Slot = 101 },
        RootPort("0000:ae:02.0", "8086:2032", 34, Disk("0000:b1:00.0", 38)) with { Slot = 102 },
        RootPort("0000:ae:03.0", "8086:2033", 35, Disk("0000:b2:00.0", 39) with { Link = WornConnector }) with { Slot = 103 },
    ];

    private static FakeFunction Disk(string address, int group) =>
        Nvme(address, "144d:a808", group) with { Subsystem = "144d:a801" };
}
