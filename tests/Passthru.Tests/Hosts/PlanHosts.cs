using System.Text;
using Passthru.Tests.Facts.Boot;
using static Passthru.Tests.Hosts.ClassCode;
using static Passthru.Tests.Hosts.Parts;

namespace Passthru.Tests.Hosts;

/// <summary>Hosts to plan for: one for each boot loader, maker of images and VM manager; all with the devices of <see cref="UsedHost"/>.</summary>
internal static class PlanHosts
{
    private const string Release = "6.12.8";
    private const string Root = "root=/dev/nvme0n1p2 ro quiet";
    private const string LoaderGuid = "4a67b082-0a4c-41cf-b6c7-440b29bb8c4f";

    /// <summary>A host, and what is asked of it.</summary>
    public sealed record Case(Func<HostTree> Build, string[] Devices, string? Vm = null, bool Undo = false);

    public static readonly Dictionary<string, Case> All = new()
    {
        // The loaders, each with a maker of images.
        ["debian-grub-initramfs-tools"] = new(() => Grub(Host()).With(InitramfsTools), ["05:00.0"]),
        ["debian-grub-dracut"] = new(() => Grub(Host()).With(tree => Dracut(tree, hostOnly: false)), ["05:00.0"]),
        ["fedora-bls-dracut"] = new(() => Bls(Host()).With(tree => Dracut(tree, hostOnly: true)), ["card1"]),
        ["fedora-ostree"] = new(() => Bls(Host("ostree=/ostree/boot.1/fedora/0 ")).With(tree => Dracut(tree, hostOnly: false)), ["05:00"]),
        ["arch-systemd-boot-mkinitcpio"] = new(() => SystemdBoot(Host(platform: Platform.Intel), "arch.conf").With(Mkinitcpio), ["05:00.0"]),
        ["debian-kernel-install-dracut"] = new(() => KernelInstall(Host()), ["05:00.0"]),
        ["iommu-off-kernel-install"] = new(() => KernelInstall(Off(Host())), ["05:00.0"]),
        ["arch-unified-image"] = new(() => Unified(Host()), ["05:00.0"]),
        ["popos-kernelstub"] = new(() => SystemdBoot(BuiltInVfio(Host()), "Pop_OS-current.conf").With(InitramfsTools).With(Program("kernelstub")), ["05:00.0"]),
        ["opensuse-sdbootutil"] = new(() => SystemdBoot(Host(), "opensuse.conf").With(tree => Dracut(tree.Line("etc/kernel/cmdline", Root), hostOnly: true)).With(Program("sdbootutil")), ["05:00.0"]),
        ["cachyos-limine"] = new(() => Limine(Host()).With(Mkinitcpio), ["05:00.0"]),
        ["arch-refind"] = new(() => Refind(Host()).With(Mkinitcpio), ["05:00.0"]),
        ["nixos"] = new(() => NixOs(Host()), ["05:00.0"]),
        ["unraid"] = new(() => Unraid(Host()), ["05:00.0"]),
        ["unknown-loader"] = new(() => Built(Host()), ["05:00.0"]),

        // No IOMMU yet, by loader.
        ["iommu-off-grub"] = new(() => Grub(Off(Host())).With(InitramfsTools), ["05:00.0"]),
        ["iommu-off-bls"] = new(() => Bls(Off(Host())).With(tree => Dracut(tree, hostOnly: true)), ["05:00.0"]),
        ["iommu-off-proxmox-boot-tool"] = new(() => ProxmoxBootTool(Off(Host())), ["05:00.0"]),
        ["iommu-off-limine"] = new(() => Limine(Off(Host())).With(Mkinitcpio), ["05:00.0"]),
        ["iommu-off-nixos"] = new(() => NixOs(Off(Host())), ["05:00.0"]),
        ["iommu-off-firmware"] = new(() => Grub(Off(Host()) with { AcpiTables = ["APIC", "FACP", "MCFG"] }).With(InitramfsTools), ["05:00.0"]),

        // The managers.
        ["proxmox-home-lab"] = new(() => ProxmoxBootTool(OneGpu()).With(Pve(pve => pve.Machine(110, "name: gaming", "ostype: win11", "memory: 16384", "balloon: 4096", "scsi0: local-lvm:vm-110-disk-0,size=64G"))), ["04:00.0"], "gaming"),
        ["proxmox-second-entry"] = new(() => ProxmoxBootTool(Host()).With(Pve(pve => pve.Machine(100, "name: router", "bios: ovmf", "machine: q35", "hostpci0: 0000:05:00,pcie=1"))), ["eno2"], "100"),
        ["libvirt-name-with-blanks"] = new(() => Grub(Host()).With(InitramfsTools).With(tree => new LibvirtFiles(tree).Defined(new FakeDomain("win 11"))), ["05:00.0"], "win 11"),
        ["incus"] = new(() => Grub(Host()).With(InitramfsTools).With(Program("incus")), ["05:00.0", "eno2"], "media"),

        // Ids and addresses.
        ["twin-stays"] = new(() => Grub(Host()).With(InitramfsTools).With(Program("driverctl")), ["03:00.0"]),
        ["ids-there-already"] = new(() => Grub(Host()).With(InitramfsTools).With(tree => tree.Text("etc/modprobe.d/passthrough.conf", "# cards\noptions vfio-pci ids=8086:10fb disable_vga=1\n")), ["1002:67df"]),
        ["ids-on-command-line"] = new(() => Grub(Host("vfio-pci.ids=8086:10fb ")).With(InitramfsTools), ["1002:67df"]),

        // What must not go.
        ["hba-beside-boot-disk"] = new(() => Grub(Hba()).With(InitramfsTools).With(Slots), ["06:00.0"]),
        ["root-disk"] = new(() => Grub(Host()).With(InitramfsTools), ["nvme0"]),
        ["default-route"] = new(() => Grub(Host()).With(InitramfsTools), ["eno1"]),
        ["bridge"] = new(() => Grub(Host()).With(InitramfsTools), ["00:1c.0"]),
        ["adapter-with-vfs"] = new(() => Adapter(), ["3b:00.0"]),
        ["virtual-function"] = new(() => Adapter(), ["3b:1c.3"], "100"),

        // Done, and back.
        ["done"] = new(() => Owned("options vfio-pci ids=1002:67df,1002:aaf0", "softdep amdgpu pre: vfio-pci"), ["05:00.0"], "110"),
        ["undo-modprobe"] = new(() => Owned("options vfio-pci ids=1002:67df,1002:aaf0", "softdep amdgpu pre: vfio-pci", "blacklist radeon"), ["05:00.0"], Undo: true),
        ["undo-shared-ids"] = new(() => Owned("options vfio-pci ids=1002:67df,8086:10fb,1002:aaf0"), ["05:00.0"], Undo: true),
        ["undo-command-line"] = new(() => Grub(Taken(Host("vfio-pci.ids=1002:67df,1002:aaf0 modprobe.blacklist=amdgpu,pcspkr "))).With(InitramfsTools), ["05:00.0"], Undo: true),
        ["undo-driverctl"] = new(() => Grub(Host()).With(InitramfsTools).With(tree => tree.Line("etc/driverctl.d/pci-0000:03:00.0", "vfio-pci")), ["03:00.0"], Undo: true),
        ["undo-unraid"] = new(() => Unraid(Taken(Host())).With(tree => tree.Text("boot/config/vfio-pci.cfg", "BIND=0000:05:00.0|1002:67df 0000:05:00.1|1002:aaf0 0000:03:00.0|8086:1533\n")), ["05:00"], Undo: true),
        ["undo-libvirt"] = new(() => Bls(Host()).With(tree => Dracut(tree, hostOnly: true))
            .With(tree => new LibvirtFiles(tree).Defined(new FakeDomain("win 11") { Devices = [LibvirtFiles.Hostdev("0000:05:00.0")] })), ["05:00.0"], Undo: true),
        ["undo-nothing"] = new(() => Grub(Host()).With(InitramfsTools), ["05:00.0"], Undo: true),
    };

