using Passthru.Facts.Baseline;
using Passthru.Findings.Drift;
using Passthru.Tests.Facts.Boot;
using Passthru.Tests.Facts.KernelLog;
using Passthru.Tests.Support;
using static Passthru.Tests.Hosts.OwnedHost;
using static Passthru.Tests.Hosts.OwnedHosts;

namespace Passthru.Tests.Hosts;

/// <summary>Hosts with a mistake that people make with passthrough, or with what follows from one.</summary>
internal static class Mistaken
{
    private static readonly string[] Router = [.. Linux, "name: router", "hostpci0: 0000:03:00.0,pcie=1"];

    private static readonly Dictionary<string, Func<HostTree>> Hosts = new()
    {
        // The card is on VFIO, its sound is not: the group is of no use to anybody.
        ["bad-not-viable"] = () => With(
            [new(Gpu, "vfio-pci")], tree => tree.Text("etc/passthru-exporter/config.yml", $"devices:\n  - address: \"{Gpu}\"\n")),

        ["bad-vfio-not-loaded"] = () => Of(
            UsedHost.Host() with { Modules = FakeModule.Kvm("intel") }, [], Modprobe("options vfio-pci ids=1002:67df,1002:aaf0")),

        ["bad-initramfs"] = () => With(
            [new(Gpu, "amdgpu"), new(Sound, "snd_hda_intel")],
            Modprobe("options vfio-pci ids=1002:67df,1002:aaf0", "blacklist amdgpu", "softdep amdgpu pre: vfio-pci"),
            tree => tree.Line("sys/module/amdgpu/initstate", "live").Bytes(
                "boot/initrd.img-6.8.12-4-pve", Image.Archive(("etc/modprobe.d/other.conf", "blacklist pcspkr\n"), ("conf/initramfs.conf", "MODULES=most\n"), ("usr/lib/modules/6.8.12-4-pve/kernel/drivers/gpu/drm/amd/amdgpu/amdgpu.ko", "")))),

        ["bad-next-boot"] = () => Of(
            UsedHost.Host() with { CommandLine = @"initrd=\EFI\proxmox\6.8.12-4-pve\initrd.img-6.8.12-4-pve root=ZFS=rpool/ROOT/pve-1 boot=zfs intel_iommu=on" },
            [new(Gpu, "vfio-pci"), new(Sound, "vfio-pci")],
            tree => tree.Text("etc/passthru-exporter/config.yml", "devices:\n  - address: 0000:05:00\n")
                .Text("boot/loader/entries/proxmox-6.8.12-4-pve.conf", "linux /EFI/proxmox/6.8.12-4-pve/vmlinuz-6.8.12-4-pve\noptions root=ZFS=rpool/ROOT/pve-1 boot=zfs intel_iommu=on pcie_acs_override=downstream\n")),

        ["bad-power"] = () => Of(
            Narrowed(UsedHost.Host() with { AspmPolicy = "default performance powersave [powersupersave] ", InterruptRemapping = false }),
            [new(Nic, "vfio-pci", InUse: true)],
            Pve(pve => pve.Machine(100, Router).Running(100, 4711, [NicGroup], Nic))),

        ["bad-errors"] = () => Of(
            Erring(UsedHost.Host()), [new(Nic, "vfio-pci", InUse: true)], Pve(pve => pve.Machine(100, Router).Running(100, 4711, [NicGroup], Nic))),

        ["bad-override"] = () =>
        {
            var tree = PveAcsOverride.Host().Build();
            new ProxmoxFiles(tree).Machine(100, [.. Linux, "hostpci0: 0000:05:00.0,pcie=1"]).Running(100, 4711, ["15"], "0000:05:00.0").Write();
            return tree.Line("proc/2/comm", "kthreadd");
        },

        ["bad-firmware-region"] = () => Of(
            UsedHost.Host() with { Groups = [new FakeGroup(13) { Reserved = ["0x000000007a000000 0x000000007affffff direct"] }] },
            [new(Nic, "vfio-pci")],
            Pve(pve => pve.Machine(100, Router))),

        ["bad-no-iommu"] = () => Of(
            UsedHost.Host() with { Functions = Parts.Ungrouped(UsedHost.Host().Functions), Units = [], CommandLine = "root=/dev/sda1 ro intel_iommu=off" },
            [],
            Pve(pve => pve.Machine(100, Router))),

        ["bad-unsafe"] = () => Of(
            UsedHost.Host() with
            {
                Modules =
                [
                    .. FakeModule.Vfio(unsafeInterrupts: true).Where(module => module.Name != "vfio"),
                    new FakeModule("vfio") { Parameters = new Dictionary<string, string> { ["enable_unsafe_noiommu_mode"] = "Y" } },
                ],
            },
            [new(Nic, "vfio-pci")],
            Pve(pve => pve.Machine(100, Router))),

        ["bad-log"] = () => With(
            [new(Nic, "vfio-pci", InUse: true), new(Gpu, "vfio-pci"), new(Sound, "vfio-pci")],
            Pve(pve => pve.Machine(100, Router).Machine(110, [.. Linux, "hostpci0: 0000:05:00,pcie=1"]).Running(100, 4711, [NicGroup], Nic)),
            tree => tree.Line("proc/stat", "btime 1764300000").Text("dev/kmsg", Logged.Records("""
                DMAR: DRHD: handling fault status reg 2
                DMAR: [DMA Read NO_PASID] Request device [03:00.0] fault addr 0x7f0000000 [fault reason 0x06] PTE Read access is not set
                vfio-pci 0000:05:00.0: not ready 65535ms after bus reset; giving up
                 SUBSYSTEM=pci
                 DEVICE=+pci:0000:05:00.0
                vfio-pci 0000:05:00.0: Unable to change power state from D3cold to D0, device inaccessible
                 SUBSYSTEM=pci
                 DEVICE=+pci:0000:05:00.0
                vfio-pci 0000:05:00.0: Invalid PCI ROM header signature: expecting 0xaa55, got 0xffff
                 SUBSYSTEM=pci
                 DEVICE=+pci:0000:05:00.0
                pcieport 0000:00:1c.0: pciehp: Slot(2): Link Down
                 SUBSYSTEM=pci
                 DEVICE=+pci:0000:00:1c.0
                DMAR: VT-d detected Invalidation Time-out Error: SID 0
                DMAR: QI HEAD: Invalidation Wait qw0 = 0x200000025, qw1 = 0x1001a38
                DMAR: QI PRIOR: Device-TLB Invalidation qw0 = 0x500050000000003, qw1 = 0x7ffffffffffff001
                dmar_fault: 12 callbacks suppressed
                vfio-pci 0000:05:00.0: BAR 0: can't reserve [mem 0xe0000000-0xefffffff 64bit pref]
                 SUBSYSTEM=pci
                 DEVICE=+pci:0000:05:00.0
                genirq: Flags mismatch irq 16. 00000000 (vfio-intx(0000:05:00.1)) vs. 00000000 (vfio-intx(0000:03:00.0))
                vfio_pin_pages_remote: RLIMIT_MEMLOCK (65536) exceeded
                ahci 0000:00:17.0: AHCI controller unavailable!
                 SUBSYSTEM=pci
                 DEVICE=+pci:0000:00:17.0
                """, priority: 4))),

        // The spare chassis: the same cards, and the adapter shares a group with the SATA controller.
        ["bad-spare-chassis"] = () =>
        {
            var accepted = With([new(Nic, "vfio-pci")], Pve(pve => pve.Machine(100, Router)));
            var baseline = Fingerprint.From(Read.Facts(TreeFiles.Of(accepted))) with { AcceptedAt = new DateTimeOffset(2026, 3, 1, 12, 0, 0, TimeSpan.Zero) };
            var host = UsedHost.Host();
            return Of(
                host with { Functions = [.. host.Functions.Select(function => function.Address == UsedHost.Ahci ? function with { Group = 13 } : function)], Dmi = host.Dmi with { BiosVersion = "2.4" } },
                [new(Nic, "vfio-pci")],
                Pve(pve => pve.Machine(100, Router)),
                tree => tree.Bytes(BaselineFile.DefaultPath, BaselineFile.Write(baseline)));
        },
    };

    public static IEnumerable<string> Names => Hosts.Keys;

    public static HostTree Build(string name) => Hosts[name]();

    /// <summary>The adapter has signalled errors.</summary>
    private static FakeHost Erring(FakeHost host) => WithAdapter(host, adapter => adapter with { Aer = new AerCounts { Nonfatal = new Dictionary<string, int> { ["CmpltTO"] = 3 } } });

    /// <summary>The adapter's link has come up with one lane of four.</summary>
    private static FakeHost Narrowed(FakeHost host) => WithAdapter(host, adapter => adapter with { Link = new PciLink(3, 4) { Width = 1, Generation = 1 } });

    private static FakeHost WithAdapter(FakeHost host, Func<FakeFunction, FakeFunction> change) => host with
    {
        Functions = [.. host.Functions.Select(function => function with { Behind = [.. function.Behind.Select(behind => behind.Address == Nic ? change(behind) : behind)] })],
    };
}
