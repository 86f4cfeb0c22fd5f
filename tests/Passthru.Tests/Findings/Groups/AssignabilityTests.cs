using System.Collections.Immutable;
using Passthru.Facts;
using Passthru.Facts.HostDependencies.Chains;
using Passthru.Facts.Iommu;
using Passthru.Facts.Kernel;
using Passthru.Facts.Pci;
using Passthru.Findings;
using Passthru.Findings.Groups;

namespace Passthru.Tests.Findings.Groups;

/// <summary>What handing a group out would mean, from facts made for the case.</summary>
public sealed class AssignabilityTests
{
    private const string Gpu = "0000:01:00.0";
    private const string Audio = "0000:01:00.1";
    private const string Port = "0000:00:01.0";

    [Theory]
    [InlineData("vfio-pci", null, "6.8.0", true)]
    [InlineData("vfio-pci", "vfio-pci", "6.8.0", true)]
    [InlineData("mlx5_vfio_pci", "pci-stub", "6.8.0", true)]
    [InlineData("vfio-pci", "snd_hda_intel", "6.8.0", false)]
    [InlineData("vfio-pci", "uio_pci_generic", "6.8.0", false)]
    [InlineData("vfio-pci", "pciback", "6.8.0", false)]
    [InlineData("vfio-pci", "pci-stub", "5.4.0", true)]
    [InlineData("vfio-pci", "snd_hda_intel", "5.4.0", false)]
    [InlineData("vfio-pci", "pci-stub", null, true)]
    public void A_group_is_viable_when_no_member_has_a_driver_that_does_its_own_DMA(string gpu, string? audio, string? kernel, bool viable)
    {
        var facts = Facts(kernel, null, Function(Gpu, gpu), Function(Audio, audio, 0x040300));

        Assert.Equal(viable, Assignability(facts, Gpu, Audio).Viability.IsViable);
    }

    [Theory]
    [InlineData("pcieport", "6.8.0", true)]
    [InlineData(null, "6.8.0", true)]
    [InlineData("shpchp", "6.8.0", false)]
    [InlineData("shpchp", "5.14.0", null)]
    [InlineData("shpchp", null, null)]
    public void A_bridge_may_have_the_driver_of_ports(string? driver, string? kernel, bool? viable)
    {
        var facts = Facts(kernel, null, Function(Port, driver, 0x060400) with { HeaderType = 1 }, Function(Gpu, "vfio-pci"));

        Assert.Equal(viable, Assignability(facts, Port, Gpu).Viability.IsViable);
    }

    [Fact]
    public void The_sibling_that_breaks_a_group_is_named()
    {
        var assignability = Assignability(Facts("6.8.0", AllComplete, Function(Gpu, "vfio-pci"), Function(Audio, "snd_hda_intel", 0x040300)), Gpu, Audio);

        Assert.Equal([new Blocker(Address(Audio), "snd_hda_intel")], assignability.Viability.Blockers);
        Assert.Equal(GroupState.Blocked, assignability.State);
    }

    [Fact]
    public void A_member_that_cannot_be_seen_leaves_the_group_unjudged()
    {
        var facts = Facts("6.8.0", AllComplete, Function(Gpu, "vfio-pci"));
        var group = Group(Gpu);

        Assert.Null(Assignability(facts, Gpu, Audio).Viability.IsViable);
        Assert.Null(Assignability(facts, group with { OtherMembers = ["AMDI0030:00"] }).Viability.IsViable);
        Assert.Null(Assignability(facts, group with { ReservedRegions = null }).Viability.IsViable);
        Assert.Equal(GroupState.Unknown, Assignability(facts, Gpu, Audio).State);
    }

    [Theory]
    [InlineData("direct", false, GroupState.Blocked)]
    [InlineData("direct-relaxable", true, GroupState.Available)]
    public void A_direct_region_makes_VFIO_refuse(string type, bool viable, GroupState state)
    {
        var group = Group(Gpu) with { ReservedRegions = [new ReservedRegion(0, 0xfff, type)] };
        var assignability = Assignability(Facts("6.8.0", AllComplete, Function(Gpu, "vfio-pci")), group);

        Assert.Equal(viable, assignability.Viability.IsViable);
        Assert.Equal(state, assignability.State);
    }

