using static Passthru.Tests.Hosts.Parts;

namespace Passthru.Tests.Hosts;

/// <summary>
/// One of everything a host may live on, each in a group of its own but for the SATA controller, which shares with a USB
/// controller: two network adapters, an NVMe disk, two graphics cards with their audio.
/// </summary>
internal static class UsedHost
{
    public const string Xhci = "0000:00:14.0";
    public const string Ahci = "0000:00:17.0";
    public const string SecondXhci = "0000:00:17.1";
    public const string Disk = "0000:01:00.0";
    public const string FirstAdapter = "0000:02:00.0";
    public const string SecondAdapter = "0000:03:00.0";
    public const string FirstGpu = "0000:04:00.0";
    public const string SecondGpu = "0000:05:00.0";

    public static FakeHost Host(bool gpus = true, string gpuDriver = "nvidia") => new()
    {
        Kernel = new("6.8.12-4-pve"),
        CommandLine = "BOOT_IMAGE=/boot/vmlinuz-6.8.12-4-pve root=/dev/mapper/pve-root ro quiet",
        Platform = Platform.Intel,
        Dmi = new("Supermicro", "X11SCL-F", "X11SCL-F", "2.2", "03/16/2023"),
        AcpiTables = ["APIC", "DMAR", "FACP", "MCFG"],
        InterruptRemapping = true,
        Units = [IommuUnit.Intel(0, 0xfed90000)],
        Modules = [.. FakeModule.Vfio(), .. FakeModule.Kvm("intel")],
        Functions =
        [
            Conventional("0000:00:00.0", "8086:3e30", ClassCode.HostBridge, 0),
            RootPort("0000:00:01.0", "8086:1901", 1, Nvme(Disk, "144d:a808", 11)),
            RootPort("0000:00:01.1", "8086:1905", 2, Endpoint(FirstAdapter, "8086:1533", ClassCode.Ethernet, 12, "igb")),
            RootPort("0000:00:01.2", "8086:1909", 3, Endpoint(SecondAdapter, "8086:1533", ClassCode.Ethernet, 13, "igb")),
            Conventional(Xhci, "8086:a36d", ClassCode.Usb, 4, "xhci_hcd"),
            Conventional(Ahci, "8086:a352", ClassCode.Sata, 5, "ahci"),
            Conventional(SecondXhci, "1b21:1142", ClassCode.Usb, 5, "xhci_hcd"),
            .. gpus ? Gpus(gpuDriver) : [],
        ],
    };

    public static HostTree With(params ReadOnlySpan<Action<UseFiles, FakeHost>> uses) => Build(Host(), uses);

    public static HostTree Headless(params ReadOnlySpan<Action<UseFiles, FakeHost>> uses) => Build(Host(gpus: false), uses);

    public static HostTree WithBootGpuOnVfio(params ReadOnlySpan<Action<UseFiles, FakeHost>> uses) => Build(Host(gpuDriver: "vfio-pci"), uses);

    public static HostTree Build(FakeHost host, params ReadOnlySpan<Action<UseFiles, FakeHost>> uses)
    {
        var tree = host.Build();
        var files = new UseFiles(tree);
        foreach (var use in uses)
        {
            use(files, host);
        }
        files.Write();
        return tree;
    }

    private static IEnumerable<FakeFunction> Gpus(string firstDriver) =>
    [
        RootPort(
            "0000:00:1b.0",
            "8086:a340",
            6,
            Vga(FirstGpu, "10de:1b81", 14, firstDriver) with { BootVga = true },
            HdmiAudio("0000:04:00.1", "10de:10f0", 14, firstDriver == "vfio-pci" ? firstDriver : "snd_hda_intel")),
        RootPort("0000:00:1c.0", "8086:a338", 7, Vga(SecondGpu, "1002:67df", 15, "amdgpu"), HdmiAudio("0000:05:00.1", "1002:aaf0", 15, "snd_hda_intel")),
    ];
}
