using Passthru.Facts;
using Passthru.Facts.HostDependencies.Chains;
using Passthru.Facts.Iommu;
using Passthru.Facts.Pci;
using Passthru.Facts.Platform;
using Passthru.Facts.Processes;
using Passthru.Facts.Vms;

namespace Passthru.Tests.Support;

/// <summary>Hosts with virtual machines that take devices, small and large, as facts.</summary>
internal static class TopologyHosts
{
    private const string Nvidia = "NVIDIA Corporation";
    private const string Intel = "Intel Corporation";

    /// <summary>
    /// One machine at home: a graphics card that VM 110 has, a USB controller that shares its group with the disk controller, and
    /// VM 120 whose start would take both.
    /// </summary>
    public static HostFacts Small()
    {
        PciFunction[] functions =
        [
            Endpoint("0000:00:00.0", 0x060000, Intel, "Comet Lake Host Bridge", null, "0"),
            Port("0000:00:01.0", Intel, "Comet Lake PCIe Root Port", "1"),
            Endpoint("0000:00:01.0/0000:01:00.0", 0x030000, Nvidia, "GA104 [GeForce RTX 3070]", "vfio-pci", "2") with { Slot = "1", EnableCount = 1 },
            Endpoint("0000:00:01.0/0000:01:00.1", 0x040300, Nvidia, "GA104 High Definition Audio Controller", "vfio-pci", "2") with { Slot = "1", EnableCount = 1 },
            Endpoint("0000:00:02.0", 0x030000, Intel, "UHD Graphics 630", "i915", "3") with { BootVga = true },
            Endpoint("0000:00:14.0", 0x0c0330, Intel, "Comet Lake USB 3.1 xHCI", "xhci_hcd", "4"),
            Endpoint("0000:00:17.0", 0x010601, Intel, "Comet Lake SATA AHCI", "ahci", "5"),
            Endpoint("0000:00:17.1", 0x0c0330, "ASMedia Technology Inc.", "ASM2142 USB 3.1", "xhci_hcd", "5"),
            Endpoint("0000:00:1f.0", 0x060100, Intel, "Z490 LPC Controller", null, "6"),
            Endpoint("0000:00:1f.4", 0x0c0500, Intel, "Comet Lake SMBus", "i801_smbus", "6"),
            Port("0000:00:1c.0", Intel, "Comet Lake PCIe Root Port 5", "7"),
            Endpoint("0000:00:1c.0/0000:02:00.0", 0x020000, Intel, "I225-V", "igc", "8") with { Label = "Onboard LAN" },
            Port("0000:00:1d.0", Intel, "Comet Lake PCIe Root Port 9", "9"),
            Endpoint("0000:00:1d.0/0000:03:00.0", 0x010802, "Samsung Electronics Co Ltd", "NVMe SSD 980 PRO", "vfio-pci", "10") with { EnableCount = 0 },
        ];
        return Host(functions).WithUses(
                new HostDependency(HostDependencyKind.RootFileSystem, ["/", "pve-root", "sda3", "sda"], Some.Address("0000:00:17.0")),
                new HostDependency(HostDependencyKind.DefaultRoute, ["default route", "vmbr0", "enp2s0"], Some.Address("0000:02:00.0")))
            .WithProxmox(
                SomeVms.Proxmox("110", SomeVms.Device("hostpci0", "0000:01:00")).Started(4711) with { Name = "win11-gaming" },
                SomeVms.Proxmox("120", SomeVms.Device("hostpci0", "0000:00:17.1"), SomeVms.Device("hostpci1", "0000:03:00.0")) with { Name = "nas" })
            .WithProcesses(SomeVms.Process(4711, "110", "win11-gaming", "0000:01:00.0", "0000:01:00.1"))
            .WithHolders(new VfioHolder { Pid = 4711, Program = "kvm", Groups = ["2"] });
    }

    /// <summary>Eight root buses, each with an accelerator in four parts, disks, an adapter with 48 virtual functions and what is on every board.</summary>
    public static HostFacts Huge()
    {
        var functions = Enumerable.Range(0, 8).SelectMany(HugeBus).ToArray();
        Vm[] vms = [.. Enumerable.Range(0, 24).Select(Tenant)];
        return Host(functions)
            .WithUses(new HostDependency(HostDependencyKind.RootFileSystem, ["/", "md0", "nvme0n1"], Some.Address("0000:01:00.0")))
            .WithProxmox([.. vms.Select((vm, number) => number % 3 == 0 ? vm : vm.Started(9000 + number))])
            .WithProcesses([.. Enumerable.Range(0, 24).Where(number => number % 3 != 0).Select(number => SomeVms.Process(9000 + number, vms[number].Id))]);
    }

