using Passthru.Facts;
using Passthru.Facts.HostDependencies.Chains;
using Passthru.Facts.Pci;
using Passthru.Facts.Vms;
using Passthru.Facts.Vms.Managers;
using Passthru.Findings;
using Passthru.Findings.Values;
using Passthru.Tests.Support;

namespace Passthru.Tests.Findings.NextStart;

/// <summary>What starting a machine would take from the host, and what of its devices is not there.</summary>
public sealed class VmStartTests
{
    private const string Gpu = "0000:01:00.0";
    private const string Sata = "0000:00:17.0";
    private const string Port = "0000:00:01.0";
    private const string Nic = "0000:02:00.0";

    [Fact]
    public void Proxmox_takes_the_whole_group_and_the_root_disk_with_it() =>
        Assert.Equal([Sata], Critical(Host(SomeVms.Proxmox("100", SomeVms.Device("hostpci0", Gpu)))));

    [Fact]
    public void Libvirt_takes_what_the_configuration_names_and_nothing_else()
    {
        Assert.Equal([], Critical(Host(SomeVms.Libvirt("win", SomeVms.Device("hostdev0", Gpu)))));
        Assert.Equal([Sata], Critical(Host(SomeVms.Libvirt("win", SomeVms.Device("hostdev0", Sata)))));
    }

    [Fact]
    public void A_display_that_the_machine_names_is_meant_to_go_and_one_that_it_drags_along_is_not()
    {
        var named = Host(SomeVms.Proxmox("100", SomeVms.Device("hostpci0", Gpu)));
        var display = new HostDependency(HostDependencyKind.Framebuffer, ["console"], Some.Address(Gpu));
        var facts = named with { HostDependencies = named.HostDependencies! with { All = [display] } };

        Assert.Equal([], Critical(facts));
        Assert.Equal([Gpu], Critical(facts.WithProxmox(SomeVms.Proxmox("100", SomeVms.Device("hostpci0", Sata)))));
    }

    [Fact]
    public void An_entry_that_keeps_the_driver_binds_nothing() =>
        Assert.Equal([], Critical(Host(SomeVms.Proxmox("100", SomeVms.Device("hostpci0", Gpu) with { KeepsDriver = true }))));

    [Fact]
    public void Of_several_choices_the_first_that_is_free_is_taken()
    {
        var choices = SomeVms.Choices("hostpci0", [[Nic], [Gpu]]);
        var running = SomeVms.Proxmox("101", SomeVms.Device("hostpci0", Nic)).Started(4711);

        Assert.Equal([], Critical(Host(SomeVms.Proxmox("100", choices))));
        Assert.Equal([Sata], Critical(Host(SomeVms.Proxmox("100", choices), running).WithProcesses(SomeVms.Process(4711, "101", null, Nic))));
    }

    [Fact]
    public void What_cannot_be_judged_leaves_the_count_unknown()
    {
        var facts = Host(SomeVms.Proxmox("100", SomeVms.Device("hostpci0", Nic)));

        Assert.Null(Verdict(facts with { HostDependencies = facts.HostDependencies! with { Unresolved = [new UnresolvedDependency(HostDependencyKind.DefaultRoute, ["routes"], "not seen", null)] } }).StartTakesCritical);
    }

