using Passthru.Facts;
using Passthru.Facts.Guests;
using Passthru.Facts.Pci;
using Passthru.Facts.Usage;
using Passthru.Findings;
using Passthru.Tests.Support;

namespace Passthru.Tests.Findings.Guests;

/// <summary>What starting a machine would take from the host, and what of its devices is not there.</summary>
public sealed class GuestStartTests
{
    private const string Gpu = "0000:01:00.0";
    private const string Sata = "0000:00:17.0";
    private const string Port = "0000:00:01.0";
    private const string Nic = "0000:02:00.0";

    [Fact]
    public void Proxmox_takes_the_whole_group_and_the_root_disk_with_it() =>
        Assert.Equal([Sata], Critical(Host(SomeGuests.Proxmox("100", SomeGuests.Device("hostpci0", Gpu)))));

    [Fact]
    public void Libvirt_takes_what_the_configuration_names_and_nothing_else()
    {
        Assert.Equal([], Critical(Host(SomeGuests.Libvirt("win", SomeGuests.Device("hostdev0", Gpu)))));
        Assert.Equal([Sata], Critical(Host(SomeGuests.Libvirt("win", SomeGuests.Device("hostdev0", Sata)))));
    }

    [Fact]
    public void A_display_that_the_machine_names_is_meant_to_go_and_one_that_it_drags_along_is_not()
    {
        var named = Host(SomeGuests.Proxmox("100", SomeGuests.Device("hostpci0", Gpu)));
        var display = new Use(UseKind.Framebuffer, ["console"], Some.Address(Gpu));
        var facts = named with { Usage = named.Usage! with { Uses = [display] } };

        Assert.Equal([], Critical(facts));
        Assert.Equal([Gpu], Critical(facts.WithProxmox(SomeGuests.Proxmox("100", SomeGuests.Device("hostpci0", Sata)))));
    }

    [Fact]
    public void An_entry_that_keeps_the_driver_binds_nothing() =>
        Assert.Equal([], Critical(Host(SomeGuests.Proxmox("100", SomeGuests.Device("hostpci0", Gpu) with { KeepsDriver = true }))));

    [Fact]
    public void Of_several_choices_the_first_that_is_free_is_taken()
    {
        var choices = SomeGuests.Choices("hostpci0", [[Nic], [Gpu]]);
        var running = SomeGuests.Proxmox("101", SomeGuests.Device("hostpci0", Nic)).Started(4711);

        Assert.Equal([], Critical(Host(SomeGuests.Proxmox("100", choices))));
        Assert.Equal([Sata], Critical(Host(SomeGuests.Proxmox("100", choices), running).WithProcesses(SomeGuests.Process(4711, "101", null, Nic))));
    }

    [Fact]
    public void What_cannot_be_judged_leaves_the_count_unknown()
    {
        var facts = Host(SomeGuests.Proxmox("100", SomeGuests.Device("hostpci0", Nic)));

        Assert.Null(Verdict(facts with { Usage = facts.Usage! with { Unresolved = [new UnresolvedUse(UseKind.DefaultRoute, ["routes"], "not seen", null)] } }).StartTakesCritical);
    }

