using static Passthru.Tests.Hosts.Parts;

namespace Passthru.Tests.Hosts;

/// <summary>
/// A kernel without reset_method: whether a device can be reset has to come from config space. One device for each answer,
/// and one that claims a Function Level Reset which the kernel knows to be broken.
/// </summary>
internal static class OldKernel
{
    private const string Board = "1458:5000";

    public static FakeHost Host() => new()
    {
        Kernel = new("5.4.0-196-generic"),
        CommandLine = "BOOT_IMAGE=/boot/vmlinuz-5.4.0-196-generic root=UUID=1f2e ro intel_iommu=on",
        Platform = Platform.Intel,
        Dmi = new("Gigabyte Technology Co., Ltd.", "Z270-HD3P", "Z270-HD3P-CF", "F10", "05/08/2018"),
        Processor = "Intel(R) Core(TM) i7-7700 CPU @ 3.60GHz",
        AcpiTables = ["APIC", "DMAR", "FACP", "MCFG"],
        InterruptRemapping = true,
        HasIrqDirectory = false,
        DefaultDomain = "DMA",
        Units = [IommuUnit.Intel(0, 0xfed90000)],
        Modules = [.. FakeModule.Vfio(), .. FakeModule.Kvm("intel"), new("vfio_virqfd")],
        Functions =
        [
            Conventional("0000:00:00.0", "8086:591f", ClassCode.HostBridge, 0) with { Subsystem = Board },
            RootPort("0000:00:01.0", "8086:1901", 1, WithNothing()) with { Acs = null },
            AdvancedFeaturesFlr(),
            Conventional("0000:00:17.0", "8086:a282", ClassCode.Sata, 3, "ahci") with { Subsystem = Board, Pm = PmReset.Keeps, Msi = true },
            PchPort("0000:00:1c.0", 4, Flr()),
            PchPort("0000:00:1c.4", 5, BrokenFlr()),
            PchPort("0000:00:1d.0", 6, PmOnly()),
            PchPort("0000:00:1d.4", 7, LegacyBridge()),
            Conventional("0000:00:1f.0", "8086:a2c5", ClassCode.IsaBridge, 8) with { Subsystem = Board },
            Conventional("0000:00:1f.2", "8086:a2a1", 0x058000, 8) with { Subsystem = Board },
            Conventional("0000:00:1f.4", "8086:a2a3", ClassCode.SmBus, 8, "i801_smbus") with { Subsystem = Board },
        ],
    };

    /// <summary>Its ACS registers are dwords, which only a quirk of the kernel reads right.</summary>
    private static FakeFunction PchPort(string address, int group, FakeFunction behind) =>
        RootPort(address, "8086:a294", group, behind) with { Acs = AcsBits.On with { Dwords = true } };

    /// <summary>The port above has no ACS, so the card shares its group.</summary>
    private static FakeFunction WithNothing() =>
        Vga("0000:01:00.0", "1002:67df", 1, "vfio-pci") with { Subsystem = "1da2:e366", Revision = 0xe7, Link = new(3, 16) };

    private static FakeFunction AdvancedFeaturesFlr() =>
        Conventional("0000:00:14.0", "8086:a2af", ClassCode.Usb, 2, "xhci_hcd") with
        {
            Subsystem = Board,
            Pm = PmReset.Keeps,
            Msi = true,
            AfFlr = true,
        };

    private static FakeFunction Flr() =>
        Nvme("0000:02:00.0", "8086:0953", 9) with { Subsystem = "8086:3704", Link = new(3, 4) };

    /// <summary>1022:149c on an add-in card: in the kernel's list of devices whose FLR hangs (quirk_no_flr).</summary>
    private static FakeFunction BrokenFlr() =>
        Endpoint("0000:03:00.0", "1022:149c", ClassCode.Usb, 10, "xhci_hcd") with
        {
            Subsystem = Board,
            Flr = true,
            Link = new(4, 4) { Generation = 3 },
        };

    private static FakeFunction PmOnly() =>
        Endpoint("0000:04:00.0", "8086:1533", ClassCode.Ethernet, 11, "igb") with
        {
            Subsystem = "8086:0001",
            Pm = PmReset.Resets,
            Link = new(1, 1),
        };

    /// <summary>Two sound cards on a real PCI bus: one requester id, one group with the bridge.</summary>
    private static FakeFunction LegacyBridge() =>
        PciBridge("0000:05:00.0", "1b21:1080", 12,
            Conventional("0000:06:00.0", "13f6:8788", 0x040100, 12, "snd_oxygen") with { Subsystem = "1043:8269", Pm = PmReset.Keeps },
            Conventional("0000:06:01.0", "1102:0012", ClassCode.Audio, 12, "vfio-pci") with
            {
                Subsystem = "1102:0010",
                Pm = PmReset.Resets,
            });
}