    [Theory]
    [InlineData("vfio-pci", "vfio-pci", 1, GroupState.InUse)]
    [InlineData("vfio-pci", "vfio-pci", 0, GroupState.Available)]
    [InlineData("vfio-pci", null, 0, GroupState.Available)]
    [InlineData("vfio-pci", "pci-stub", 0, GroupState.Available)]
    [InlineData(null, null, 0, GroupState.Available)]
    [InlineData("nvidia", "snd_hda_intel", 1, GroupState.Host)]
    [InlineData(null, "snd_hda_intel", 0, GroupState.Host)]
    [InlineData("vfio-pci", "snd_hda_intel", 0, GroupState.Blocked)]
    [InlineData("vfio-pci", "snd_hda_intel", 1, GroupState.InUse)]
    public void The_state_follows_drivers_and_who_has_them_open(string? gpu, string? audio, int enabled, GroupState state)
    {
        var facts = Facts("6.8.0", AllComplete, Function(Gpu, gpu) with { EnableCount = enabled }, Function(Audio, audio, 0x040300) with { EnableCount = 0 });

        Assert.Equal(state, Assignability(facts, Gpu, Audio).State);
    }

    [Fact]
    public void A_critical_function_blocks_its_group_and_shares_it_with_the_others()
    {
        var usage = AllComplete with { All = [new HostDependency(HostDependencyKind.RootFileSystem, ["/", "nvme0n1"], Address(Audio))] };
        var assignability = Assignability(Facts("6.8.0", usage, Function(Gpu, "nvidia"), Function(Audio, "nvme", 0x010802)), Gpu, Audio);

        Assert.Equal((1, true, GroupState.Blocked), (assignability.CriticalDevices, assignability.SharedCritical, assignability.State));
        Assert.Equal(["/", "nvme0n1", Audio], Assert.Single(assignability.Critical).Chain);
    }

    [Fact]
    public void Alone_in_its_group_a_critical_function_shares_nothing_nor_do_two_critical_ones()
    {
        var usage = AllComplete with { All = [Root(Gpu), Root(Audio)] };
        var facts = Facts("6.8.0", usage, Function(Gpu, "nvme", 0x010802), Function(Audio, "ahci", 0x010601), Function(Port, "pcieport", 0x060400) with { HeaderType = 1 });

        Assert.False(Assignability(facts, Gpu, Port).SharedCritical);
        Assert.False(Assignability(facts, Gpu, Audio).SharedCritical);
        Assert.Equal(2, Assignability(facts, Gpu, Audio).CriticalDevices);
    }

    [Theory]
    [InlineData("nvidia", "snd_hda_intel", Audio, false)]
    [InlineData("nvidia", "vfio-pci", Audio, true)]
    [InlineData("nvidia", "snd_hda_intel", "0000:02:00.0", true)]
    public void The_audio_of_a_critical_graphics_card_is_part_of_it_until_VFIO_has_it(string gpu, string audio, string at, bool shared)
    {
        var facts = Facts("6.8.0", AllComplete, Function(Gpu, gpu) with { BootVga = true }, Function(at, audio, 0x040300));

        Assert.Equal(shared, Assignability(facts, Gpu, at).SharedCritical);
    }

    [Fact]
    public void Where_storage_is_not_told_a_disk_of_the_host_is_not_called_uncritical()
    {
        var usage = AllComplete with { Unresolved = [new UnresolvedDependency(HostDependencyKind.FileSystem, ["mounts"], "not seen", null)] };
        var facts = Facts("6.8.0", usage, Function(Gpu, "nvidia"), Function(Audio, "nvme", 0x010802));

        Assert.Null(Assignability(facts, Audio).CriticalDevices);
        Assert.Equal(GroupState.Unknown, Assignability(facts, Audio).State);
        Assert.Null(Assignability(facts, Gpu, Audio).SharedCritical);
        Assert.Equal(0, Assignability(facts, Gpu).CriticalDevices);
        Assert.Equal(0, Assignability(Facts("6.8.0", usage, Function(Audio, "vfio-pci", 0x010802)), Audio).CriticalDevices);
    }

    [Fact]
    public void Without_the_collector_nothing_is_critical_and_nothing_is_not()
    {
        var facts = Facts("6.8.0", null, Function(Gpu, "nvidia") with { BootVga = true });

        Assert.Null(Assignability(facts, Gpu).CriticalDevices);
        Assert.Empty(Assert.Single(Diagnosis.Assess(facts).Devices!.Value).Critical);
    }

    [Theory]
    [InlineData("nvidia", false, 1)]
    [InlineData(null, true, 1)]
    [InlineData(null, false, 0)]
    [InlineData(null, null, null)]
    [InlineData("vfio-pci", true, 0)]
    [InlineData("pci-stub", null, 0)]
    public void The_boot_display_is_critical_while_the_host_shows_something_on_it(string? driver, bool? hasText, int? critical)
    {
        var facts = Facts("6.8.0", AllComplete with { HasVgaText = hasText }, Function(Gpu, driver) with { BootVga = true });

        Assert.Equal(critical, Assignability(facts, Gpu).CriticalDevices);
    }

