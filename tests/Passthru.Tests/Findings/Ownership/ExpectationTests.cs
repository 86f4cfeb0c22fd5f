using Passthru.Facts;
using Passthru.Facts.Boot;
using Passthru.Facts.Boot.Modprobe;
using Passthru.Facts.Kernel;
using Passthru.Facts.Pci;
using Passthru.Facts.Vms;
using Passthru.Facts.Vms.Managers;
using Passthru.Findings;
using Passthru.Findings.Ownership;
using Passthru.Tests.Support;

namespace Passthru.Tests.Findings.Ownership;

/// <summary>Who claims what, and when it holds, source by source.</summary>
public sealed class ClaimTests
{
    private const string Gpu = "0000:01:00.0";
    private const string Nic = "0000:02:00.0";

    [Theory]
    [InlineData("vfio-pci", false)]
    [InlineData("mlx5_vfio_pci", false)]
    [InlineData("nvidia", true)]
    [InlineData("pci-stub", true)]
    [InlineData(null, true)]
    public void A_claim_of_the_configuration_is_unmet_unless_VFIO_has_the_device(string? driver, bool mismatch)
    {
        var expectation = new ConfiguredDevice(new ConfigLine("x.yml", 2)) { Address = SomeVms.Selector(Gpu), Vm = "110" };

        var reservation = Single(Some.Facts(Function(Gpu).On(driver)), expectation);

        Assert.Equal(mismatch, reservation.IsMismatched);
        Assert.False(reservation.IsMissing);
        Assert.Equal(("x.yml:2", "110", ExpectationSource.Config), (reservation.Strongest.Evidence, reservation.Vm, reservation.Strongest.Source));
    }

    [Fact]
    public void A_device_that_has_gone_keeps_its_reservation()
    {
        var expectation = new ConfiguredDevice(new ConfigLine("x.yml", 2)) { Address = SomeVms.Selector(Gpu) };

        var reservation = Single(Some.Facts(Function(Nic)), expectation);

        Assert.Equal((true, true), (reservation.IsMissing, reservation.IsMismatched));
        Assert.Null(reservation.Function);
    }

    [Fact]
    public void A_whole_slot_is_every_function_of_it_and_its_first_when_none_is_there()
    {
        var expectation = new ConfiguredDevice(new ConfigLine("x.yml", 2)) { Address = SomeVms.Selector("01:00") };

        Assert.Equal([Gpu, "0000:01:00.1"], Addresses(Some.Facts(Function(Gpu), Function("0000:01:00.1"), Function(Nic)), expectation));
        Assert.Equal([Gpu], Addresses(Some.Facts(Function(Nic)), expectation));
    }

    [Fact]
    public void A_slot_of_the_board_is_what_sits_in_it()
    {
        var facts = Some.Facts(Function(Gpu) with { Slot = "PCIE2" }, Function(Nic) with { Slot = "PCIE3" });

        Assert.Equal([Nic], Addresses(facts, new ConfiguredDevice(new ConfigLine("x.yml", 2)) { Slot = "PCIE3" }));
    }

    [Fact]
    public void Ids_claim_every_card_that_is_alike()
    {
        PciFunction[] cards = [Function(Gpu).On("vfio-pci"), Function(Nic).On("vfio-pci"), Function("0000:03:00.0").On("nvidia")];

        var reservations = Of(Some.Facts(cards).WithModprobe("10de:1b81"));

        Assert.Equal([false, false, true], reservations.Select(it => it.IsMismatched!.Value));
        Assert.All(reservations, it => Assert.Null(it.IsMissing));
    }

    [Fact]
    public void Ids_that_nothing_has_claim_nothing() => Assert.Empty(Of(Some.Facts(Function(Gpu)).WithModprobe("10de:ffff,8086:1533:8086:0001")));

    [Fact]
    public void Options_of_modprobe_do_nothing_for_a_driver_that_is_built_in()
    {
        var facts = Some.Facts(Function(Gpu).On("nvidia")).WithModprobe("10de:1b81");
        var builtIn = facts with { Kernel = new KernelFacts { Modules = new KernelModules([], ["vfio_pci"]) } };

        Assert.Empty(Of(builtIn));
        Assert.True(Assert.Single(Of(facts)).IsMismatched);
    }