    private static HostTree With(this HostTree tree, Action<HostTree> more)
    {
        more(tree);
        return tree;
    }

    private static FakeHost Host(string words = "", Platform platform = Platform.Intel) => UsedHost.Host() with
    {
        Kernel = new(Release),
        CommandLine = $"{words}{Root}",
        Platform = platform,
    };

    private static FakeHost BuiltInVfio(FakeHost host) => host with { Modules = [.. FakeModule.Kvm("intel"), new FakeModule("vfio_pci") { BuiltIn = true, Path = "drivers/vfio/pci/vfio-pci" }] };

    /// <summary>The second graphics card has gone to VFIO.</summary>
    private static FakeHost Taken(FakeHost host) => host with
    {
        Functions = [.. host.Functions.Select(port => port with { Behind = [.. port.Behind.Select(it => it.Address.StartsWith("0000:05:", StringComparison.Ordinal) ? it with { Driver = "vfio-pci" } : it)] })],
    };

    /// <summary>The card that the host shows its console on is the only one.</summary>
    private static FakeHost OneGpu() => Host() with { Functions = [.. Host().Functions.Where(port => !port.Behind.Any(it => it.Address == UsedHost.SecondGpu))] };

    private static FakeHost Off(FakeHost host) => host with
    {
        Units = [],
        InterruptRemapping = false,
        Functions = [.. host.Functions.Select(WithoutGroup)],
    };

