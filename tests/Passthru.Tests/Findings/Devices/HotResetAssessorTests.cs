using Passthru.Facts.Pci;
using Passthru.Facts.Vms;
using Passthru.Facts.Vms.Managers;
using Passthru.Findings;
using Passthru.Findings.Devices;
using Passthru.Tests.Support;

namespace Passthru.Tests.Findings.Devices;

/// <summary>A card of two functions below a root port, neither of which can be reset alone.</summary>
public sealed class HotResetAssessorTests
{
    private const string Display = "0000:01:00.0";
    private const string Audio = "0000:01:00.1";

    private static readonly PciFunction Port = Some.Function("0000:00:01.0") with
    {
        Path = PciPath.FromLink("../../../devices/pci0000:00/0000:00:01.0"),
        Vendor = 0x8086,
        Device = 0x1901,
        HeaderType = 1,
    };

    private static readonly Vm Whole = SomeVms.Proxmox("100", SomeVms.Device("hostpci0", "0000:01:00"));
    private static readonly Vm Half = SomeVms.Proxmox("100", SomeVms.Device("hostpci0", Display));

    [Theory]
    [InlineData("vfio-pci", "vfio-pci", true)]
    [InlineData("vfio-pci", "snd_hda_intel", false)]
    [InlineData("vfio-pci", null, false)]
    [InlineData("mlx5_vfio_pci", "vfio-pci", true)]
    [InlineData("vfio-pci", "pci-stub", false)]
    public void Every_function_of_the_card_must_be_on_VFIO(string display, string? audio, bool possible) =>
        Assert.Equal(possible, Judge([Card(Display).On(display), Card(Audio).On(audio)]).HotReset);

    [Fact]
    public void A_card_that_can_be_reset_as_a_whole_has_a_method()
    {
        var verdict = Judge([Card(Display).On("vfio-pci"), Card(Audio).On("vfio-pci")]);
        Assert.Equal((1, "bus", true), (verdict.Methods, verdict.First, verdict.IsWholeCard));
    }

    [Fact]
    public void A_VM_that_is_stopped_and_claims_the_whole_card_will_have_it() =>
        Assert.True(Judge([Card(Display).On("nouveau"), Card(Audio).On("snd_hda_intel")], Whole).HotReset);

    [Fact]
    public void Proxmox_takes_the_rest_of_the_group_along()
    {
        Assert.True(Judge([Card(Display, "7").On("nouveau"), Card(Audio, "7").On("snd_hda_intel")], Half).HotReset);
        Assert.False(Judge([Card(Display, "7").On("nouveau"), Card(Audio, "8").On("snd_hda_intel")], Half).HotReset);
    }

    [Fact]
    public void A_card_that_two_VMs_share_has_two_users()
    {
        var other = SomeVms.Proxmox("101", SomeVms.Device("hostpci0", Audio));
        var byTurns = SomeVms.Proxmox("101", SomeVms.Device("hostpci0", "0000:01:00"));
        PciFunction[] card = [Card(Display, "7").On("vfio-pci"), Card(Audio, "8").On("vfio-pci")];
        Assert.False(Judge(card, Half, other).HotReset);
        Assert.True(Judge(card, Whole, byTurns).HotReset);
    }

    [Theory]
    [InlineData("vfio-pci", "vfio-pci", false, null)]
    [InlineData("vfio-pci", "vfio-pci", true, true)]
    [InlineData("nouveau", "snd_hda_intel", false, null)]
    [InlineData("nouveau", "snd_hda_intel", true, true)]
    public void A_VM_that_could_not_be_read_may_claim_the_rest_of_the_card(string display, string audio, bool isWhole, bool? possible)
    {
        var facts = Some.Facts(Port, Card(Display, "7").On(display), Card(Audio, "8").On(audio)).WithKernel("6.14.0");
        var unread = facts.With(new VmFacts(VmManagers.Proxmox, [isWhole ? Whole : Half], DefinitionsComplete: false));

        Assert.Equal(possible, Of(unread with { Pci = unread.Pci! with { HotplugPorts = [] } }, Display).HotReset);
    }