    [Theory]
    [InlineData("vfio-pci.ids=10de:1b81")]
    [InlineData("quiet vfio_pci.ids=8086:1533,10DE:1B81 splash")]
    [InlineData("vfio-pci.ids=10de:1b81 vfio_pci.disable_vga=1")]
    public void The_command_line_claims_by_ids_too(string line)
    {
        var reservation = Assert.Single(Of(Some.Facts(Function(Gpu).On("nvidia")).WithKernel(commandLine: line)));

        Assert.Equal((ExpectationSource.CommandLine, true), (reservation.Strongest.Source, reservation.IsMismatched));
    }

    [Fact]
    public void A_card_that_may_only_go_to_another_driver_is_not_claimed_by_ids()
    {
        var facts = Some.Facts(Function(Gpu).On("nvidia") with { DriverOverride = "nvidia" }, Function(Nic).On("vfio-pci")).WithModprobe("10de:1b81");

        Assert.Equal([Nic], Of(facts).Select(it => it.Address.ToString()));
    }

    [Theory]
    [InlineData("vfio-pci", 1)]
    [InlineData("mlx5_vfio_pci", 1)]
    [InlineData("pci-stub", 0)]
    [InlineData("nvidia", 0)]
    public void Driver_override_and_driverctl_claim_for_a_driver_of_VFIO_alone(string driver, int claims)
    {
        var overridden = Some.Facts(Function(Gpu).On("nvidia") with { DriverOverride = driver });
        var driverctl = Some.Facts(Function(Gpu).On("nvidia")) with
        {
            Boot = new BootFacts { Modules = ModuleConfiguration.Empty, DriverctlOverrides = [new(Some.Address(Gpu), driver, "etc/driverctl.d/pci-0000:01:00.0")] },
        };

        Assert.Equal(claims, Of(overridden).Length);
        Assert.Equal(claims, Of(driverctl).Length);
    }

    [Fact]
    public void A_bridge_is_never_reserved()
    {
        var port = Function("0000:00:01.0") with { HeaderType = 1, DriverOverride = "vfio-pci" };

        Assert.Empty(Of(Some.Facts(port), new ConfiguredDevice(new ConfigLine("x.yml", 2)) { Address = SomeVms.Selector("00:01.0") }));
    }

    [Theory]
    [InlineData(false, "igb", false)]
    [InlineData(true, "igb", true)]
    [InlineData(true, "vfio-pci", false)]
    [InlineData(false, "vfio-pci", false)]
    public void A_machine_of_Proxmox_claims_while_it_runs(bool runs, string driver, bool mismatch)
    {
        var vm = SomeVms.Proxmox("100", SomeVms.Device("hostpci0", Nic));
        var facts = Some.Facts(Function(Nic).On(driver)).WithProxmox(runs ? vm.Started(4711) : vm)
            .WithProcesses(runs ? [SomeVms.Process(4711, "100", "vm100", Nic)] : []);

        var reservation = Assert.Single(Of(facts));

        Assert.Equal(mismatch, reservation.IsMismatched);
        Assert.Equal((ExpectationTime.WhileRunning, "100"), (reservation.Strongest.When, reservation.Vm));
    }

    [Fact]
    public void A_machine_of_which_nothing_tells_whether_it_runs_makes_no_mismatch()
    {
        var vm = SomeVms.Proxmox("100", SomeVms.Device("hostpci0", Nic)) with { ManagerSaysRunning = null };

        Assert.Null(Assert.Single(Of(Some.Facts(Function(Nic).On("igb")).WithProxmox(vm))).IsMismatched);
        Assert.False(Assert.Single(Of(Some.Facts(Function(Nic).On("vfio-pci")).WithProxmox(vm))).IsMismatched);
    }

    [Theory]
    [InlineData(ExpectationTime.Always, true)]
    [InlineData(ExpectationTime.WhileRunning, false)]
    public void A_stopped_domain_of_libvirt_claims_what_it_does_not_detach_itself(ExpectationTime when, bool mismatch)
    {
        var vm = SomeVms.Libvirt("win", SomeVms.Device("hostdev0", Nic) with { When = when });

        Assert.Equal(mismatch, Assert.Single(Of(Some.Facts(Function(Nic).On("igb")).WithLibvirt(vm).WithProcesses())).IsMismatched);
    }