    private static FakeFunction WithoutGroup(FakeFunction function) => function with { Group = null, Behind = [.. function.Behind.Select(WithoutGroup)] };

    /// <summary>Root ports without ACS put an HBA into the group of the boot disk; a third port, for an empty slot, has its own.</summary>
    private static FakeHost Hba() => Host() with
    {
        Functions =
        [
            .. Host().Functions.Where(function => !function.Address.StartsWith("0000:00:01.0", StringComparison.Ordinal)),
            RootPort("0000:00:01.0", "8086:1901", 11, Nvme(UsedHost.Disk, "144d:a808", 11)) with { Acs = null },
            RootPort("0000:00:01.3", "8086:1905", 11, Endpoint("0000:06:00.0", "1000:0097", Sas, 11, "mpt3sas")) with { Acs = null },
            RootPort("0000:00:1d.0", "8086:a330", 21),
        ],
    };

    /// <summary>The disk, the first adapter and the first graphics card are the host's; the rest nobody uses.</summary>
    private static HostTree Built(FakeHost host) => UsedHost.Build(host, UsedDisks.Ext4OnNvme, UsedNetworks.OneAddress, Console);

    private static void Console(UseFiles files, FakeHost host)
    {
        files.Input($"{host.PathOf(UsedHost.Xhci)}/usb1/1-3/1-3:1.0/0003:046D:C31C.0001/input/input2").Memory(0, "PCI Bus 0000:00", hidden: true);
        foreach (var (card, gpu) in ((string, string)[])[("card0", UsedHost.FirstGpu), ("card1", UsedHost.SecondGpu)])
        {
            if (host.Placed.Any(placed => placed.Function.Address == gpu))
            {
                files.Tree.Link($"sys/class/drm/{card}", $"{host.PathOf(gpu)}/drm/{card}").Line($"{host.PathOf(gpu)}/drm/{card}/dev", "226:0");
            }
        }
    }

    private static HostTree Grub(FakeHost host) => Built(host with { CommandLine = $"BOOT_IMAGE=/boot/vmlinuz-{Release} {host.CommandLine}" })
        .Text("boot/grub/grub.cfg", $"set default=\"0\"\nmenuentry 'Debian' {{\n\tlinux /boot/vmlinuz-{Release} {host.CommandLine}\n\tinitrd /boot/initrd.img-{Release}\n}}\n")
        .Text("etc/default/grub", $"GRUB_CMDLINE_LINUX_DEFAULT=\"{host.CommandLine.Replace(Root, "quiet", StringComparison.Ordinal)}\"\n")
        .With(Program("update-grub"));

