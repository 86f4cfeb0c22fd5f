using static Passthru.Tests.Hosts.Parts;

namespace Passthru.Tests.Hosts;

/// <summary>
/// A host of any size, made of like blocks of 64 functions with groups of every kind, for measurements: a node of Proxmox VE on
/// the first block's disk and network adapter, of whose machines some use one virtual function each.
/// </summary>
/// <param name="Functions">A multiple of <see cref="BlockSize"/>.</param>
/// <param name="Machines">Virtual machines, all running.</param>
/// <param name="WithDevices">Those that use passthrough.</param>
/// <param name="Processes">All processes, those of the machines included.</param>
internal sealed record ScaledHost(int Functions, int Machines, int WithDevices, int Processes)
{
    public const int BlockSize = 64;
    private const int VirtualFunctions = 41;
    private const int GroupsInBlock = 100;
    private const int FirstPid = 1000;
    private const int FirstId = 100;

    /// <summary>Open files of each process.</summary>
    public int Descriptors { get; init; } = 100;

    private int Blocks => Functions / BlockSize;

    /// <summary><c>scaled-512</c> and <c>scaled-4096</c> with the same machines and processes; <c>scaled-512-eighth</c> with an eighth of all.</summary>
    public static ScaledHost? Named(string name) => name switch
    {
        "scaled-512" => new(512, 500, 100, 2000),
        "scaled-4096" => new(4096, 500, 100, 2000),
        "scaled-512-eighth" => new(512, 62, 12, 250),
        _ => null,
    };

    public HostTree Build()
    {
        var host = Host();
        var places = host.Placed.ToDictionary(placed => placed.Function.Address, placed => placed.Path);
        var tree = host.Build();
        var uses = new UseFiles(tree)
            .Interface("lo")
            .Interface("eno1", places["0000:02:00.0"])
            .Address("eno1", "192.0.2.10", 24, "192.0.2.1")
            .Mount("/", "259:2", "ext4", "/dev/nvme0n1p2")
            .Swap("/dev/nvme0n1p3");
        uses.Nvme($"{places["0000:03:00.0"]}/nvme/nvme0", "nvme0n1", "259:0", 3);
        uses.Write();
        AddProcesses(new ProcessFiles(tree));
        AddVms(new ProxmoxFiles(tree));
        return tree;
    }

    private FakeHost Host() => new()
    {
        Kernel = new("6.12.12+bpo-amd64"),
        CommandLine = "BOOT_IMAGE=/boot/vmlinuz-6.12.12+bpo-amd64 root=/dev/nvme0n1p2 ro intel_iommu=on iommu=pt",
        Platform = Platform.Intel,
        Dmi = new("Supermicro", "SYS-621C-TN12R", "X13DDW-A", "2.1", "02/21/2024"),
        AcpiTables = ["APIC", "DMAR", "FACP", "MCFG"],
        InterruptRemapping = true,
        DefaultDomain = "identity",
        Units = [IommuUnit.Intel(0, 0xd93fc000)],
        Modules = [.. FakeModule.Vfio(), .. FakeModule.Kvm("intel")],
        Functions = [.. Enumerable.Range(0, Blocks).SelectMany(Block)],
    };

