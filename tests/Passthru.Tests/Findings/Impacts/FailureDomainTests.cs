using System.Collections.Immutable;
using Passthru.Facts;
using Passthru.Facts.HostDependencies.Chains;
using Passthru.Facts.Pci;
using Passthru.Facts.Processes;
using Passthru.Findings;
using Passthru.Findings.Impacts;
using Passthru.Findings.Isolation;
using Passthru.Tests.Support;

namespace Passthru.Tests.Findings.Impacts;

/// <summary>Whom it affects when a group, a device, or a device of a virtual machine breaks.</summary>
public sealed class FailureDomainTests
{
    [Theory]
    [InlineData("2", "If group 2 breaks, it affects VM 110 and nothing else.")]
    [InlineData("3", "If group 3 breaks, it affects the host's display and nothing else.")]
    [InlineData("4", "If group 4 breaks, it affects no VM and nothing that the host needs.")]
    [InlineData("5", "If group 5 breaks, it affects VM 120 (stopped), the host's root file system and nothing else.")]
    [InlineData("8", "If group 8 breaks, it affects the host's default route and nothing else.")]
    [InlineData("10", "If group 10 breaks, it affects VM 120 (stopped) and nothing else.")]
    public void Of_a_group_it_names_machines_and_what_the_host_would_lose(string group, string sentence) =>
        Assert.Equal(sentence, OfGroup(TopologyHosts.Small(), group));

    [Theory]
    [InlineData("1", "If group 1 breaks, it affects VM 110 and nothing else.")]
    [InlineData("7", "If group 7 breaks, it affects the host's default route and nothing else.")]
    public void A_bridge_takes_with_it_what_is_below(string group, string sentence) => Assert.Equal(sentence, OfGroup(TopologyHosts.Small(), group));

    [Fact]
    public void A_physical_function_takes_its_virtual_ones_with_it()
    {
        var physical = Alone("0000:03:00.0", "1");
        var other = Alone("0000:03:00.1", "2") with { PhysicalFunction = physical.Address };
        var facts = Told(physical, other).WithProxmox(SomeVms.Proxmox("7", SomeVms.Device("hostpci0", "0000:03:00.1")).Started(1))
            .WithProcesses(SomeVms.Process(1, "7"));
        Assert.Equal("If group 1 breaks, it affects VM 7 and nothing else.", OfGroup(facts, "1"));
        Assert.Equal("If group 2 breaks, it affects VM 7 and nothing else.", OfGroup(facts, "2"));
    }

    [Theory]
    [InlineData("0000:00:17.1", "If 0000:00:17.1 (group 5) breaks, it affects VM 120 (stopped), the host's root file system and nothing else.")]
    [InlineData("0000:01:00.1", "If 0000:01:00.1 (group 2) breaks, it affects VM 110 and nothing else.")]
    [InlineData("0000:0f:00.0", "What it affects if 0000:0f:00.0 breaks is unknown.")]
    public void A_device_takes_its_group_with_it(string device, string sentence)
    {
        var facts = TopologyHosts.Small();
        Assert.Equal(sentence, new FailureDomain(facts, Diagnosis.Assess(facts)).OfDevice(Some.Address(device)));
    }

    [Fact]
    public void A_device_without_a_group_goes_alone()
    {
        var facts = Told(Some.Function("0000:01:00.0")) with { Iommu = null };
        Assert.Equal(
            "If 0000:01:00.0 breaks, it affects no VM and nothing that the host needs.",
            new FailureDomain(facts, Diagnosis.Assess(facts)).OfDevice(Some.Address("0000:01:00.0")));
    }

    [Fact]
    public void Of_a_machine_it_is_that_of_all_its_devices()
    {
        Assert.Equal(
            ["If a device of VM 110 breaks, it affects VM 110 and nothing else.", "If a device of VM 120 breaks, it affects VM 120 (stopped), the host's root file system and nothing else."],
            OfVms(TopologyHosts.Small()));
        var gone = TopologyHosts.Small().WithProxmox(SomeVms.Proxmox("5", SomeVms.Device("hostpci0", "0000:0f:00.0")));
        Assert.Equal(["VM 5 has no host device that could break."], OfVms(gone));
    }

    [Fact]
    public void Nothing_else_is_only_said_where_all_was_seen()
    {
        var facts = TopologyHosts.Small();
        var noNetwork = facts with { HostDependencies = facts.HostDependencies! with { Unresolved = [new UnresolvedDependency(HostDependencyKind.DefaultRoute, ["routes"], "not seen", null)], All = [] } };
        Assert.Equal("What it affects if group 8 breaks is unknown.", OfGroup(noNetwork, "8"));
        Assert.Equal("If group 2 breaks, it affects VM 110, and perhaps more that can't be seen.", OfGroup(Unseen(facts), "2"));
        Assert.Equal("What it affects if group 4 breaks is unknown.", OfGroup(Unseen(facts), "4"));
        var noMembers = facts.WithGroups(new Passthru.Facts.Iommu.IommuGroup { Name = "9" });
        Assert.Equal("What it affects if group 9 breaks is unknown.", OfGroup(noMembers, "9"));
    }