    [Fact]
    public void On_a_root_bus_there_is_nothing_to_reset_with() =>
        Assert.False(Judge([Port with { Address = Some.Address("0000:00:02.0"), HeaderType = 0, Path = PciPath.FromLink("../../../devices/pci0000:00/0000:00:02.0") }], at: "0000:00:02.0").HotReset);

    [Theory]
    [InlineData(true, true)]
    [InlineData(false, false)]
    [InlineData(null, true)]
    public void A_CXL_port_may_mask_the_reset(bool? unmasked, bool possible)
    {
        var port = Port with { Config = Some.Config() with { CxlPort = unmasked is { } bit ? new CxlPort { UnmasksBusReset = bit } : null } };
        Assert.Equal(possible, Judge(port, [Card(Display).On("vfio-pci")]).HotReset);
    }

    [Theory]
    [InlineData("7.2.1", false)]
    [InlineData("6.14.0", null)]
    [InlineData(null, null)]
    public void Virtual_functions_on_the_bus_stand_apart_in_newer_kernels(string? release, bool? possible)
    {
        var virtualFunction = Card("0000:01:02.0").On("vfio-pci") with { PhysicalFunction = Some.Address(Display) };
        Assert.Equal(possible, Judge(Port, [Card(Display).On("vfio-pci"), virtualFunction], release: release).HotReset);
    }

    [Fact]
    public void A_slot_with_a_reset_of_its_own_is_the_slot_alone()
    {
        var virtualFunction = Card("0000:01:02.0").On("iavf") with { PhysicalFunction = Some.Address(Display) };
        PciFunction[] card = [Card(Display).On("vfio-pci"), virtualFunction];
        Assert.False(Judge(Port, card).HotReset);
        Assert.True(Judge(Port, card, hotplug: true).HotReset);
    }

    [Fact]
    public void A_function_that_could_not_be_looked_at_leaves_it_open()
    {
        var facts = Some.Facts([Port, Card(Display).On("vfio-pci")]);
        var unseen = facts with { Pci = facts.Pci! with { Unseen = [Some.Address(Audio)] } };
        Assert.Null(Diagnosis.Assess(unseen).Devices!.Value.Single().Reset.HotReset);
    }

    [Theory]
    [InlineData(0x67df, "bus", false, 0, true)]
    [InlineData(0x731f, "bus", true, 0, true)]
    [InlineData(0x731f, "device_specific bus", true, 1, false)]
    [InlineData(0x73bf, "bus", false, 1, false)]
    public void AMD_cards_that_do_not_come_back_need_vendor_reset(int device, string methods, bool loaded, int count, bool needs)
    {
        PciFunction[] card = [Card(Display).On("vfio-pci") with { Vendor = 0x1002, Device = (ushort)device, ResetMethods = [.. methods.Split(' ')] }, Card(Audio).On("vfio-pci")];
        var facts = Some.Facts([Port, .. card]).WithKernel("6.8.0");
        var verdict = Of(facts with { Kernel = facts.Kernel! with { Modules = new([.. loaded ? ["vendor_reset"] : (string[])[]], null) } }, Display);
        Assert.Equal((count, needs, true, loaded), (verdict.Methods, verdict.NeedsVendorReset, verdict.HotReset, verdict.HasVendorReset));
    }

    private static PciFunction Card(string address, string group = "7") => Some.Function(address).InGroup(group) with { ResetMethods = [], Multifunction = !address.Contains("01:02", StringComparison.Ordinal) && address != Display };

    private static ResetVerdict Judge(PciFunction[] card, params Vm[] vms) => Judge(Port, card, vms: vms);

    private static ResetVerdict Judge(PciFunction[] card, string at) => Judge(Port, card, at: at);

    private static ResetVerdict Judge(PciFunction port, PciFunction[] card, string at = Display, string? release = "6.14.0", bool hotplug = false, params Vm[] vms)
    {
        var facts = Some.Facts([port, .. card]).WithKernel(release).WithProxmox(vms);
        return Of(facts with { Pci = facts.Pci! with { HotplugPorts = hotplug ? [port.Address] : [] } }, at);
    }

    private static ResetVerdict Of(Passthru.Facts.HostFacts facts, string at) =>
        Diagnosis.Assess(facts).Devices!.Value.Single(device => device.Function.Address == Some.Address(at)).Reset;
}
