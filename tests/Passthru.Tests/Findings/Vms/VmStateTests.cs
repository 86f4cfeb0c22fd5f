using Passthru.Facts;
using Passthru.Facts.Processes;
using Passthru.Facts.Systemd;
using Passthru.Facts.Vms;
using Passthru.Facts.Vms.Managers;
using Passthru.Findings;
using Passthru.Tests.Support;

namespace Passthru.Tests.Findings.Vms;

/// <summary>Whether a machine runs, from its manager's notes, the processes and the scopes.</summary>
public sealed class VmStateTests
{
    private static readonly VmDevice Gpu = SomeVms.Device("hostpci0", "0000:01:00.0");

    [Fact]
    public void A_note_with_a_living_process_is_a_running_machine() =>
        Assert.True(Runs(Host(SomeVms.Proxmox("100", Gpu).Started(4711)).WithProcesses(SomeVms.Process(4711, "100"))));

    [Fact]
    public void A_note_whose_process_has_gone_is_a_leftover() =>
        Assert.False(Runs(Host(SomeVms.Proxmox("100", Gpu).Started(4711)).WithProcesses(SomeVms.Process(4712, "101"))));

    [Fact]
    public void A_process_without_a_note_does_not_run_for_its_manager() =>
        Assert.False(Runs(Host(SomeVms.Proxmox("100", Gpu)).WithProcesses(SomeVms.Process(4711, "100"))));

    [Fact]
    public void A_note_whose_number_is_hidden_goes_by_the_machine_s_id() =>
        Assert.True(Runs(Host(SomeVms.Proxmox("100", Gpu).Started()).WithProcesses(SomeVms.Process(4711, "100"))));

    [Fact]
    public void Without_notes_the_processes_tell()
    {
        var vm = SomeVms.Proxmox("100", Gpu) with { ManagerSaysRunning = null };

        Assert.True(Runs(Host(vm).WithProcesses(SomeVms.Process(4711, "100"))));
        Assert.False(Runs(Host(vm).WithProcesses()));
    }

    [Fact]
    public void Without_processes_a_note_is_believed_and_a_scope_too()
    {
        var unknown = SomeVms.Proxmox("100", Gpu) with { ManagerSaysRunning = null };
        var scope = new SystemdFacts([new SystemdUnit("100.scope", "active")]);

        Assert.True(Runs(Host(SomeVms.Proxmox("100", Gpu).Started(4711))));
        Assert.Null(Runs(Host(unknown)));
        Assert.True(Runs(Host(unknown) with { Systemd = scope }));
    }

    [Theory]
    [InlineData("machine-qemu\\x2d3\\x2dwin.scope", "win", true)]
    [InlineData("machine-qemu\\x2d12\\x2dmy\\x2dvm.scope", "my-vm", true)]
    [InlineData("machine-qemu\\x2d3\\x2dwin.scope", "win2", false)]
    [InlineData("machine-lxc\\x2d3\\x2dwin.scope", "win", false)]
    [InlineData("win.scope", "win", false)]
    [InlineData("machine-qemu\\x2.scope", "win", false)]
    public void Machined_escapes_the_names_of_scopes(string unit, string domain, bool runs)
    {
        var vm = SomeVms.Libvirt(domain, Gpu) with { ManagerSaysRunning = null };
        var facts = Some.Facts().WithLibvirt(vm) with { Systemd = new SystemdFacts([new SystemdUnit(unit, "active")]) };

        Assert.Equal(runs ? true : null, Runs(facts));
    }

    [Fact]
    public void A_template_never_runs() =>
        Assert.False(Runs(Host(SomeVms.Proxmox("900", Gpu).Started(4711) with { IsTemplate = true }).WithProcesses(SomeVms.Process(4711, "900"))));

    [Fact]
    public void A_machine_without_host_devices_is_not_told() =>
        Assert.Empty(Diagnosis.Assess(Host(SomeVms.Proxmox("101"))).Vms!.Value);