    [Fact]
    public void A_disk_that_something_unseen_may_use_is_named()
    {
        var disk = Alone("0000:01:00.0", "1").On("nvme") with { Class = new PciClass(0x010802) };
        var facts = Told(disk).WithProcesses();
        var usage = facts.HostDependencies! with
        {
            Disks = [new Disk("nvme1n1", disk.Address)],
            Unresolved = [new UnresolvedDependency(HostDependencyKind.StorageService, ["open disks"], "not seen", [disk.Address])],
        };
        Assert.Equal(
            "If group 1 breaks, it affects whatever uses its disk nvme1n1, which this program cannot see.",
            OfGroup(facts with { HostDependencies = usage }, "1"));
    }

    [Fact]
    public void Guests_and_services_that_use_a_function_are_named()
    {
        var nic = Alone("0000:01:00.0", "1").On("igb");
        HostDependency Of(HostDependencyKind kind, UseOwner? owner, params string[] chain) => new(kind, [.. chain], nic.Address) { Owner = owner };
        var facts = Told(nic).WithProcesses();
        var usage = facts.HostDependencies! with
        {
            All =
            [
                Of(HostDependencyKind.GuestNetwork, new UseOwner { Vm = "101" }, "tap101i0 on vmbr1"),
                Of(HostDependencyKind.GuestNetwork, new UseOwner { Container = "200" }, "veth200i0 on vmbr1"),
                Of(HostDependencyKind.StorageService, new UseOwner { Pid = 7, Program = "ceph-osd" }, "ceph-osd (7)"),
                Of(HostDependencyKind.GuestDisk, new UseOwner { Pid = 8, Program = "kvm" }, "kvm (8)", "sda"),
            ],
        };
        Assert.Equal(
            "If group 1 breaks, it affects a disk of kvm (8), a storage service (ceph-osd), the network of VM 101, the network of container 200 and nothing else.",
            OfGroup(facts with { HostDependencies = usage }, "1"));
    }

    [Fact]
    public void A_program_that_holds_the_group_is_named_and_one_that_is_not_seen_is_guessed()
    {
        var device = Alone("0000:01:00.0", "1").On("vfio-pci") with { EnableCount = 1 };
        var facts = Told(device).WithProcesses();
        Assert.Equal("If group 1 breaks, it affects the process that has it open now and nothing else.", OfGroup(facts, "1"));
        Assert.Equal(
            "If group 1 breaks, it affects process 77 (spdk_tgt) and nothing else.",
            OfGroup(facts.WithHolders(new VfioHolder { Pid = 77, Program = "spdk_tgt", Groups = ["1"] }), "1"));
    }

    [Fact]
    public void What_only_the_override_keeps_apart_is_told_apart()
    {
        var facts = Told(Alone("0000:01:00.0", "1"), Alone("0000:02:00.0", "2"))
            .WithProxmox(SomeVms.Proxmox("110", SomeVms.Device("hostpci0", "0000:02:00.0")).Started(4))
            .WithProcesses(SomeVms.Process(4, "110"));
        var report = Diagnosis.Assess(facts);
        ImmutableArray<PciAddress> together = [Some.Address("0000:01:00.0"), Some.Address("0000:02:00.0")];
        var joined = new GroupIsolation { IsIsolated = false, IsOverridden = true, HardwareFunctions = together, OverriddenFunctions = [], PeerReachable = null };
        report = report with
        {
            Isolation = new IsolationVerdict { ModelMatches = true, Groups = ImmutableDictionary<string, GroupIsolation>.Empty.Add("1", joined).Add("2", joined) },
        };
        var domain = new FailureDomain(facts, report);
        Assert.Equal(
            [
                "If group 1 breaks, it affects no VM and nothing that the host needs; only the ACS override keeps VM 110 out of it.",
                "If group 2 breaks, it affects VM 110 and nothing else.",
            ],
            report.Groups!.Value.Select(domain.OfGroup));
    }

    private static PciFunction Alone(string address, string group) => Some.Function(address).InGroup(group) with { Class = new PciClass(0x020000) };

    /// <summary>Functions on a host of which everything was seen.</summary>
    private static HostFacts Told(params PciFunction[] functions) => Some.Facts(functions)
        .WithGroups([.. functions.Where(it => it.Group is not null).Select(it => Some.Group(it.Group!, $"{it.Address}"))])
        .WithUses()
        .WithProcesses();

    private static HostFacts Unseen(HostFacts facts) => facts with { Processes = facts.Processes! with { VmsComplete = false, HoldersComplete = false } };

    private static string OfGroup(HostFacts facts, string name)
    {
        var report = Diagnosis.Assess(facts);
        return new FailureDomain(facts, report).OfGroup(report.Groups!.Value.Single(group => group.Group.Name == name));
    }

    private static IEnumerable<string> OfVms(HostFacts facts)
    {
        var report = Diagnosis.Assess(facts);
        return report.Vms!.Value.Select(new FailureDomain(facts, report).OfVm);
    }
}
