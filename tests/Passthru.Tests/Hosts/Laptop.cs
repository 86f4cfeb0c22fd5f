using static Passthru.Tests.Hosts.Parts;

namespace Passthru.Tests.Hosts;

/// <summary>
/// A hybrid laptop at rest. The second graphics chip and the Thunderbolt tree sleep in D3cold together with the ports above
/// them; to read their config space, or the files that the kernel answers from it, would wake them. Those hold poison.
/// </summary>
internal static class Laptop
{
    private const string Board = "17aa:22d5";

    public static FakeHost Host() => new()
    {
        Kernel = new("6.11.4-arch1-1"),
        CommandLine = "initrd=\\initramfs-linux.img root=PARTUUID=\"5b3c\" rw quiet",
        Platform = Platform.Intel,
        Dmi = new("LENOVO", "20YQ001AGE", "20YQ001AGE", "N37ET52W (1.33 )", "06/05/2024"),
        Processor = "11th Gen Intel(R) Core(TM) i7-11850H @ 2.50GHz",
        AcpiTables = ["APIC", "DMAR", "FACP", "MCFG"],
        InterruptRemapping = true,
        AspmPolicy = "default performance [powersave] powersupersave ",
        Units = [IommuUnit.Intel(0, 0xfed90000), IommuUnit.Intel(1, 0xfed91000)],
        Groups = [new(0) { Type = "identity" }],
        Modules = [.. FakeModule.Kvm("intel")],
        Functions =
        [
            Conventional("0000:00:00.0", "8086:9a36", ClassCode.HostBridge, 1),
            Asleep(RootPort("0000:00:01.0", "8086:9a01", 2, [.. SecondGraphics()])),
            IntegratedGraphics(),
            RootPort("0000:00:06.0", "8086:9a0f", 3, Nvme("0000:04:00.0", "15b7:5011", 13) with
            {
                Subsystem = "15b7:5011",
                Link = new(4, 4),
            }),
            Asleep(RootPort("0000:00:07.0", "8086:9a2b", 4, Thunderbolt()) with { SpareBuses = 0x20 }),
            Asleep(Integrated("0000:00:0d.0", "8086:9a17", ClassCode.Usb, 5, "xhci_hcd") with { Pm = PmReset.Keeps, Msi = true }),
            Asleep(Integrated("0000:00:0d.2", "8086:9a1f", ClassCode.Usb4, 6, "thunderbolt") with { Pm = PmReset.Keeps, MsiX = 16 }),
            Conventional("0000:00:14.0", "8086:43ed", ClassCode.Usb, 7, "xhci_hcd") with
            {
                Subsystem = Board,
                Pm = PmReset.Keeps,
                Msi = true,
            },
            Conventional("0000:00:14.2", "8086:43ef", ClassCode.Ram, 7) with { Subsystem = Board, Pm = PmReset.Keeps },
            Integrated("0000:00:14.3", "8086:43f0", ClassCode.Wireless, 8, "iwlwifi") with
            {
                Subsystem = "8086:0074",
                Flr = true,
                Pm = PmReset.Keeps,
                MsiX = 16,
            },
            Conventional("0000:00:16.0", "8086:43e0", ClassCode.Communication, 9, "mei_me") with
            {
                Subsystem = Board,
                Pm = PmReset.Keeps,
                Msi = true,
            },
            RootPort("0000:00:1c.4", "8086:43bc", 10, CardReader()),
            Conventional("0000:00:1f.0", "8086:438b", ClassCode.IsaBridge, 11) with { Subsystem = Board },
            Conventional("0000:00:1f.3", "8086:43c8", ClassCode.Audio, 11, "snd_hda_intel") with
            {
                Subsystem = Board,
                Pm = PmReset.Resets,
                Msi = true,
            },
            Conventional("0000:00:1f.4", "8086:43a3", ClassCode.SmBus, 11, "i801_smbus") with { Subsystem = Board },
        ],
    };

    private static FakeFunction IntegratedGraphics() =>
        Integrated("0000:00:02.0", "8086:9a60", ClassCode.Vga, 0, "i915") with
        {
            Subsystem = Board,
            Flr = true,
            Pm = PmReset.Keeps,
            Msi = true,
            BootVga = true,
        };

    private static IReadOnlyList<FakeFunction> SecondGraphics() =>
    [
        Asleep(Vga("0000:01:00.0", "10de:25a2", 12, "nvidia") with
        {
            Class = ClassCode.Display3D,
            Subsystem = Board,
            Revision = 0xa1,
            Flr = true,
            Link = new(4, 16),
        }),
        Asleep(HdmiAudio("0000:01:00.1", "10de:2291", 12, "snd_hda_intel") with { Subsystem = Board, Revision = 0xa1, Link = new(4, 16) }),
    ];

    private static FakeFunction Thunderbolt() =>
        Asleep(UpstreamPort("0000:20:00.0", "8086:15ef", 14,
            Asleep(DownstreamPort("0000:21:00.0", "8086:15ef", 15) with { Acs = AcsBits.On, EmptyBus = 0x22, Removable = "removable" }),
            Asleep(DownstreamPort("0000:21:01.0", "8086:15ef", 16) with
            {
                Acs = AcsBits.On,
                EmptyBus = 0x23,
                SpareBuses = 0x10,
                Removable = "removable",
            })) with
        {
            Removable = "removable",
        });

    /// <summary>D3hot below an active port: its config space still answers, and nothing wakes.</summary>
    private static FakeFunction CardReader() =>
        Endpoint("0000:08:00.0", "10ec:525a", ClassCode.CardReader, 17, "rtsx_pci") with
        {
            Subsystem = Board,
            Link = new(1, 1),
            PowerState = "D3hot",
            RuntimeStatus = "suspended",
            RuntimeControl = "auto",
        };

    private static FakeFunction Asleep(FakeFunction function) => function with
    {
        Asleep = true,
        PowerState = "D3cold",
        RuntimeStatus = "suspended",
        RuntimeControl = "auto",
    };
}