    private static Vm Tenant(int number)
    {
        var accelerator = SomeVms.Device("hostpci0", $"0000:{Bus(number % 8, 0x10)}:00.{number / 8}");
        var network = SomeVms.Device("hostpci1", $"0000:{Bus(number % 8, 0x18)}:01.{number / 8}");
        return SomeVms.Proxmox($"{1000 + number}", accelerator, network) with { Name = $"tenant-{number}" };
    }

    private static IEnumerable<PciFunction> HugeBus(int bus)
    {
        var root = $"pci0000:{Bus(bus, 0)}";
        var group = bus * 100;
        string Next() => $"{group++}";
        for (var number = 0; number < 6; number++)
        {
            yield return Endpoint($"0000:{Bus(bus, 0)}:08.{number}", 0x088000, Intel, "Ice Lake Uncore", null, Next(), root);
        }

        for (var port = 0; port < 4; port++)
        {
            var name = $"0000:{Bus(bus, 0)}:{port + 1:x2}.0";
            yield return Port(name, Intel, "Ice Lake PCIe Root Port", Next(), root);
            yield return Endpoint($"{name}/0000:{Bus(bus, port + 1)}:00.0", 0x010802, "Samsung Electronics Co Ltd", "NVMe SSD PM9A3", "nvme", Next(), root) with { Slot = $"{bus}-{port}" };
        }

        yield return Port($"0000:{Bus(bus, 0)}:05.0", Intel, "Ice Lake PCIe Root Port", Next(), root);
        for (var part = 0; part < 4; part++)
        {
            yield return Endpoint($"0000:{Bus(bus, 0)}:05.0/0000:{Bus(bus, 0x10)}:00.{part}", 0x120000, Nvidia, "GH100 [H100 SXM5 80GB]", "vfio-pci", Next(), root) with { EnableCount = 1 };
        }

        yield return Port($"0000:{Bus(bus, 0)}:06.0", Intel, "Ice Lake PCIe Root Port", Next(), root);
        var adapter = $"0000:{Bus(bus, 0)}:06.0/0000:{Bus(bus, 0x18)}:00.0";
        yield return Endpoint(adapter, 0x020000, "Mellanox Technologies", "MT2892 Family [ConnectX-6 Dx]", "mlx5_core", Next(), root);
        for (var number = 0; number < 48; number++)
        {
            var address = $"0000:{Bus(bus, 0x18)}:{(number / 8) + 1:x2}.{number % 8}";
            yield return Endpoint($"0000:{Bus(bus, 0)}:06.0/{address}", 0x020000, "Mellanox Technologies", "ConnectX Family mlx5Gen Virtual Function", number < 8 ? "vfio-pci" : null, Next(), root) with
            {
                PhysicalFunction = Some.Address($"0000:{Bus(bus, 0x18)}:00.0"),
                EnableCount = 0,
            };
        }
    }

    private static string Bus(int bus, int number) => $"{(bus * 0x20) + number:x2}";

    private static HostFacts Host(PciFunction[] functions)
    {
        var groups = functions.GroupBy(function => function.Group!).OrderBy(group => group.Key.Length).ThenBy(group => group.Key, StringComparer.Ordinal);
        var facts = Some.Facts(functions).WithKernel("6.8.12-4-pve", "quiet", carriesAcsOverride: false)
            .WithGroups([.. groups.Select(group => Some.Group(group.Key, [.. group.Select(it => $"{it.Address}")]))]);
        return facts with
        {
            TakenAt = new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.Zero),
            Platform = new PlatformFacts { Board = new BoardFacts { Vendor = "ASUSTeK COMPUTER INC.", Name = "ROG STRIX Z490-E", BiosVersion = "2403" } },
            Iommu = facts.Iommu! with { Units = [new IommuUnit("dmar0", IommuKind.Intel)] },
        };
    }

    /// <summary>What the host uses, and nothing else.</summary>
    public static HostFacts WithUses(this HostFacts facts, params HostDependency[] uses) => facts with
    {
        HostDependencies = new HostDependencyFacts { All = [.. uses], Unresolved = [], DisplayComplete = true, KeyboardsComplete = true },
    };

    private static PciFunction Port(string path, string vendor, string device, string group, string root = "pci0000:00") =>
        Endpoint(path, 0x060400, vendor, device, "pcieport", group, root) with
        {
            HeaderType = 1,
            Config = Some.Config() with { HeaderType = 1, Express = new PciExpressCapability { PortType = 4, FunctionLevelReset = false } },
        };

    private static PciFunction Endpoint(string path, uint code, string vendor, string device, string? driver, string group, string root = "pci0000:00") =>
        Some.Function(path.Split('/')[^1]).On(driver).InGroup(group) with
        {
            Path = PciPath.FromLink($"../../../devices/{root}/{path}"),
            Class = new PciClass(code),
            VendorName = vendor,
            DeviceName = device,
        };
}
