using static Passthru.Tests.Hosts.Parts;

namespace Passthru.Tests.Hosts;

/// <summary>
/// A consumer board. All behind the chipset is one group, because its upstream port is one function among others and has no
/// ACS. The owner asks for pcie_acs_override, but this stock kernel does not know the word. The graphics card has no reset of
/// its own: "bus" at function 0 is a trap, the kernel listed it before it had found function 1.
/// </summary>
internal static class AmdDesktop
{
    private const string Board = "1462:7b79";
    private const string Card = "1da2:e366";

    public static FakeHost Host() => new()
    {
        Kernel = new("6.12.9-200.fc41.x86_64"),
        CommandLine = "BOOT_IMAGE=(hd0,gpt2)/vmlinuz-6.12.9-200.fc41.x86_64 root=UUID=0a1b2c3d rw iommu=pt "
            + "pcie_acs_override=downstream,multifunction",
        Platform = Platform.Amd,
        Dmi = new("Micro-Star International Co., Ltd.", "MS-7B79", "X470 GAMING \"PRO\\CARBON\" (MS-7B79) – é", "A.N0", "08/12/2022"),
        Processor = "AMD Ryzen 7 3700X 8-Core Processor",
        AcpiTables = ["APIC", "FACP", "IVRS", "MCFG"],
        InterruptRemapping = true,
        DefaultDomain = "identity",
        Units = [IommuUnit.Amd()],
        Groups = [new(8) { PlatformDevices = ["AMDI0030:00"] }],
        Modules = [.. FakeModule.Vfio(), .. FakeModule.Kvm("amd")],
        Functions =
        [
            Conventional("0000:00:00.0", "1022:1480", ClassCode.HostBridge, 0) with { Subsystem = Board },
            Conventional("0000:00:00.2", "1022:1481", ClassCode.Iommu, null) with { Subsystem = Board, Msi = true },
            Conventional("0000:00:01.0", "1022:1482", ClassCode.HostBridge, 1),
            RootPort("0000:00:01.1", "1022:1483", 2, Nvme("0000:01:00.0", "144d:a808", 10) with { Subsystem = "144d:a801" }),
            RootPort("0000:00:01.3", "1022:1483", 3, [.. Chipset()]),
            Conventional("0000:00:03.0", "1022:1482", ClassCode.HostBridge, 4),
            RootPort("0000:00:03.1", "1022:1483", 5, [.. Graphics()]),
            Conventional("0000:00:08.0", "1022:1482", ClassCode.HostBridge, 6),
            RootPort("0000:00:08.1", "1022:1484", 7, [.. Processor()]),
            Conventional("0000:00:14.0", "1022:790b", ClassCode.SmBus, 8, "piix4_smbus") with { Subsystem = Board, Revision = 0x61 },
            Conventional("0000:00:14.3", "1022:790e", ClassCode.IsaBridge, 8) with { Subsystem = Board, Revision = 0x51 },
            .. DataFabric(),
        ],
    };

    /// <summary>02:00.2, a switch port, is one function of a slot: without ACS it joins 02:00.0 and .1, and all below follows.</summary>
    private static IReadOnlyList<FakeFunction> Chipset() =>
    [
        Endpoint("0000:02:00.0", "1022:43d5", ClassCode.Usb, 11, "xhci_hcd") with
        {
            Express = ExpressType.LegacyEndpoint,
            Subsystem = "1b21:1142",
        },
        Endpoint("0000:02:00.1", "1022:43c8", ClassCode.Sata, 11, "ahci") with
        {
            Express = ExpressType.LegacyEndpoint,
            Subsystem = "1b21:1062",
        },
        UpstreamPort("0000:02:00.2", "1022:43c6", 11,
            DownstreamPort("0000:03:00.0", "1022:43c7", 11, Network()),
            DownstreamPort("0000:03:01.0", "1022:43c7", 11) with { EmptyBus = 5 },
            DownstreamPort("0000:03:04.0", "1022:43c7", 11, Nvme("0000:06:00.0", "15b7:5011", 11) with { Subsystem = "15b7:5011" })),
    ];

    private static FakeFunction Network() =>
        Endpoint("0000:04:00.0", "10ec:8168", ClassCode.Ethernet, 11, "r8169") with
        {
            Subsystem = Board,
            Revision = 0x15,
            Pm = PmReset.Resets,
            Link = new(1, 1),
        };

    private static IReadOnlyList<FakeFunction> Graphics() =>
    [
        Vga("0000:09:00.0", "1002:67df", 12, "vfio-pci") with { Subsystem = Card, Revision = 0xe7, BootVga = true, ResetMethod = "bus" },
        HdmiAudio("0000:09:00.1", "1002:aaf0", 12, "vfio-pci") with { Subsystem = Card, ResetMethod = null },
    ];

    /// <summary>The USB and audio functions claim FLR and cannot do it: quirk_no_flr in drivers/pci/quirks.c.</summary>
    private static IReadOnlyList<FakeFunction> Processor() =>
    [
        Inside("0000:0a:00.0", "1022:1485", ClassCode.Instrumentation, 13, null) with { ResetMethod = "bus" },
        Inside("0000:0a:00.1", "1022:1486", ClassCode.Crypto, 14, "ccp"),
        Inside("0000:0a:00.3", "1022:149c", ClassCode.Usb, 15, "xhci_hcd") with { Flr = true, ResetMethod = null },
        Inside("0000:0a:00.4", "1022:1487", ClassCode.Audio, 16, "snd_hda_intel") with { Flr = true, ResetMethod = null },
    ];

    private static FakeFunction Inside(string address, string ids, int code, int group, string? driver) =>
        Endpoint(address, ids, code, group, driver) with { Subsystem = Board, Link = new(4, 16), Acs = AcsBits.NothingToControl };

    private static IEnumerable<FakeFunction> DataFabric() =>
        Enumerable.Range(0, 8).Select(number => Conventional($"0000:00:18.{number}", $"1022:144{number}", ClassCode.HostBridge, 9));
}