    [Fact]
    public void What_may_lie_on_one_disk_leaves_the_others_alone()
    {
        var usage = AllComplete with { Unresolved = [new UnresolvedDependency(HostDependencyKind.FileSystem, ["/srv"], "not followed", [Address(Audio)])] };
        var facts = Facts("6.8.0", usage, Function(Gpu, "nvme", 0x010802), Function(Audio, "nvme", 0x010802));

        Assert.Equal(GroupState.Unknown, Assignability(facts, Audio).State);
        Assert.Equal(GroupState.Host, Assignability(facts, Gpu).State);
    }

    [Fact]
    public void Where_memory_cannot_be_seen_the_boot_display_on_VFIO_may_still_hold_the_picture()
    {
        var facts = Facts("6.8.0", AllComplete with { DisplayComplete = false }, Function(Gpu, "vfio-pci") with { BootVga = true }, Function(Audio, "amdgpu"));

        Assert.Null(Assignability(facts, Gpu).CriticalDevices);
        Assert.Equal(0, Assignability(facts, Audio).CriticalDevices);
    }

    [Fact]
    public void A_virtual_function_takes_its_physical_one_with_it_and_not_the_other_way()
    {
        const string physical = "0000:03:00.0", used = "0000:03:10.0", other = "0000:03:10.1";
        PciFunction Virtual(string address) => Function(address, "iavf", 0x020000) with { PhysicalFunction = Address(physical) };
        var usage = AllComplete with { All = [new HostDependency(HostDependencyKind.DefaultRoute, ["default route", "eth0"], Address(used))] };
        var devices = Diagnosis.Assess(Facts("6.8.0", usage, Function(physical, "ice", 0x020000), Virtual(used), Virtual(other))).Devices!.Value;

        Assert.Equal([1, 1, 0], devices.Select(device => device.Critical.Length));
        Assert.Equal(["default route", "eth0", used, physical], devices[0].Critical[0].Chain);
    }

    [Fact]
    public void A_disk_behind_a_VMD_takes_the_controller_with_it()
    {
        const string controller = "0000:00:0e.0", disk = "10000:e1:00.0";
        var path = PciPath.FromLink($"../../../devices/pci0000:00/{controller}/pci10000:e0/10000:e0:06.0/{disk}");
        var facts = Facts("6.8.0", AllComplete with { All = [Root(disk)] }, Function(controller, "vmd", 0x010400), Function(disk, "nvme", 0x010802) with { Path = path });

        Assert.Equal(2, Assignability(facts, controller, disk).CriticalDevices);
    }

    [Fact]
    public void The_kind_of_a_group_is_that_of_its_principal_endpoint() =>
        Assert.Equal(DeviceKind.Gpu, Assignability(Facts("6.8.0", AllComplete, Function(Audio, null, 0x040300), Function(Gpu, null)), Audio, Gpu).Kind);

    private static HostDependencyFacts AllComplete => new() { All = [], Unresolved = [], DisplayComplete = true, KeyboardsComplete = true };

    private static HostDependency Root(string address) => new(HostDependencyKind.RootFileSystem, ["/", "disk"], Address(address));

    private static Assignability Assignability(HostFacts facts, params string[] members) => Assignability(facts, Group(members));

    private static Assignability Assignability(HostFacts facts, IommuGroup group) =>
        Diagnosis.Assess(facts with { Iommu = new IommuFacts { Groups = [group] } }).Groups!.Value[0].Assignability;

    private static IommuGroup Group(params string[] members) =>
        new() { Name = "7", Functions = [.. members.Select(Address)], ReservedRegions = ImmutableArray<ReservedRegion>.Empty };

    private static HostFacts Facts(string? kernel, HostDependencyFacts? usage, params PciFunction[] functions) => new()
    {
        TakenAt = DateTimeOffset.UnixEpoch,
        Kernel = new KernelFacts { Release = kernel },
        Pci = new PciFacts { Functions = [.. functions] },
        HostDependencies = usage,
        Collectors = [],
    };

    private static PciFunction Function(string address, string? driver, uint code = 0x030000) => new()
    {
        Address = Address(address),
        Path = PciPath.FromLink($"../../../devices/pci0000:00/{address}"),
        Power = new PciPower(),
        Class = new PciClass(code),
        HeaderType = 0,
        EnableCount = 0,
        Driver = driver is null ? null : new PciDriver(driver, PciDriver.IsVfioName(driver)),
    };

    private static PciAddress Address(string text) => PciAddress.TryParse(text, out var address) ? address : throw new FormatException(text);
}