    [Fact]
    public void A_process_that_no_manager_knows_is_a_machine_of_its_own()
    {
        var vms = Diagnosis.Assess(Some.Facts().WithProcesses(SomeVms.Process(4711, null, "lab", "0000:01:00.0"), SomeVms.Process(4712, null, "plain"))).Vms!.Value;

        var vm = Assert.Single(vms);
        Assert.Equal((VmManagers.Qemu, "lab", true), (vm.Vm.Manager, vm.Vm.Id, vm.IsRunning));
        Assert.Empty(vm.Issues);
    }

    [Fact]
    public void A_process_of_a_manager_is_no_machine_of_its_own()
    {
        var proxmox = Host(SomeVms.Proxmox("100", Gpu)).WithProcesses(SomeVms.Process(4711, "100", "vm100", "0000:01:00.0"));
        var libvirt = Some.Facts().WithLibvirt().WithProcesses(SomeVms.Process(4711, null, "win", "0000:01:00.0") with { Owner = VmManagers.Libvirt });

        Assert.Equal([VmManagers.Proxmox], Diagnosis.Assess(proxmox).Vms!.Value.Select(it => it.Vm.Manager));
        Assert.Empty(Diagnosis.Assess(libvirt).Vms!.Value);
    }

    [Fact]
    public void A_process_in_a_pod_is_its_own_machine_even_beside_a_libvirt()
    {
        var pod = SomeVms.Process(4711, null, "default_win", "0000:01:00.0") with { IsInContainer = true };

        Assert.Equal("default_win", Assert.Single(Diagnosis.Assess(Some.Facts().WithLibvirt().WithProcesses(pod)).Vms!.Value).Vm.Id);
    }

    [Fact]
    public void Two_machines_of_one_name_are_two_and_each_has_what_its_own_process_holds()
    {
        var facts = Some.Facts(Some.Function("0000:01:00.0").On("vfio-pci").InGroup("1") with { EnableCount = 1 }, Some.Function("0000:02:00.0").On("vfio-pci").InGroup("2") with { EnableCount = 1 })
            .WithProcesses(SomeVms.Process(1, null, "win") with { User = 1000, IsOfOrdinaryUser = true }, SomeVms.Process(2, null, "win") with { User = 1001, IsOfOrdinaryUser = true })
            .WithHolders(new VfioHolder { Pid = 1, Program = "qemu", Groups = ["1"] }, new VfioHolder { Pid = 2, Program = "qemu", Groups = ["2"] });
        var report = Diagnosis.Assess(facts);

        Assert.Equal([("win", "0000:01:00.0"), ("win (2)", "0000:02:00.0")], report.Vms!.Value.Select(it => (it.Vm.Id, $"{Assert.Single(it.Functions).Address}")));
        Assert.Equal(["win", "win (2)"], report.Ownership.Holders.Select(holder => holder.Vm));
    }

    [Fact]
    public void What_the_next_start_of_a_VM_without_a_configuration_takes_is_not_known()
    {
        var plugged = SomeVms.Process(1, null, "plugged") with { Functions = [] };
        var facts = Some.Facts(Some.Function("0000:01:00.0").On("vfio-pci").InGroup("1") with { EnableCount = 1 }).WithProcesses(plugged)
            .WithHolders(new VfioHolder { Pid = 1, Program = "qemu", Groups = ["1"] });

        Assert.Null(Assert.Single(Diagnosis.Assess(facts).Vms!.Value).HasPendingChanges);
    }

    [Fact]
    public void An_ordinary_user_s_command_line_makes_no_machine_and_a_running_one_is_not_asked_what_its_start_would_take()
    {
        var claimed = SomeVms.Process(1, null, "fake", "0000:01:00.0");
        var facts = Some.Facts(Some.Function("0000:01:00.0").On("igb"));

        Assert.Empty(Diagnosis.Assess(facts.WithProcesses(claimed with { IsOfOrdinaryUser = true })).Vms!.Value);
        Assert.Null(Assert.Single(Diagnosis.Assess(facts.WithProcesses(claimed)).Vms!.Value).StartTakesCritical);
    }

    private static HostFacts Host(Vm vm) => Some.Facts().WithProxmox(vm);

    private static bool? Runs(HostFacts facts) => Assert.Single(Diagnosis.Assess(facts).Vms!.Value).IsRunning;
}
