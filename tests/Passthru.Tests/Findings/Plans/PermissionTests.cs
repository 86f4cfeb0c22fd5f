using System.Collections.Immutable;
using Passthru.Facts;
using Passthru.Facts.HostDependencies.Chains;
using Passthru.Facts.Iommu;
using Passthru.Facts.Pci;
using Passthru.Facts.Platform;
using Passthru.Findings;
using Passthru.Findings.Plans;
using Passthru.Tests.Support;

namespace Passthru.Tests.Findings.Plans;

/// <summary>What keeps a device from going, and what it costs.</summary>
public sealed class PermissionTests
{
    private const string Card = "0000:01:00.0";

    [Fact]
    public void What_nobody_needs_may_go() => Assert.Equal((PlanVerdict.May, ""), Verdict(Host()));

    [Fact]
    public void What_the_host_needs_must_not_go() => Assert.Equal(
        (PlanVerdict.MustNot, "The host needs 0000:01:00.0: / → nvme0n1 → 0000:01:00.0."),
        Verdict(Host().WithUses(new HostDependency(HostDependencyKind.RootFileSystem, ["/", "nvme0n1"], Some.Address(Card)))));

    [Fact]
    public void What_only_the_VM_uses_is_taken_from_nobody()
    {
        var facts = Host().WithProxmox(SomeVms.Proxmox("100").Started()).WithUses(Used(HostDependencyKind.GuestDisk, new UseOwner { Vm = "100" }));

        Assert.Equal(PlanVerdict.May, Plan(facts, "100").Verdict);
        Assert.Equal(PlanVerdict.MustNot, Plan(facts, "101").Verdict);
    }

    [Fact]
    public void A_console_is_a_cost_and_no_hindrance() => Assert.Equal(
        (PlanVerdict.May, "0000:01:00.0 shows the host's console. The screen belongs to the VM from then on."),
        Verdict(Host().WithUses(Used(HostDependencyKind.Framebuffer, null))));

    [Fact]
    public void A_region_of_the_firmware_keeps_the_group() => Assert.Equal(
        (PlanVerdict.MustNot, "Firmware keeps memory of group 1 mapped (RMRR), and VFIO refuses such a group."),
        Verdict(Host(group => group with { ReservedRegions = [new ReservedRegion(0, 0xfff, "direct")] })));

    [Fact]
    public void Interrupts_have_to_be_remapped()
    {
        var facts = Host() with { Platform = new PlatformFacts { Board = new BoardFacts(), InterruptRemapping = false } };
        var unsafely = facts with { Kernel = facts.Kernel! with { UnsafeInterruptsAllowed = true } };

        Assert.Equal((PlanVerdict.MustNot, "Interrupt remapping is off, so VFIO refuses every device: a VM could send any interrupt to the host."), Verdict(facts));
        Assert.Equal(PlanVerdict.May, Plan(unsafely, null).Verdict);
    }

    [Fact]
    public void Xen_has_the_IOMMU_itself() => Assert.Equal(
        (PlanVerdict.MustNot, "This host is Xen's dom0: Xen has the IOMMU, and VFIO cannot be used."),
        Verdict(Host() with { Platform = new PlatformFacts { Board = new BoardFacts(), Hypervisor = new HypervisorFacts("xen", true) } }));

    [Fact]
    public void Another_VM_that_takes_it_is_named() => Assert.Equal(
        (PlanVerdict.May, "VM 101 (vm101) takes 0000:01:00.0 too (hostpci0 in /etc/pve/qemu-server/101.conf). One of them can run at a time."),
        Verdict(Host().WithProxmox(SomeVms.Proxmox("101", SomeVms.Device("hostpci0", Card)))));

    [Fact]
    public void What_cannot_be_followed_leaves_it_open()
    {
        var facts = Host() with { HostDependencies = new HostDependencyFacts { All = [], Unresolved = [new(HostDependencyKind.FileSystem, ["/data"], "no label", null)], DisplayComplete = true, KeyboardsComplete = true } };

        Assert.Equal((PlanVerdict.Unknown, "Whether the host needs 0000:01:00.0 is unknown: it may carry /data (no label)."), Verdict(facts));
    }

    private static HostDependency Used(HostDependencyKind kind, UseOwner? owner) => new(kind, ["disk"], Some.Address(Card)) { Owner = owner };

    /// <summary>One NVMe disk in a group of its own, which the kernel can reset.</summary>
    private static HostFacts Host(Func<IommuGroup, IommuGroup>? group = null)
    {
        var disk = Some.Function(Card) with { Class = new PciClass(0x010802), Group = "1", Driver = new PciDriver("nvme", false), ResetMethods = ImmutableArray.Create("flr") };
        var facts = Some.Facts(disk).WithKernel("6.12", "quiet").WithGroups((group ?? (it => it))(Some.Group("1", Card))).WithUses();
        return facts with { Iommu = facts.Iommu! with { Units = [new IommuUnit("dmar0", IommuKind.Intel)] } };
    }

    private static Plan Plan(HostFacts facts, string? vm) => Planner.Give(facts, Diagnosis.Assess(facts), [facts.Pci!.Functions[0]], vm);

    private static (PlanVerdict Verdict, string Why) Verdict(HostFacts facts)
    {
        var plan = Plan(facts, null);
        return (plan.Verdict, string.Join(' ', plan.Remarks.Select(remark => remark.Text)));
    }
}
