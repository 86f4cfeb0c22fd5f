using Passthru.Facts;
using Passthru.Facts.Processes;
using Passthru.Findings;
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
        Assert.Equal(GroupState.InUse, group.Handout.State);
    }

    [Fact]
    public void The_process_of_a_machine_that_its_manager_holds_to_be_stopped_is_stale() =>
        Assert.Equal(1, Group(Host(runs: false).WithHolders(Holder(4711, "kvm"))).StaleHolders);

    [Fact]
    public void A_second_process_of_a_running_machine_is_stale() =>
        Assert.Equal(1, Group(Host(runs: true).WithHolders(Holder(4711, "kvm"), Holder(4000, "kvm") with { Unit = "100.scope" })).StaleHolders);

    [Fact]
    public void A_program_is_stale_unless_the_configuration_allows_it()
    {
        var facts = Host(runs: false).WithHolders(Holder(99, "dpdk-testpmd"));

        Assert.Equal(1, Group(facts).StaleHolders);
        Assert.Equal(0, Group(facts, new Expectations { Holders = ["dpdk-testpmd"] }).StaleHolders);
    }

    [Fact]
    public void A_machine_that_no_manager_knows_holds_for_itself()
    {
        var facts = Some.Facts(Function).WithGroups(Some.Group("7", Gpu)).WithProcesses(SomeGuests.Process(5, null, "lab", Gpu)).WithHolders(Holder(5, "qemu-system-x86"));

        Assert.Equal(0, Group(facts).StaleHolders);
    }

    [Fact]
    public void The_function_a_process_has_open_tells_its_group()
    {
        var holder = Holder(4711, "kvm") with { Groups = [], Functions = [Some.Address(Gpu)] };

        Assert.Single(Group(Host(runs: true).WithHolders(holder)).Holders!.Value);
    }

    [Fact]
    public void Where_machines_cannot_all_be_seen_nobody_is_called_stale()
    {
        var facts = Host(runs: false).WithHolders(Holder(99, "qemu-system-x86"));
        var hidden = facts with { Processes = facts.Processes! with { VirtualMachinesTold = false } };

        Assert.Null(Group(hidden).StaleHolders);
        Assert.Single(Group(hidden).Holders!.Value);
    }

    [Fact]
    public void Nobody_seen_is_nobody_only_where_all_were_seen()
    {
        var facts = Host(runs: false);

        Assert.Empty(Group(facts).Holders!.Value);
        Assert.Null(Group(facts with { Processes = facts.Processes! with { HoldersTold = false } }).Holders);
        Assert.Null(Group(facts with { Processes = null }).Holders);
    }

    private static Passthru.Facts.Pci.PciFunction Function => Some.Function(Gpu).On("vfio-pci").InGroup("7") with { EnableCount = 0 };

    private static HostFacts Host(bool runs)
    {
        var guest = SomeGuests.Proxmox("100", SomeGuests.Device("hostpci0", Gpu));
        return Some.Facts(Function).WithGroups(Some.Group("7", Gpu)).WithProxmox(runs ? guest.Started(4711) : guest).WithProcesses(SomeGuests.Process(4711, "100", "vm100", Gpu));
    }

    private static VfioHolder Holder(int pid, string program) => new() { Pid = pid, Program = program, Groups = ["7"] };

    private static GroupVerdict Group(HostFacts facts, Expectations? expectations = null) => Assert.Single(Diagnosis.Of(facts, expectations ?? Expectations.None).Groups!.Value);
}