    [Fact]
    public void What_only_the_VM_itself_uses_is_taken_from_nobody()
    {
        var facts = Host(SomeGuests.Proxmox("100", SomeGuests.Device("hostpci0", Nic)));
        HostFacts Used(string vm) => facts with
        {
            Usage = facts.Usage! with
            {
                Uses = [new Use(UseKind.GuestNetwork, [$"tap{vm}i0 on vmbr1"], Some.Address(Nic)) { Owner = new UseOwner { Vm = vm } }],
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
        var other = SomeGuests.Proxmox("101");
        var facts = Host(SomeGuests.Proxmox("100", SomeGuests.Device("hostpci0", Nic)), runs ? other.Started(4711) : other).WithProcesses(runs ? [SomeGuests.Process(4711, "101", null)] : []);
        var use = new Use(UseKind.GuestDisk, ["VM 101", "sda"], Some.Address(Nic)) { Owner = new UseOwner { Vm = "101" } };

        Assert.Equal(runs ? [Nic] : [], Critical(facts with { Usage = facts.Usage! with { Uses = [use] } }));
    }

    [Fact]
    public void A_physical_function_of_which_another_VM_has_a_virtual_one_is_taken_from_that()
    {
        const string virtualFunction = "0000:02:10.0";
        var other = SomeGuests.Proxmox("101", SomeGuests.Device("hostpci0", virtualFunction)).Started(4711);
        var facts = Host(SomeGuests.Proxmox("100", SomeGuests.Device("hostpci0", Nic)), other).WithProcesses(SomeGuests.Process(4711, "101", null, virtualFunction));
        var pci = facts.Pci! with { Functions = [.. facts.Pci!.Functions, Function(virtualFunction, 0x020000, "vfio-pci", "3") with { PhysicalFunction = Some.Address(Nic) }] };

        Assert.Equal([Nic], Critical(facts with { Pci = pci }));
    }

    [Fact]
    public void A_device_of_which_a_function_has_gone_is_missing()
    {
        Assert.Equal(0, Verdict(Host(SomeGuests.Proxmox("100", SomeGuests.Device("hostpci0", Gpu, Nic)))).MissingDevices);
        Assert.Equal(1, Verdict(Host(SomeGuests.Proxmox("100", SomeGuests.Device("hostpci0", Gpu, "0000:07:00.0")))).MissingDevices);
        Assert.Equal(0, Verdict(Host(SomeGuests.Proxmox("100", SomeGuests.Choices("hostpci0", [["0000:07:00.0"], [Gpu]])))).MissingDevices);
    }

    [Theory]
    [InlineData(true, false, false, Severity.Critical)]
    [InlineData(false, true, false, Severity.Critical)]
    [InlineData(false, false, false, Severity.Warning)]
    [InlineData(false, false, true, Severity.Critical)]
    public void A_start_is_critical_where_it_happens_by_itself_or_cuts_the_host_off(bool runs, bool starts, bool cutsOff, Severity severity)
    {
        var guest = SomeGuests.Proxmox("100", SomeGuests.Device("hostpci0", Gpu)) with { StartsWithHost = starts };
        var facts = Host(runs ? guest.Started(4711) : guest).WithProcesses(runs ? [SomeGuests.Process(4711, "100")] : []);
        var use = new Use(cutsOff ? UseKind.DefaultRoute : UseKind.RootFileSystem, ["/"], Some.Address(Sata));

        var findings = Diagnosis.Of(facts with { Usage = facts.Usage! with { Uses = [use] } }).Findings;

        Assert.Equal(severity, findings.Single(finding => finding.Rule.Id == "vm-start-takes-critical-device").Severity);
    }

    [Fact]
    public void What_is_pending_is_what_the_next_start_takes()
    {
        var before = SomeGuests.Device("hostpci0", Nic);
        var guest = SomeGuests.Proxmox("100", before, SomeGuests.Device("hostpci1", Sata)).Started(4711) with { StartedWith = [before] };
        var pending = Verdict(Host(guest).WithProcesses(SomeGuests.Process(4711, "100", null, Nic)));
        var removed = Verdict(Host(guest with { Devices = [before], StartedWith = guest.Devices }).WithProcesses(SomeGuests.Process(4711, "100", null, Nic)));
        var applied = Verdict(Host(guest with { Devices = [before], StartedWith = null }).WithProcesses(SomeGuests.Process(4711, "100", null, Nic)));

        Assert.Equal((true, 1), (pending.HasPendingChanges, pending.StartTakesCritical!.Value.Length));
        Assert.Equal((true, 0), (removed.HasPendingChanges, removed.StartTakesCritical!.Value.Length));
        Assert.Equal((false, 0), (applied.HasPendingChanges, applied.StartTakesCritical!.Value.Length));
    }

    [Fact]
    public void A_domain_whose_definition_was_changed_since_its_start_has_a_pending_change()
    {
        var guest = SomeGuests.Libvirt("win", SomeGuests.Device("hostdev0", Nic)).Started(4711);
        var facts = Host(guest with { LiveDevices = [SomeGuests.Device("hostdev0", Gpu)] }).WithProcesses(SomeGuests.Process(4711, null, "win") with { Owner = VmManagers.Libvirt });

        Assert.True(Verdict(facts).HasPendingChanges);
        Assert.False(Verdict(facts.WithLibvirt(guest with { LiveDevices = guest.Devices })).HasPendingChanges);
    }

    [Theory]
    [InlineData(true, false, true)]
    [InlineData(true, true, false)]
    [InlineData(false, false, false)]
    public void What_an_idle_VM_misses_is_not_needed_and_a_hook_may_bring_it(bool starts, bool hook, bool needed)
    {
        var guest = SomeGuests.Proxmox("100", SomeGuests.Device("hostpci0", "0000:07:00.0")) with { StartsWithHost = starts, HasHook = hook };

        var missing = Diagnosis.Of(Host(guest).WithProcesses()).Ownership.Reservations!.Value.Single(one => one.IsMissing == true);

        Assert.Equal(needed, missing.IsNeeded);
    }

    [Fact]
    public void An_alternative_that_is_not_there_is_missed_by_nobody()
    {
        var facts = Host(SomeGuests.Proxmox("100", SomeGuests.Choices("hostpci0", [[Nic], ["0000:07:00.0"]]))).WithProcesses();

        Assert.Equal([Nic], Diagnosis.Of(facts).Ownership.Reservations!.Value.Select(one => one.Address.ToString()));
    }

    [Fact]
    public void After_the_next_boot_VMs_meet_in_the_order_of_their_start()
    {
        var second = SomeGuests.Proxmox("100", SomeGuests.Device("hostpci0", Nic)) with { StartsWithHost = true };
        var first = SomeGuests.Proxmox("101", SomeGuests.Device("hostpci0", "0000:07:00.0")) with { StartsWithHost = true, StartOrder = 1 };
        var never = SomeGuests.Proxmox("102", SomeGuests.Device("hostpci0", Nic));

        var after = Passthru.Findings.Guests.AfterBoot.Of(Diagnosis.Of(Host(second, first, never).WithProcesses()));

        Assert.Equal(["101", "100"], after.Select(vm => vm.Guest.Guest.Id));
        Assert.Equal(["0000:07:00.0 is not there"], after[0].Obstacles);
        Assert.Empty(after[1].Obstacles);
    }

    private static HostFacts Host(params Guest[] guests)
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
            Usage = new UsageFacts
            {
                Uses = [new Use(UseKind.RootFileSystem, ["/", "sda"], Some.Address(Sata))],
                Unresolved = [],
                DisplayTold = true,
                KeyboardsTold = true,
            },
        };
        return guests[0].Manager == VmManagers.Proxmox ? facts.WithProxmox(guests) : facts.WithLibvirt(guests);
    }

    private static PciFunction Function(string address, uint code, string driver, string group) =>
        Some.Function(address).On(driver).InGroup(group) with { Class = new PciClass(code) };

    private static IEnumerable<string> Critical(HostFacts facts) => Verdict(facts).StartTakesCritical!.Value.Select(function => function.ToString());

    private static Passthru.Findings.Guests.GuestVerdict Verdict(HostFacts facts) => Diagnosis.Of(facts).Guests!.Value[0];
}