    private static HostTree Bls(FakeHost host) => Built(host with { CommandLine = $"BOOT_IMAGE=(hd0,gpt2)/vmlinuz-{Release} {host.CommandLine}" })
        .Text("boot/grub2/grub.cfg", "set default=\"${saved_entry}\"\nblscfg\n")
        .Text("boot/grub2/grubenv", $"# GRUB Environment Block\nsaved_entry=0123-{Release}\n")
        .Text($"boot/loader/entries/0123-{Release}.conf", $"title Fedora\nversion {Release}\nlinux /vmlinuz-{Release}\ninitrd /initramfs-{Release}.img\noptions {host.CommandLine}\n")
        .With(Program("grubby"));

    /// <summary>kernel-install has copied the image into the entry's directory.</summary>
    private static HostTree KernelInstall(FakeHost host) => SystemdBoot(host, $"0123-{Release}.conf", $"0123/{Release}/initrd")
        .Line("etc/kernel/cmdline", Root).Bytes($"boot/0123/{Release}/initrd", Image.Archive(("usr/lib/dracut/hostonly-files", ""))).With(Program("dracut")).With(Program("kernel-install"));

    private static HostTree SystemdBoot(FakeHost host, string entry, string image = $"initrd-{Release}")
    {
        var tree = Built(host with { CommandLine = $"initrd=\\{image.Replace('/', '\\')} {host.CommandLine}" });
        Variable(tree, "LoaderInfo", "systemd-boot 257");
        return tree.Text($"boot/loader/entries/{entry}", $"title Linux\nversion {Release}\nlinux /vmlinuz-{Release}\ninitrd /{image}\noptions {host.CommandLine}\n");
    }

    private static HostTree Unified(FakeHost host)
    {
        var tree = Built(host);
        Variable(tree, "StubInfo", "systemd-stub 257");
        Variable(tree, "StubImageIdentifier", "\\EFI\\Linux\\arch-linux.efi");
        return tree.Text("boot/EFI/Linux/arch-linux.efi", $"#unified kernel image\n.cmdline {host.CommandLine}\n.uname {Release}\n.osrel ID=arch\n")
            .Line("etc/kernel/cmdline", host.CommandLine).With(Program("mkinitcpio"));
    }

    private static HostTree Limine(FakeHost host) => Built(host)
        .Text("boot/limine.conf", $"default_entry: 1\n/Linux\n    protocol: linux\n    path: boot():/vmlinuz-{Release}\n    cmdline: {host.CommandLine}\n    module_path: boot():/initrd-{Release}\n")
        .Text("etc/default/limine", $"KERNEL_CMDLINE[default]+=\"{host.CommandLine}\"\n").With(Program("limine-mkinitcpio"));

    private static HostTree Refind(FakeHost host) => Built(host)
        .Text("boot/refind_linux.conf", $"\"Boot\" \"{host.CommandLine} initrd=/boot/initrd-{Release}\"\n").Text($"boot/vmlinuz-{Release}", "");

    private static HostTree NixOs(FakeHost host) => Built(host)
        .Link("run/booted-system", "nix/store/a-nixos-system").Text("nix/var/nix/profiles/system/kernel-params", host.CommandLine)
        .Text($"nix/var/nix/profiles/system/kernel-modules/lib/modules/{Release}/modules.dep", "").Text("nix/store/a-nixos-system/init", "");

    private static HostTree Unraid(FakeHost host) => Built(host with { Kernel = new($"{Release}-Unraid"), CommandLine = "BOOT_IMAGE=/bzimage initrd=/bzroot" })
        .Text("boot/syslinux/syslinux.cfg", "default menu.c32\nlabel Unraid OS\n  menu default\n  kernel /bzimage\n  append initrd=/bzroot\n");

    private static HostTree ProxmoxBootTool(FakeHost host) => Built(host with { CommandLine = $"initrd=\\EFI\\proxmox\\{Release}\\initrd.img {host.CommandLine}" })
        .Line("etc/kernel/proxmox-boot-uuids", "AAAA-BBBB").Line("etc/kernel/cmdline", host.CommandLine).With(InitramfsTools);

