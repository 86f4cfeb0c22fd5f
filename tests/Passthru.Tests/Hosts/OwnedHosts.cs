using static Passthru.Tests.Hosts.OwnedHost;

namespace Passthru.Tests.Hosts;

/// <summary>Hosts by who should have which device and who has it; each shows one thing, and says in its name which.</summary>
internal static class OwnedHosts
{
    public static readonly string[] Linux = ["bios: ovmf", "machine: q35", "ostype: l26", "memory: 8192", "balloon: 0", "vga: std"];
    private static readonly string[] Windows = ["bios: ovmf", "machine: q35", "ostype: win11", "memory: 16384", "balloon: 0", "vga: none"];

    private static readonly Dictionary<string, Func<HostTree>> Hosts = new()
    {
        ["own-healthy"] = () => With(
            [new(Nic, "vfio-pci", InUse: true, Flr: true)],
            tree => tree.Text("etc/passthru-exporter/config.yml", $"devices:\n  - address: \"{Nic}\"\n    vm: router\n"),
            Pve(pve => pve.Machine(100, [.. Linux, "name: router", "hostpci0: 0000:03:00.0,pcie=1"]).Running(100, 4711, [NicGroup], Nic))),

        ["own-pve-gpu"] = () => With(
            [new(Gpu, "vfio-pci", InUse: true), new(Sound, "vfio-pci", InUse: true)],
            Modprobe("options vfio-pci ids=1002:67df,1002:aaf0", "softdep amdgpu pre: vfio-pci"),
            Pve(pve => pve.Machine(110, [.. Windows, "name: gaming", "hostpci0: 0000:05:00,pcie=1,x-vga=1"]).Running(110, 4711, [GpuGroup], Gpu, Sound))),

        ["own-not-returned"] = () => With([], tree =>
            tree.Text("sys/devices/pci0000:00/0000:00:01.2/0000:03:00.0/driver_override", "e1000e\n")),

        ["own-pve-nic-stopped"] = () => With([], Pve(pve => pve.Machine(100, [.. Linux, "name: router", "hostpci0: 0000:03:00.0,pcie=1"]))),

        ["own-pve-nic-lost"] = () => With([], Pve(pve => pve
            .Machine(100, [.. Linux, "name: router", "hostpci0: 0000:03:00.0,pcie=1"])
            .Running(100, 4711, [], Nic))),

        ["own-pve-mapping"] = () => Of(
            WithThirdAdapter(),
            [new("0000:08:00.0", "vfio-pci", InUse: true)],
            Pve(pve => pve
                .Machine(100, [.. Linux, "name: router", "hostpci0: mapping=lan,pcie=1"])
                .Mapping("lan", "path=0000:03:00.0,id=8086:1533,subsystem-id=0000:0000,iommugroup=13", "path=0000:08:00.0,id=8086:1533,subsystem-id=0000:0000,iommugroup=16")
                .Running(100, 4711, ["16"], "0000:08:00.0"))),

        ["own-pve-driver-keep"] = () => With(
            [new(Nic, "mlx5_vfio_pci", InUse: true)],
            Pve(pve => pve.Machine(100, [.. Linux, "name: router", "hostpci0: 0000:03:00.0,pcie=1,driver=keep"]).Running(100, 4711, [NicGroup], Nic))),

        ["own-pve-takes-root-disk"] = () => On(
            UsedDisks.LvmOnRaid1, [], Pve(pve => pve.Machine(100, [.. Linux, "name: usb", "onboot: 1", "hostpci0: 0000:00:17.1"]))),

        ["own-pve-black-screen"] = () => With(
            [new(Gpu, "vfio-pci"), new(Sound, "vfio-pci")],
            Pve(pve => pve
                .Machine(110, "name: dark", "ostype: l26", "memory: 8192", "balloon: 2048", "hostpci0: 0000:05:00.0,x-vga=1")
                .Machine(111, "bios: ovmf", "machine: q35", "ostype: l26", "name: conventional", "vga: none", "hostpci0: 0000:05:00,romfile=gone.rom")
                .Machine(112, "bios: ovmf", "machine: q35", "ostype: l26", "name: hidden", "hostpci0: 0000:05:00,x-vga=1,pcie=1,rombar=0")
                .Machine(113, "name: refused", "ostype: l26", "hostpci0: 0000:05:00,pcie=1")),
            tree => tree.Text("usr/share/kvm/other.rom", "")),

        ["own-pve-windows"] = () => With(
            [new(Gpu, "vfio-pci"), new(Sound, "vfio-pci")],
            Pve(pve => pve.Machine(110, "name: error43", "ostype: win10", "vga: none", "memory: 8192", "hostpci0: 0000:05:00.0"))),

        ["own-pve-other-card"] = () => With([], Pve(pve => pve
            .Machine(100, [.. Linux, "name: router", "onboot: 1", "hostpci0: mapping=lan,pcie=1"])
            .Machine(101, [.. Linux, "name: lost", "hostpci0: mapping=nothing,pcie=1"])
            .Mapping("lan", "path=0000:03:00.0,id=10ec:8168,subsystem-id=1043:8677,iommugroup=21"))),

        ["own-pve-two-vms-one-card"] = () => With([], Pve(pve => pve
            .Machine(100, [.. Linux, "name: router", "onboot: 1", "hostpci0: 0000:03:00.0,pcie=1"])
            .Machine(101, [.. Linux, "name: spare", "onboot: 1", "hostpci0: 0000:03:00,pcie=1"])
            .Machine(900, [.. Linux, "name: mould", "template: 1", "hostpci0: 0000:03:00.0,pcie=1"]))),

        ["own-pve-stale-qemu"] = () => With(
            [new(Nic, "vfio-pci", InUse: true)],
            Pve(pve => pve.Machine(100, [.. Linux, "name: router", "hostpci0: 0000:03:00.0,pcie=1"]).Running(100, 4711, [NicGroup], Nic)),
            tree => tree.Remove("run/qemu-server/100.pid").Text("run/qemu-server/pci-id-reservations", "")),

        ["own-pve-garbage"] = () => With([], Pve(pve => pve
            .Machine(100, [.. Linux, "name: router", "hostpci0: 0000:03:00.0,pcie=1"])
            .Machine(101, "\u0000\u0001\u0002 no text at all \u0000")
            .Machine(102, [.. Linux, "name: half", "hostpci0: zz:00.0", "hostpci1: 0000:05:00"]))),

        ["own-libvirt"] = () => With(
            [new(Nic, "vfio-pci", InUse: true)],
            tree => new LibvirtFiles(tree)
                .Defined(new FakeDomain("win11") { Devices = [LibvirtFiles.Hostdev(Gpu, managed: true), LibvirtFiles.Hostdev(Sound, managed: true)] })
                .Defined(new FakeDomain("router") { LibosinfoId = null, Video = "virtio", Devices = [LibvirtFiles.Hostdev(Nic, managed: true)] })
                .Running(new FakeDomain("router") { LibosinfoId = null, Video = "virtio", Devices = [LibvirtFiles.Hostdev(Nic, managed: true)] }, 4711),
            tree => new ProcessFiles(tree)
                .Process(4711, "/machine.slice/machine-qemu\\x2d1\\x2drouter.scope", "/usr/bin/qemu-system-x86_64", "-name", "guest=router,debug-threads=on", "-object",
                    "{\"qom-type\":\"secret\",\"file\":\"/var/lib/libvirt/qemu/domain-1-router/master-key.aes\"}", "-device", $"{{\"driver\":\"vfio-pci\",\"host\":\"{Nic}\",\"id\":\"hostdev0\"}}")
                .Holds(4711, NicGroup)
                .References(3)),

        ["own-libvirt-unmanaged"] = () => With(
            [],
            tree => new LibvirtFiles(tree).Defined(new FakeDomain("win11") { Devices = [LibvirtFiles.Hostdev(Gpu, managed: false), LibvirtFiles.Hostdev(Sound, managed: false)] })),

        ["own-three-cards"] = () => Of(
            WithThirdAdapter(),
            [new(UsedHost.FirstAdapter, "igb"), new(Nic, "vfio-pci"), new("0000:08:00.0", "vfio-pci")],
            tree => tree.Text("etc/passthru-exporter/config.yml", "devices:\n  - id: 8086:1533\n    vm: firewall\n")),

        ["own-device-gone"] = () => With(
            [],
            tree => tree.Text("etc/passthru-exporter/config.yml", "devices:\n  - address: 0000:0a:00.0\n    vm: gpu-1\n"),
            Pve(pve => pve
                .Machine(100, [.. Linux, "name: router", "onboot: 1", "hostpci0: 0000:0b:00.0,pcie=1"])
                .Machine(101, [.. Linux, "name: spare", "hostpci0: 0000:0c:00.0,pcie=1"]))),

        ["own-vfio-built-in"] = () => With(
            [],
            Modprobe("options vfio-pci ids=1002:67df,1002:aaf0"),
            tree => tree.Text("lib/modules/6.8.12-4-pve/modules.builtin", "kernel/drivers/vfio/vfio.ko\nkernel/drivers/vfio/pci/vfio-pci.ko\n")),

        ["own-vfs-assigned"] = () =>
        {
            var tree = Sriov64Vfs.Host().Build();
            var functions = Enumerable.Range(0, 8).Select(index => Bdf.Of(0, Bdf.Parse("0000:3b:00.0").RequesterId + 224 + index).ToString()).ToList();
            var domain = new FakeDomain("dpdk") { LibosinfoId = null, Video = "virtio", Devices = [.. functions.Select(function => LibvirtFiles.Hostdev(function))] };
            new LibvirtFiles(tree).Defined(domain).Running(domain, 4711);
            new ProcessFiles(tree).Process(4711, "/machine.slice/machine-qemu\\x2d1\\x2ddpdk.scope", "/usr/bin/qemu-system-x86_64", "-name", "guest=dpdk", "-device", "virtio-net-pci");
            foreach (var index in Enumerable.Range(0, 4))
            {
                new ProcessFiles(tree).Holds(4711, $"{5 + index}", from: 20 + (index * 3));
            }
            return tree;
        },

        ["own-kubevirt"] = () => With(
            [new(Gpu, "vfio-pci", InUse: true), new(Sound, "vfio-pci")],
            tree => tree.Text("etc/passthru-exporter/config.yml", "devices:\n  - id: 1002:67df\n  - id: 1002:aaf0\n"),
            tree => new ProcessFiles(tree)
                .Process(4711, "/kubepods.slice/kubepods-burstable.slice/cri-containerd-0a1b2c.scope", "/usr/libexec/qemu-kvm", "-name", "guest=default_win11,debug-threads=on",
                    "-object", "{\"qom-type\":\"secret\",\"file\":\"/var/lib/libvirt/qemu/domain-1-default_win11/master-key.aes\"}", "-device", $"{{\"driver\":\"vfio-pci\",\"host\":\"{Gpu}\"}}")
                .Holds(4711, GpuGroup)
                .References(3)),
    };

    public static IEnumerable<string> Names => [.. Hosts.Keys, .. Mistaken.Names, .. FailedStarts.Names];

    public static HostTree Build(string name) => Hosts.TryGetValue(name, out var build) ? build() : FailedStarts.Names.Contains(name) ? FailedStarts.Build(name) : Mistaken.Build(name);

    public static Action<HostTree> Pve(Func<ProxmoxFiles, ProxmoxFiles> vms) => tree => vms(new ProxmoxFiles(tree)).Write();

    public static Action<HostTree> Modprobe(params string[] lines) => tree => tree.Text("etc/modprobe.d/vfio.conf", string.Join('\n', [.. lines, ""]));
}