    [Fact]
    public void What_only_the_VM_itself_uses_is_taken_from_nobody()
    {
        var facts = Host(SomeVms.Proxmox("100", SomeVms.Device("hostpci0", Nic)));
        HostFacts Used(string vm) => facts with
        {
            HostDependencies = facts.HostDependencies! with
            {
                All = [new HostDependency(HostDependencyKind.GuestNetwork, [$"tap{vm}i0 on vmbr1"], Some.Address(Nic)) { Owner = new UseOwner { Vm = vm } }],
            },
        };

        Assert.Equal([], Critical(Used("100")));
        Assert.Equal([Nic], Critical(Used("101")));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_disk_of_another_VM_is_taken_from_it_while_it_runs(bool runs)
    {
        var other = SomeVms.Proxmox("101");
        var facts = Host(SomeVms.Proxmox("100", SomeVms.Device("hostpci0", Nic)), runs ? other.Started(4711) : other).WithProcesses(runs ? [SomeVms.Process(4711, "101", null)] : []);
        var use = new HostDependency(HostDependencyKind.GuestDisk, ["VM 101", "sda"], Some.Address(Nic)) { Owner = new UseOwner { Vm = "101" } };

        Assert.Equal(runs ? [Nic] : [], Critical(facts with { HostDependencies = facts.HostDependencies! with { All = [use] } }));
    }

    [Fact]
    public void A_physical_function_of_which_another_VM_has_a_virtual_one_is_taken_from_that()
    {
        const string virtualFunction = "0000:02:10.0";
        var other = SomeVms.Proxmox("101", SomeVms.Device("hostpci0", virtualFunction)).Started(4711);
        var facts = Host(SomeVms.Proxmox("100", SomeVms.Device("hostpci0", Nic)), other).WithProcesses(SomeVms.Process(4711, "101", null, virtualFunction));
        var pci = facts.Pci! with { Functions = [.. facts.Pci!.Functions, Function(virtualFunction, 0x020000, "vfio-pci", "3") with { PhysicalFunction = Some.Address(Nic) }] };

        Assert.Equal([Nic], Critical(facts with { Pci = pci }));
    }

    [Fact]
    public void A_device_of_which_a_function_has_gone_is_missing()
    {
        Assert.Equal(0, Verdict(Host(SomeVms.Proxmox("100", SomeVms.Device("hostpci0", Gpu, Nic)))).MissingDevices);
        Assert.Equal(1, Verdict(Host(SomeVms.Proxmox("100", SomeVms.Device("hostpci0", Gpu, "0000:07:00.0")))).MissingDevices);
        Assert.Equal(0, Verdict(Host(SomeVms.Proxmox("100", SomeVms.Choices("hostpci0", [["0000:07:00.0"], [Gpu]])))).MissingDevices);
    }

    [Theory]
    [InlineData(true, false, false, Severity.Critical)]
    [InlineData(false, true, false, Severity.Critical)]
    [InlineData(false, false, false, Severity.Warning)]
    [InlineData(false, false, true, Severity.Critical)]
    public void A_start_is_critical_where_it_happens_by_itself_or_cuts_the_host_off(bool runs, bool starts, bool cutsOff, Severity severity)
    {
        var vm = SomeVms.Proxmox("100", SomeVms.Device("hostpci0", Gpu)) with { StartsWithHost = starts };
        var facts = Host(runs ? vm.Started(4711) : vm).WithProcesses(runs ? [SomeVms.Process(4711, "100")] : []);
        var use = new HostDependency(cutsOff ? HostDependencyKind.DefaultRoute : HostDependencyKind.RootFileSystem, ["/"], Some.Address(Sata));

        var findings = Diagnosis.Assess(facts with { HostDependencies = facts.HostDependencies! with { All = [use] } }).Findings;

        Assert.Equal(severity, findings.Single(finding => finding.Rule.Id == "vm-start-takes-critical-device").Severity);
    }

    [Fact]
    public void What_is_pending_is_what_the_next_start_takes()
    {
        var before = SomeVms.Device("hostpci0", Nic);
        var vm = SomeVms.Proxmox("100", before, SomeVms.Device("hostpci1", Sata)).Started(4711) with { StartedWith = [before] };
        var pending = Verdict(Host(vm).WithProcesses(SomeVms.Process(4711, "100", null, Nic)));
        var removed = Verdict(Host(vm with { Devices = [before], StartedWith = vm.Devices }).WithProcesses(SomeVms.Process(4711, "100", null, Nic)));
        var applied = Verdict(Host(vm with { Devices = [before], StartedWith = null }).WithProcesses(SomeVms.Process(4711, "100", null, Nic)));

        Assert.Equal((true, 1), (pending.HasPendingChanges, pending.StartTakesCritical!.Value.Length));
        Assert.Equal((true, 0), (removed.HasPendingChanges, removed.StartTakesCritical!.Value.Length));
        Assert.Equal((false, 0), (applied.HasPendingChanges, applied.StartTakesCritical!.Value.Length));
    }

    [Fact]
    public void A_domain_whose_definition_was_changed_since_its_start_has_a_pending_change()
    {
        var vm = SomeVms.Libvirt("win", SomeVms.Device("hostdev0", Nic)).Started(4711);
        var facts = Host(vm with { AttachedDevices = [SomeVms.Device("hostdev0", Gpu)] }).WithProcesses(SomeVms.Process(4711, null, "win") with { Owner = VmManagers.Libvirt });

        Assert.True(Verdict(facts).HasPendingChanges);
        Assert.False(Verdict(facts.WithLibvirt(vm with { AttachedDevices = vm.Devices })).HasPendingChanges);
    }

    [Theory]
    [InlineData(true, false, true)]
    [InlineData(true, true, false)]
    [InlineData(false, false, false)]
    public void What_an_idle_VM_misses_is_not_needed_and_a_hook_may_bring_it(bool starts, bool hook, bool needed)
    {
        var vm = SomeVms.Proxmox("100", SomeVms.Device("hostpci0", "0000:07:00.0")) with { StartsWithHost = starts, HasHook = hook };

        var missing = Diagnosis.Assess(Host(vm).WithProcesses()).Ownership.ExpectedDevices!.Value.Single(one => one.IsMissing == true);

        Assert.Equal(needed, missing.IsNeeded);
    }

    [Fact]
    public void An_alternative_that_is_not_there_is_missed_by_nobody()
    {
        var facts = Host(SomeVms.Proxmox("100", SomeVms.Choices("hostpci0", [[Nic], ["0000:07:00.0"]]))).WithProcesses();

        Assert.Equal([Nic], Diagnosis.Assess(facts).Ownership.ExpectedDevices!.Value.Select(one => one.Address.ToString()));
    }

    [Fact]
    public void After_the_next_boot_VMs_meet_in_the_order_of_their_start()
    {
        var second = SomeVms.Proxmox("100", SomeVms.Device("hostpci0", Nic)) with { StartsWithHost = true };
        var first = SomeVms.Proxmox("101", SomeVms.Device("hostpci0", "0000:07:00.0")) with { StartsWithHost = true, StartOrder = 1 };
        var never = SomeVms.Proxmox("102", SomeVms.Device("hostpci0", Nic));

        var after = Passthru.Findings.Impacts.AfterBoot.Assess(Diagnosis.Assess(Host(second, first, never).WithProcesses()));

        Assert.Equal(["101", "100"], after.Select(vm => vm.Vm.Vm.Id));
        Assert.Equal(["0000:07:00.0 is not there"], after[0].Obstacles);
        Assert.Empty(after[1].Obstacles);
    }

    private static HostFacts Host(params Vm[] vms)
    {
        PciFunction[] functions =
        [
            Function(Port, 0x060400, "pcieport", "1") with { HeaderType = 1 },
            Function(Sata, 0x010601, "ahci", "1"),
            Function(Gpu, 0x030000, "vfio-pci", "1"),
            Function(Nic, 0x020000, "igb", "2"),
        ];
        var facts = Some.Facts(functions) with
        {
            HostDependencies = new HostDependencyFacts
            {
                All = [new HostDependency(HostDependencyKind.RootFileSystem, ["/", "sda"], Some.Address(Sata))],
                Unresolved = [],
                DisplayComplete = true,
                KeyboardsComplete = true,
            },
        };
        return vms[0].Manager == VmManagers.Proxmox ? facts.WithProxmox(vms) : facts.WithLibvirt(vms);
    }

    private static PciFunction Function(string address, uint code, string driver, string group) =>
        Some.Function(address).On(driver).InGroup(group) with { Class = new PciClass(code) };

    private static IEnumerable<string> Critical(HostFacts facts) => Verdict(facts).StartTakesCritical!.Value.Select(function => function.ToString());

    private static Passthru.Findings.NextStart.VmVerdict Verdict(HostFacts facts) => Diagnosis.Assess(facts).Vms!.Value[0];
}
