using static Passthru.Tests.Hosts.Parts;

namespace Passthru.Tests.Hosts;

/// <summary>
/// The same class of board under a Proxmox kernel, which carries the override patch: what <see cref="AmdDesktop"/> shows as
/// one group is here split to single functions, and so is the graphics card. No hardware draws these lines.
/// </summary>
internal static class PveAcsOverride
{
    private const string Board = "1043:87c0";
    private const string Card = "1458:2314";

    public static FakeHost Host() => new()
    {
        Kernel = new("6.8.12-4-pve"),
        CommandLine = "BOOT_IMAGE=/boot/vmlinuz-6.8.12-4-pve root=/dev/mapper/pve-root ro quiet iommu=pt "
            + "pcie_acs_override=downstream,multifunction",
        Platform = Platform.Amd,
        Dmi = new("ASUS", "System Product Name", "ROG STRIX B450-F GAMING II", "4901", "07/25/2023")
        {
            BoardVendor = "ASUSTeK COMPUTER INC.",
        },
        Processor = "AMD Ryzen 5 5600X 6-Core Processor",
        AcpiTables = ["APIC", "FACP", "IVRS", "MCFG"],
        InterruptRemapping = true,
        HasAcsOverridePatch = true,
        DefaultDomain = "identity",
        Units = [IommuUnit.Amd()],
        Modules =
        [
            .. FakeModule.Vfio(),
            .. FakeModule.Kvm("amd"),
            new("iommufd") { Parameters = new Dictionary<string, string> { ["allow_unsafe_interrupts"] = "N" } },
            new("vendor_reset"),
        ],
        Functions =
        [
            Conventional("0000:00:00.0", "1022:1480", ClassCode.HostBridge, 0) with { Subsystem = Board },
            Conventional("0000:00:00.2", "1022:1481", ClassCode.Iommu, null) with { Subsystem = Board, Msi = true },
            Conventional("0000:00:01.0", "1022:1482", ClassCode.HostBridge, 1),
            RootPort("0000:00:01.1", "1022:1483", 2, Nvme("0000:01:00.0", "144d:a80a", 8) with
            {
                Subsystem = "144d:a801",
                Link = new(4, 4) { Generation = 3 },
            }),
            RootPort("0000:00:01.3", "1022:1483", 3, [.. Chipset()]),
            Conventional("0000:00:03.0", "1022:1482", ClassCode.HostBridge, 4),
            RootPort("0000:00:03.1", "1022:1483", 5, [.. Graphics()]),
            Conventional("0000:00:14.0", "1022:790b", ClassCode.SmBus, 6, "piix4_smbus") with { Subsystem = Board, Revision = 0x61 },
            Conventional("0000:00:14.3", "1022:790e", ClassCode.IsaBridge, 6) with { Subsystem = Board, Revision = 0x51 },
            .. DataFabric(),
        ],
    };

    private static IReadOnlyList<FakeFunction> Chipset() =>
    [
        Endpoint("0000:02:00.0", "1022:43d5", ClassCode.Usb, 9, "xhci_hcd") with
        {
            Express = ExpressType.LegacyEndpoint,
            Subsystem = "1b21:1142",
        },
        Endpoint("0000:02:00.1", "1022:43c8", ClassCode.Sata, 10, "vfio-pci") with
        {
            Express = ExpressType.LegacyEndpoint,
            Subsystem = "1b21:1062",
        },
        UpstreamPort("0000:02:00.2", "1022:43c6", 11,
            DownstreamPort("0000:03:00.0", "1022:43c7", 12, Network("0000:04:00.0", 14, "r8169")),
            DownstreamPort("0000:03:01.0", "1022:43c7", 13, Network("0000:05:00.0", 15, "vfio-pci"))),
    ];

    private static FakeFunction Network(string address, int group, string driver) =>
        Endpoint(address, "10ec:8168", ClassCode.Ethernet, group, driver) with
        {
            Subsystem = Board,
            Revision = 0x15,
            Pm = PmReset.Resets,
            Link = new(1, 1),
            InUse = driver == "vfio-pci",
        };

    private static IReadOnlyList<FakeFunction> Graphics() =>
    [
        Vga("0000:07:00.0", "1002:67df", 16, "vfio-pci") with
        {
            Subsystem = Card,
            Revision = 0xe7,
            BootVga = true,
            ResetMethod = "device_specific bus",
            InUse = true,
        },
        HdmiAudio("0000:07:00.1", "1002:aaf0", 17, "vfio-pci") with { Subsystem = Card, ResetMethod = null, InUse = true },
    ];

    private static IEnumerable<FakeFunction> DataFabric() =>
        Enumerable.Range(0, 8).Select(number => Conventional($"0000:00:18.{number}", $"1022:144{number}", ClassCode.HostBridge, 7));
}