    /// <summary>Four blocks fill the buses of one PCI domain.</summary>
    private IReadOnlyList<FakeFunction> Block(int index)
    {
        var group = index * GroupsInBlock;
        string At(int bus, string rest) => $"{index / 4:x4}:{((index % 4) * 0x40) + bus:x2}:{rest}";
        return
        [
            Conventional(At(0, "00.0"), "8086:2020", ClassCode.HostBridge, group),
            RootPort(At(0, "01.0"), "8086:2030", group + 1, [Adapter(At(1, "00.0"), group + 10), .. Enumerable.Range(0, VirtualFunctions).Select(i => Virtual(index, i))]),
            RootPort(At(0, "02.0"), "8086:2030", group + 2, Endpoint(At(2, "00.0"), "8086:1533", ClassCode.Ethernet, group + 11, "igb")),
            RootPort(At(0, "03.0"), "8086:2030", group + 3, Nvme(At(3, "00.0"), "144d:a808", group + 12)),
            RootPort(
                At(0, "04.0"),
                "8086:2030",
                group + 4,
                Vga(At(4, "00.0"), "10de:1b81", group + 13, "vfio-pci"),
                HdmiAudio(At(4, "00.1"), "10de:10f0", group + 13, "vfio-pci")),
            RootPort(At(0, "05.0"), "8086:2030", group + 5, UpstreamPort(At(5, "00.0"), "10b5:8747", group + 14, Behind("00.0", 7, 15), Behind("01.0", 8, 16))),
            RootPort(
                At(0, "06.0"),
                "8086:2030",
                group + 6,
                PciBridge(
                    At(9, "00.0"),
                    "1b21:1080",
                    group + 17,
                    Conventional(At(10, "00.0"), "8086:100e", ClassCode.Ethernet, group + 17, "vfio-pci"),
                    Conventional(At(10, "01.0"), "8086:100e", ClassCode.Ethernet, group + 17))),
            RootPort(At(0, "07.0"), "8086:2030", group + 7) with { EmptyBus = Bdf.Parse(At(11, "00.0")).Bus },
            Conventional(At(0, "17.0"), "8086:a352", ClassCode.Sata, group + 8, "ahci"),
            Conventional(At(0, "17.1"), "1b21:1142", ClassCode.Usb, group + 8, "xhci_hcd"),
        ];

        FakeFunction Behind(string port, int bus, int its) =>
            DownstreamPort(At(6, port), "10b5:8747", group + its, Nvme(At(bus, "00.0"), "144d:a808", group + its, "vfio-pci"));
    }

    private static FakeFunction Adapter(string address, int group) => Endpoint(address, "8086:1592", ClassCode.Ethernet, group, "ice") with
    {
        Flr = true,
        Ari = true,
        Acs = AcsBits.NothingToControl,
        Sriov = new(TotalVfs: 128, Vfs: VirtualFunctions, Offset: 128, Stride: 1, VfDevice: 0x1889),
    };

    /// <summary>Those that machines use; of the rest a third each on VFIO, with the host's driver, and with none.</summary>
    private FakeFunction Virtual(int block, int index)
    {
        var inUse = (index * Blocks) + block < WithDevices;
        return new(VirtualAddress(block, index), "8086:1889", ClassCode.Ethernet)
        {
            PhysicalFunction = $"{block / 4:x4}:{((block % 4) * 0x40) + 1:x2}:00.0",
            Group = VirtualGroup(block, index),
            Driver = inUse || index % 3 == 0 ? "vfio-pci" : index % 3 == 1 ? "iavf" : null,
            InUse = inUse,
            Express = ExpressType.Endpoint,
            MsiX = 17,
            Flr = true,
            Ari = true,
            Acs = AcsBits.NothingToControl,
        };
    }

    private static string VirtualAddress(int block, int index) =>
        new Bdf(block / 4, ((block % 4) * 0x40) + 1, 0x10 + (index / 8), index % 8).ToString();

    private static int VirtualGroup(int block, int index) => (block * GroupsInBlock) + 20 + index;

    private void AddVms(ProxmoxFiles files)
    {
        for (var i = 0; i < Machines; i++)
        {
            var id = FirstId + i;
            var (block, index) = (i % Blocks, i / Blocks);
            string[] device = i < WithDevices ? [$"hostpci0: {VirtualAddress(block, index)},pcie=1"] : [];
            files.Machine(
                    id,
                    ["agent: 1", "bios: ovmf", "boot: order=scsi0", "cores: 4", "cpu: host", .. device, "machine: q35", "memory: 8192", $"name: vm{id}", "numa: 0", "ostype: l26", "scsihw: virtio-scsi-single", "sockets: 1"])
                .Running(id, FirstPid + i, i < WithDevices ? [$"{VirtualGroup(block, index)}"] : [], i < WithDevices ? [VirtualAddress(block, index)] : []);
        }
        files.Write();
    }

    private void AddProcesses(ProcessFiles files)
    {
        const int filesOfVm = 2;
        for (var pid = FirstPid; pid < FirstPid + Processes; pid++)
        {
            files.Process(pid, "/system.slice/web.service", "/usr/sbin/nginx", "-g", "daemon off;");
            for (var descriptor = 1; descriptor < Descriptors; descriptor++)
            {
                files.Open(pid, descriptor, $"socket:[{(pid * Descriptors) + descriptor}]");
            }
        }
        files.References(WithDevices * filesOfVm);
    }
}
