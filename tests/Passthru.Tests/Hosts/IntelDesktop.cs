using static Passthru.Tests.Hosts.Parts;

namespace Passthru.Tests.Hosts;

/// <summary>A small Intel desktop, the common ground of the hosts that differ in what firmware, kernel or privilege allow.</summary>
internal static class IntelDesktop
{
    private const string Board = "1849:7ae0";

    public static FakeHost Host() => new()
    {
        Kernel = new("6.12.8-amd64"),
        CommandLine = "BOOT_IMAGE=/boot/vmlinuz-6.12.8-amd64 root=/dev/nvme0n1p2 ro quiet",
        Platform = Platform.Intel,
        Dmi = new("To Be Filled By O.E.M.", "To Be Filled By O.E.M.", "B660M Pro RS", "16.04", "03/08/2024") { BoardVendor = "ASRock" },
        Processor = "12th Gen Intel(R) Core(TM) i5-12400",
        AcpiTables = ["APIC", "DMAR", "FACP", "MCFG"],
        InterruptRemapping = true,
        Units = [IommuUnit.Intel(0, 0xfed90000), IommuUnit.Intel(1, 0xfed91000)],
        Modules = [.. FakeModule.Kvm("intel")],
        Functions =
        [
            Conventional("0000:00:00.0", "8086:4660", ClassCode.HostBridge, 0) with { Subsystem = Board },
            RootPort("0000:00:01.0", "8086:460d", 1, [.. Graphics()]),
            Integrated("0000:00:02.0", "8086:4680", ClassCode.Vga, 2, "i915") with
            {
                Subsystem = Board,
                Flr = true,
                Pm = PmReset.Keeps,
                Msi = true,
                BootVga = true,
            },
            RootPort("0000:00:06.0", "8086:464d", 3, Nvme("0000:02:00.0", "144d:a80a", 10) with
            {
                Subsystem = "144d:a801",
                Link = new(4, 4),
            }),
            Conventional("0000:00:14.0", "8086:7ae0", ClassCode.Usb, 4, "xhci_hcd") with
            {
                Subsystem = Board,
                Pm = PmReset.Keeps,
                Msi = true,
            },
            Conventional("0000:00:14.2", "8086:7aa7", ClassCode.Ram, 4) with { Subsystem = Board, Pm = PmReset.Keeps },
            Conventional("0000:00:16.0", "8086:7ae8", ClassCode.Communication, 5, "mei_me") with
            {
                Subsystem = Board,
                Pm = PmReset.Keeps,
                Msi = true,
            },
            Conventional("0000:00:17.0", "8086:7ae2", ClassCode.Sata, 6, "ahci") with { Subsystem = Board, Pm = PmReset.Keeps, Msi = true },
            RootPort("0000:00:1c.0", "8086:7ab8", 7, Network()),
            Conventional("0000:00:1f.0", "8086:7a86", ClassCode.IsaBridge, 8) with { Subsystem = Board },
            Conventional("0000:00:1f.3", "8086:7ad0", ClassCode.Audio, 8, "snd_hda_intel") with
            {
                Subsystem = Board,
                Pm = PmReset.Resets,
                Msi = true,
            },
            Conventional("0000:00:1f.4", "8086:7aa3", ClassCode.SmBus, 8, "i801_smbus") with { Subsystem = Board },
            Conventional("0000:00:1f.5", "8086:7aa4", ClassCode.SerialBus, 8, "intel-spi") with { Subsystem = Board },
        ],
    };

    private static IReadOnlyList<FakeFunction> Graphics() =>
    [
        Vga("0000:01:00.0", "10de:2503", 9, "nouveau") with
        {
            Subsystem = "1043:8810",
            Revision = 0xa1,
            Flr = true,
            Link = new(4, 16) { Generation = 1 },
        },
        HdmiAudio("0000:01:00.1", "10de:228e", 9, "snd_hda_intel") with
        {
            Subsystem = "1043:8810",
            Revision = 0xa1,
            Link = new(4, 16) { Generation = 1 },
        },
    ];

    private static FakeFunction Network() =>
        Endpoint("0000:03:00.0", "10ec:8125", ClassCode.Ethernet, 11, "r8169") with
        {
            Subsystem = "1849:8125",
            Revision = 5,
            Link = new(2, 1),
            SerialNumber = 0x010000684ce00000,
        };
}
