using static Passthru.Tests.Hosts.Parts;

namespace Passthru.Tests.Hosts;

/// <summary>
/// A network adapter with 64 virtual functions, each in a group of its own: eight on vfio-pci, sixteen on iavf, the rest
/// unbound. They start high on the adapter's bus and run over into the next bus number, which no bridge leads to.
/// </summary>
internal static class Sriov64Vfs
{
    private const string Adapter = "0000:3b:00.0";
    private const int FirstGroup = 5;

    private static readonly Sriov Vfs = new(TotalVfs: 128, Vfs: 64, Offset: 224, Stride: 1, VfDevice: 0x1889);

    public static FakeHost Host() => Host(Vfs.Vfs, index => index switch { < 8 => "vfio-pci", < 24 => "iavf", _ => null });

    /// <summary>With other virtual functions: as many, each with the driver that its number gets.</summary>
    public static FakeHost Host(int count, Func<int, string?> driver) => new()
    {
        Kernel = new("6.12.12+bpo-amd64"),
        CommandLine = "BOOT_IMAGE=/boot/vmlinuz-6.12.12+bpo-amd64 root=UUID=77aa ro intel_iommu=on iommu=pt",
        Platform = Platform.Intel,
        Dmi = new("Dell Inc.", "PowerEdge R750", "0PJ80M", "1.15.2", "09/10/2024"),
        Processor = "Intel(R) Xeon(R) Silver 4314 CPU @ 2.40GHz",
        AcpiTables = ["APIC", "DMAR", "FACP", "MCFG"],
        InterruptRemapping = true,
        DefaultDomain = "identity",
        Units = [IommuUnit.Intel(0, 0xd93fc000)],
        Modules = [.. FakeModule.Vfio(), .. FakeModule.Kvm("intel")],
        Functions =
        [
            Conventional("0000:00:00.0", "8086:2020", ClassCode.HostBridge, 0),
            Conventional("0000:00:17.0", "8086:a182", ClassCode.Sata, 1, "ahci") with
            {
                Subsystem = "1028:0a6b",
                Pm = PmReset.Keeps,
                Msi = true,
            },
            Conventional("0000:00:1f.0", "8086:a1c1", ClassCode.IsaBridge, 2),
            RootPort("0000:3a:00.0", "8086:2030", 3, [Physical(count), .. Enumerable.Range(0, count).Select(index => Virtual(index, driver(index)))]),
        ],
    };

    private static FakeFunction Physical(int count) =>
        Endpoint(Adapter, "8086:1592", ClassCode.Ethernet, 4, "ice") with
        {
            Subsystem = "8086:0002",
            Revision = 2,
            Flr = true,
            MsiX = 1024,
            Link = new(4, 16),
            Ari = true,
            Acs = AcsBits.NothingToControl,
            SerialNumber = 0x40a6b7ffff123456,
            Sriov = Vfs with { Vfs = count },
        };

    private static FakeFunction Virtual(int index, string? driver) =>
        new(Bdf.Of(0, Bdf.Parse(Adapter).RequesterId + Vfs.Offset + (index * Vfs.Stride)).ToString(), "8086:1889", ClassCode.Ethernet)
        {
            PhysicalFunction = Adapter,
            Subsystem = "8086:0002",
            Revision = 2,
            Group = FirstGroup + index,
            Driver = driver,
            InUse = driver == "vfio-pci" && index < 4,
            Express = ExpressType.Endpoint,
            MsiX = 17,
            Flr = true,
            Ari = true,
            Acs = AcsBits.NothingToControl,
        };
}