    [Fact]
    public void Of_several_choices_the_one_in_use_is_claimed_now()
    {
        var vm = SomeVms.Proxmox("100", SomeVms.Choices("hostpci0", [[Gpu], [Nic]])).Started(4711);
        var facts = Some.Facts(Function(Gpu).On("nvidia"), Function(Nic).On("igb")).WithProxmox(vm);

        Assert.Equal([false, true], Of(facts.WithProcesses(SomeVms.Process(4711, "100", "vm100", Nic))).Select(it => it.IsMismatched!.Value));
        Assert.Equal([null, null], Of(facts.WithProcesses(SomeVms.Process(4711, "100", "vm100"))).Select(it => it.IsMismatched));
    }

    [Fact]
    public void An_entry_written_since_the_start_is_not_in_use()
    {
        var vm = SomeVms.Proxmox("100", SomeVms.Device("hostpci0", Gpu), SomeVms.Device("hostpci1", Nic)).Started(4711);
        var facts = Some.Facts(Function(Gpu).On("vfio-pci"), Function(Nic).On("igb")).WithProxmox(vm).WithProcesses(SomeVms.Process(4711, "100", "vm100", Gpu));

        Assert.All(Of(facts), it => Assert.False(it.IsMismatched));
    }

    [Fact]
    public void What_libvirt_has_unplugged_is_not_in_use_though_the_command_line_names_it()
    {
        var vm = SomeVms.Libvirt("win", SomeVms.Device("hostdev0", Nic)).Started(4711) with { AttachedDevices = [] };
        var facts = Some.Facts(Function(Nic).On("igb")).WithLibvirt(vm).WithProcesses(SomeVms.Process(4711, null, "win", Nic) with { Owner = VmManagers.Libvirt });

        Assert.False(Assert.Single(Of(facts)).IsMismatched);
    }

    [Fact]
    public void A_mediated_device_and_a_template_claim_nothing()
    {
        var mediated = SomeVms.Proxmox("100", SomeVms.Device("hostpci0", Gpu) with { MediatedType = "" });
        var template = SomeVms.Proxmox("900", SomeVms.Device("hostpci0", Gpu)) with { IsTemplate = true };

        Assert.Empty(Of(Some.Facts(Function(Gpu)).WithProxmox(mediated, template)));
    }

    [Fact]
    public void Another_card_at_the_address_of_a_mapping_is_missing()
    {
        var device = SomeVms.Device("hostpci0", Gpu);
        var mapped = device with { Through = "gpu", Choices = [device.Choices[0] with { Id = new PciId(0x10de, 0x2204) }] };
        var facts = Some.Facts(Function(Gpu).On("vfio-pci")).WithProcesses(SomeVms.Process(4711, "100", "vm100", Gpu));

        var stopped = Assert.Single(Of(facts.WithProxmox(SomeVms.Proxmox("100", mapped))));
        var running = Assert.Single(Of(facts.WithProxmox(SomeVms.Proxmox("100", mapped).Started(4711))));

        Assert.Equal((true, false), (stopped.IsMissing, stopped.IsMismatched));
        Assert.Equal((true, true), (running.IsMissing, running.IsMismatched));
    }

    [Fact]
    public void What_applies_now_is_told_before_what_is_stronger()
    {
        var vm = SomeVms.Libvirt("win", SomeVms.Device("hostdev0", Gpu));
        var facts = Some.Facts(Function(Gpu) with { DriverOverride = "vfio-pci" }).WithLibvirt(vm).WithModprobe("10de:1b81");

        var reservation = Assert.Single(Of(facts));

        Assert.Equal([ExpectationSource.DriverOverride, ExpectationSource.Modprobe, ExpectationSource.Vm], reservation.Expectations.Select(claim => claim.Source));
        Assert.Equal("win", reservation.Vm);
    }

    [Fact]
    public void Nothing_is_said_where_functions_were_not_read() =>
        Assert.Null(Diagnosis.Assess(Some.Facts().WithModprobe("10de:1b81") with { Pci = null }).Ownership.ExpectedDevices);

    private static PciFunction Function(string address) => Some.Function(address).On("vfio-pci");

    private static ExpectedDevice Single(HostFacts facts, params ConfiguredDevice[] expected) => Assert.Single(Of(facts, expected));

    private static IEnumerable<string> Addresses(HostFacts facts, params ConfiguredDevice[] expected) => Of(facts, expected).Select(it => it.Address.ToString());

    private static ExpectedDevice[] Of(HostFacts facts, params ConfiguredDevice[] expected) =>
        [.. Diagnosis.Assess(facts, new ConfiguredExpectations { Devices = [.. expected] }).Ownership.ExpectedDevices!.Value];
}