    private static HostTree Owned(params string[] modprobe) => Grub(Taken(Host())).With(InitramfsTools)
        .With(tree => tree.Text("etc/modprobe.d/vfio.conf", string.Join('\n', [.. modprobe, ""])))
        .With(tree => tree.Bytes($"boot/initrd.img-{Release}", Image.Archive(("conf/initramfs.conf", ""), ($"usr/lib/modules/{Release}/kernel/amdgpu.ko", ""), ($"usr/lib/modules/{Release}/kernel/vfio-pci.ko", ""), ("etc/modprobe.d/vfio.conf", string.Join('\n', modprobe)))))
        .With(Pve(pve => pve.Machine(110, "name: gaming", "bios: ovmf", "machine: q35", "hostpci0: 0000:05:00,pcie=1")));

    /// <summary>An adapter that carries the host's address, with virtual functions of which VM 100 runs with two.</summary>
    private static HostTree Adapter()
    {
        var host = Sriov64Vfs.Host(8, index => index < 2 ? "vfio-pci" : "iavf");
        return UsedHost.Build(host, SataDisk, Addressed).Text("boot/grub/grub.cfg", $"menuentry 'Debian' {{\n\tlinux /boot/vmlinuz {Root}\n}}\n")
            .With(Pve(pve => pve.Machine(100, "name: router", "bios: ovmf", "machine: q35", "hostpci0: 0000:3b:1c.0,pcie=1").Running(100, 4711, ["5"], "0000:3b:1c.0")));
    }

    private static void SataDisk(UseFiles files, FakeHost host)
    {
        files.Disk($"{host.PathOf("0000:00:17.0")}/ata1/host0/target0:0:0/0:0:0:0", "sda", "8:0", 3);
        UsedDisks.Memory(files).Mount("/", "8:2", "ext4", "/dev/sda2");
    }

    private static void Addressed(UseFiles files, FakeHost host) =>
        files.Interface("lo").Interface("ens1", host.PathOf("0000:3b:00.0")).Address("ens1", "192.0.2.10", 24, "192.0.2.1").Input("sys/devices/platform/i8042/serio0/input/input0").Memory(0, "PCI Bus 0000:00");

    private static Action<HostTree> Pve(Action<ProxmoxFiles> what) => tree =>
    {
        var pve = new ProxmoxFiles(tree);
        what(pve);
        pve.Write();
    };

    private static void InitramfsTools(HostTree tree) => tree.Bytes($"boot/initrd.img-{Release}", Image.Archive(("conf/initramfs.conf", ""))).With(Program("update-initramfs"));

    private static void Dracut(HostTree tree, bool hostOnly) => tree
        .Bytes(tree.Files.Any(file => file.StartsWith("boot/loader/entries/", StringComparison.Ordinal)) && !tree.Files.Contains("boot/grub2/grub.cfg") ? $"boot/initrd-{Release}" : tree.Files.Contains("boot/grub/grub.cfg") ? $"boot/initrd.img-{Release}" : $"boot/initramfs-{Release}.img",
            Image.Archive((hostOnly ? "usr/lib/dracut/hostonly-files" : "usr/lib/dracut/modules.txt", ""))).With(Program("dracut"));

    private static void Mkinitcpio(HostTree tree) => tree.Bytes($"boot/initrd-{Release}", Image.Archive(("buildconfig", ""), ("config", "MODULES=\"\""))).With(Program("mkinitcpio"));

    private static Action<HostTree> Program(string name) => tree => tree.Text($"usr/bin/{name}", "");

    private static void Variable(HostTree tree, string name, string value) => tree.Bytes($"sys/firmware/efi/efivars/{name}-{LoaderGuid}", [6, 0, 0, 0, .. Encoding.Unicode.GetBytes($"{value}\0")]);

    /// <summary>Two slots: one at the port that shares a group, one at the port that does not.</summary>
    private static void Slots(HostTree tree) => tree.Bytes("sys/firmware/dmi/tables/DMI", [.. Slot(0x00, 0x0b, "SLOT6 PCI-E 3.0 X8"), .. Slot(0x00, 0xe8, "SLOT4 PCI-E 3.0 X4"), 127, 4, 0, 0, 0, 0]);

    private static byte[] Slot(byte bus, byte deviceFunction, string name) =>
        [9, 0x11, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, bus, deviceFunction, .. Encoding.ASCII.GetBytes(name), 0, 0];
}
