using Passthru.Facts;
using Passthru.Facts.Processes;
using Passthru.Facts.Vms;
using Passthru.Facts.Vms.Managers;
using Passthru.Findings;
using Passthru.Findings.Groups;
using Passthru.Findings.Ownership;
using Passthru.Tests.Support;

namespace Passthru.Tests.Findings.Ownership;

/// <summary>Who has a group open, and for whom.</summary>
public sealed class HolderTests
{
    private const string Gpu = "0000:01:00.0";

    [Fact]
    public void The_process_of_a_running_machine_is_not_stale()
    {
        var group = Group(Host(runs: true).WithHolders(Holder(4711, "kvm")));

        Assert.Equal((1, 0), (group.Holders!.Value.Length, group.StaleHolders));
        Assert.Equal("100", group.Holders.Value[0].Vm);
        Assert.Equal(GroupState.InUse, group.Assignability.State);
    }

    [Fact]
    public void The_process_of_a_machine_that_its_manager_holds_to_be_stopped_is_stale() =>
        Assert.Equal(1, Group(Host(runs: false).WithHolders(Holder(4711, "kvm"))).StaleHolders);

    [Fact]
    public void A_second_process_of_a_running_machine_is_stale()
    {
        var facts = Host(runs: true);
        var second = SomeVms.Process(4000, "100", "vm100", Gpu) with { Unit = "100.scope" };
        var both = facts with { Processes = facts.Processes! with { Vms = [second, .. facts.Processes.Vms] } };

        Assert.Equal(1, Group(both.WithHolders(Holder(4711, "kvm"), Holder(4000, "kvm"))).StaleHolders);
    }

    [Fact]
    public void A_machine_that_its_manager_does_not_know_is_stale_unless_its_notes_are_not_seen()
    {
        var facts = Some.Facts(Function).WithGroups(Some.Group("7", Gpu)).WithProcesses(SomeVms.Process(5, null, "win", Gpu) with { Owner = VmManagers.Libvirt }).WithHolders(Holder(5, "qemu"));

        Assert.Equal(1, Group(facts.WithLibvirt()).StaleHolders);
        Assert.Null(Group(facts.With(new VmFacts(VmManagers.Libvirt, [], NotesSeen: false))).StaleHolders);
        Assert.Equal(0, Group(facts).StaleHolders);
    }

    [Fact]
    public void A_machine_that_crashed_and_is_kept_is_its_manager_s_affair()
    {
        var crashed = SomeVms.Libvirt("win", SomeVms.Device("hostdev0", Gpu)) with { Pid = 5 };
        var facts = Some.Facts(Function).WithGroups(Some.Group("7", Gpu)).WithLibvirt(crashed)
            .WithProcesses(SomeVms.Process(5, null, "win", Gpu) with { Owner = VmManagers.Libvirt }).WithHolders(Holder(5, "qemu"));

        Assert.Equal((0, "win"), (Group(facts).StaleHolders, Group(facts).Holders!.Value[0].Vm));
    }

    [Fact]
    public void A_program_or_a_machine_that_nobody_manages_is_not_stale()
    {
        var facts = Host(runs: false).WithHolders(Holder(99, "spdk_tgt") with { Names = ["reactor_0", "spdk_tgt"] });

        Assert.Equal(0, Group(facts).StaleHolders);
        Assert.Null(Group(facts).Holders!.Value[0].Platform);
    }

    [Fact]
    public void A_process_whose_command_line_is_refused_may_run_a_VM()
    {
        var report = Diagnosis.Assess(Host(runs: false).WithHolders(Holder(99, "") with { ArgumentsComplete = false }));
        var group = Assert.Single(report.Groups!.Value);

        Assert.True(Assert.Single(group.Holders!.Value).IsUnknown);
        Assert.Null(group.StaleHolders);
        Assert.DoesNotContain(report.Findings, finding => finding.Rule.Id is "group-held-by-service" or "group-stale-holder");
    }

    [Fact]
    public void The_note_of_its_manager_tells_of_a_process_whose_command_line_is_refused()
    {
        var group = Group(Host(runs: true).WithHolders(Holder(4711, "") with { ArgumentsComplete = false }));

        Assert.Equal((0, "100", VmManagers.Proxmox), (group.StaleHolders, group.Holders!.Value[0].VmName, group.Holders.Value[0].Platform));
    }

    [Theory]
    [InlineData("reactor_0", true)]
    [InlineData("spdk_tgt", true)]
    [InlineData("cloud-hypervisor", true)]
    [InlineData("cloud-hyperviso", true)]
    [InlineData("cloud", false)]
    [InlineData("spdk", false)]
    public void A_program_is_allowed_by_any_of_its_names(string allowed, bool isAllowed)
    {
        var facts = Host(runs: false).WithHolders(Holder(99, "spdk_tgt") with { Names = ["reactor_0", "spdk_tgt", "cloud-hyperviso"] });

        Assert.Equal(isAllowed, Group(facts, new ConfiguredExpectations { Holders = [allowed] }).Holders!.Value[0].IsAllowed);
    }

    [Fact]
    public void A_machine_that_no_manager_knows_holds_for_itself()
    {
        var facts = Some.Facts(Function).WithGroups(Some.Group("7", Gpu)).WithProcesses(SomeVms.Process(5, null, "lab", Gpu)).WithHolders(Holder(5, "qemu-system-x86"));

        Assert.Equal((0, "lab"), (Group(facts).StaleHolders, Group(facts).Holders!.Value[0].Vm));
    }

    [Fact]
    public void The_function_a_process_has_open_tells_its_group()
    {
        var holder = Holder(4711, "kvm") with { Groups = [], Functions = [Some.Address(Gpu)] };

        Assert.Single(Group(Host(runs: true).WithHolders(holder)).Holders!.Value);
    }

    [Fact]
    public void Nobody_seen_is_nobody_only_where_all_were_seen()
    {
        var facts = Host(runs: false);

        Assert.Empty(Group(facts).Holders!.Value);
        Assert.Null(Group(facts with { Processes = facts.Processes! with { HoldersComplete = false } }).Holders);
        Assert.Null(Group(facts with { Processes = null }).Holders);
        Assert.Null(Group(facts with { Processes = facts.Processes! with { GroupsHeldUnseen = ["7"] } }).Holders);
    }

    private static Passthru.Facts.Pci.PciFunction Function => Some.Function(Gpu).On("vfio-pci").InGroup("7") with { EnableCount = 0 };

    private static HostFacts Host(bool runs)
    {
        var vm = SomeVms.Proxmox("100", SomeVms.Device("hostpci0", Gpu));
        return Some.Facts(Function).WithGroups(Some.Group("7", Gpu)).WithProxmox(runs ? vm.Started(4711) : vm).WithProcesses(SomeVms.Process(4711, "100", "vm100", Gpu));
    }

    private static VfioHolder Holder(int pid, string program) => new() { Pid = pid, Program = program, Groups = ["7"] };

    private static GroupVerdict Group(HostFacts facts, ConfiguredExpectations? expectations = null) => Assert.Single(Diagnosis.Assess(facts, expectations ?? ConfiguredExpectations.None).Groups!.Value);
}
