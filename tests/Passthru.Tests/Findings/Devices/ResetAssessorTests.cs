using Passthru.Facts.Kernel;
using Passthru.Facts.Pci;
using Passthru.Findings;
using Passthru.Findings.Devices;
using Passthru.Tests.Support;

namespace Passthru.Tests.Findings.Devices;

public sealed class ResetAssessorTests
{
    private const string Before = "5.10.0-30-amd64";
    private const string Since = "6.8.0";

    [Theory]
    [InlineData("flr bus", true, 2, "flr")]
    [InlineData("af_flr", true, 1, "af_flr")]
    [InlineData("device_specific flr bus", true, 3, "device_specific")]
    [InlineData("pm bus", false, 2, "pm")]
    [InlineData("", false, 0, null)]
    public void Methods_are_those_the_kernel_tells(string methods, bool flr, int count, string? first) =>
        Assert.Equal(new ResetVerdict(flr, count, first), Judge(Since, Telling(Some.Function(), methods)));

    [Fact]
    public void A_bus_reset_that_would_hit_another_function_does_not_count()
    {
        var card = Telling(Some.Function("0000:01:00.0"), "bus");
        var audio = Some.Function("0000:01:00.1");
        Assert.Equal(new ResetVerdict(false, 0, null), Judge(Since, card, audio));
        Assert.Equal(new ResetVerdict(false, 0, null), Judge(Since, audio, card));
    }

    [Fact]
    public void A_virtual_function_on_the_same_bus_number_stands_in_the_way_of_a_bus_reset()
    {
        var card = Telling(Some.Function("0000:01:00.0"), "bus");
        Assert.Equal(0, Judge(Since, card, Some.Function("0000:01:10.0") with { PhysicalFunction = card.Address }).Methods);
        Assert.Equal(1, Judge(Since, card, Some.Function("0000:02:00.0") with { PhysicalFunction = card.Address }).Methods);
    }

    [Fact]
    public void A_kernel_that_tells_methods_and_shows_none_has_none() => Assert.Equal(new ResetVerdict(false, 0, null), Judge(Since, Some.Function()));

    [Fact]
    public void That_another_function_tells_its_methods_is_proof_enough()
    {
        var other = Telling(Some.Function("0000:02:00.0"), "flr");
        Assert.Equal(new ResetVerdict(false, 0, null), Judge(null, Some.Function(), other));
    }

    [Fact]
    public void Of_an_unknown_kernel_without_config_space_nothing_is_said() => Assert.Equal(new ResetVerdict(null, null, null), Judge(null, Some.Function()));

    [Fact]
    public void Of_an_unknown_kernel_config_space_still_tells_of_flr() =>
        Assert.Equal(new ResetVerdict(true, null, null), Judge(null, WithExpressFlr(Some.Function())));

    [Fact]
    public void Config_space_cut_to_the_header_tells_nothing() =>
        Assert.Equal(new ResetVerdict(null, null, null), Judge(Before, Some.Function() with { Config = Some.Config(capabilitiesSeen: false) }));

    [Fact]
    public void Before_5_15_the_methods_are_worked_out()
    {
        var flr = WithExpressFlr(Some.Function());
        Assert.Equal(new ResetVerdict(true, 2, "flr"), Judge(Before, flr));
        var af = Some.Function() with { Config = Some.Config() with { AdvancedFeatures = new() { FunctionLevelReset = true } } };
        Assert.Equal(new ResetVerdict(true, 2, "af_flr"), Judge(Before, af));
        var pm = Some.Function() with { Config = Some.Config() with { PowerManagement = new() { NoSoftReset = false } } };
        Assert.Equal(new ResetVerdict(false, 2, "pm"), Judge(Before, pm));
        var keeps = Some.Function() with { Config = Some.Config() with { PowerManagement = new() { NoSoftReset = true } } };
        Assert.Equal(new ResetVerdict(false, 1, "bus"), Judge(Before, keeps));
    }

    [Fact]
    public void On_a_root_bus_there_is_no_bus_to_reset()
    {
        var integrated = Some.Function("0000:00:1f.2") with { Path = PciPath.FromLink("../../../devices/pci0000:00/0000:00:1f.2"), Config = Some.Config() };
        Assert.Equal(new ResetVerdict(false, 0, null), Judge(Before, integrated));
    }

    [Fact]
    public void Where_it_hangs_being_unknown_the_number_is_unknown()
    {
        var somewhere = WithExpressFlr(Some.Function()) with { Path = PciPath.Unlinked("sys/bus/pci/devices/0000:01:00.0") };
        Assert.Equal(new ResetVerdict(true, null, null), Judge(Before, somewhere));
    }

    [Theory]
    [InlineData(0x1022, 0x149c)]
    [InlineData(0x8086, 0x1502)]
    [InlineData(0x8086, 0x1503)]
    public void Devices_that_only_claim_flr_have_none(int vendor, int device) =>
        Assert.False(Judge(Before, WithExpressFlr(Some.Function()) with { Vendor = (ushort)vendor, Device = (ushort)device }).Flr);

    /// <summary>A stable release or a distribution may have brought the row to a kernel older than it.</summary>
    [Theory]
    [InlineData(0x14c3, 0x0616, 1, null)]
    [InlineData(0xd063, 0x1000, 1, null)]
    [InlineData(0xd063, 0x1000, 2, true)]
    public void A_quirk_younger_than_the_kernel_leaves_flr_open(int vendor, int device, int revision, bool? flr) => Assert.Equal(
        flr,
        Judge(Before, WithExpressFlr(Some.Function()) with { Vendor = (ushort)vendor, Device = (ushort)device, Revision = (ushort)revision }).Flr);

    [Theory]
    [InlineData("7.2.1", 0x14c3, 0x0616, false)]
    [InlineData("6.12.95", 0x1022, 0x17f0, null)]
    [InlineData("7.2.1", 0x1022, 0x17f0, false)]
    [InlineData("6.1.0-18-amd64", 0x14c3, 0x0616, null)]
    [InlineData(null, 0x14c3, 0x0616, null)]
    [InlineData("4.18.0-553.el8_10.x86_64", 0x8086, 0x1502, false)]
    [InlineData("4.18.0-553.el8_10.x86_64", 0x8086, 0x1521, true)]
    public void Rows_of_the_quirk_tables_hold_from_a_version_on(string? release, int vendor, int device, bool? hasFlr) => Assert.Equal(
        hasFlr,
        new ResetQuirks(new KernelFacts { Release = release }).HasFlr(Some.Function() with { Vendor = (ushort)vendor, Device = (ushort)device }));

    [Theory]
    [InlineData(0x1002, 0x73bf, 0x030000, "bus")]
    [InlineData(0x15b3, 0xcf6c, 0x020000, null)]
    [InlineData(0x1002, 0xab38, 0x040300, "pm")]
    public void Devices_that_keep_their_state_in_sleep_have_no_pm_reset(int vendor, int device, int code, string? first)
    {
        var function = Some.Function() with
        {
            Vendor = (ushort)vendor,
            Device = (ushort)device,
            Class = new PciClass((uint)code),
            Config = Some.Config() with { PowerManagement = new() { NoSoftReset = false } },
        };
        Assert.Equal(first, Judge(Before, function).First);
    }

    [Theory]
    [InlineData(0x177d, 0xa100)]
    [InlineData(0x168c, 0x0030)]
    public void Devices_that_do_not_come_back_from_a_bus_reset_have_none(int vendor, int device) =>
        Assert.Equal(0, Judge(Before, Some.Function() with { Vendor = (ushort)vendor, Device = (ushort)device, Config = Some.Config() }).Methods);

    [Theory]
    [InlineData(0x144d, 0xa804)]
    [InlineData(0x1425, 0x4401)]
    public void Devices_with_a_reset_of_their_own_are_known(int vendor, int device) =>
        Assert.Equal("device_specific", Judge(Before, Some.Function() with { Vendor = (ushort)vendor, Device = (ushort)device, Config = Some.Config() }).First);

    private static readonly PciFunction Port = Some.Function("0000:00:01.0") with
    {
        Path = PciPath.FromLink("../../../devices/pci0000:00/0000:00:01.0"),
        Device = 0x1901,
        Vendor = 0x8086,
        Class = new PciClass(0x060400),
        HeaderType = 1,
    };

    /// <summary>What works for the function alone.</summary>
    private static ResetVerdict Judge(string? release, PciFunction function, params PciFunction[] others)
    {
        var devices = Diagnosis.Assess(Some.Facts([Port, function, .. others]).WithKernel(release)).Devices!.Value;
        return devices.Single(device => device.Function.Address == function.Address).Reset with { HotReset = null };
    }

    private static PciFunction Telling(PciFunction function, string methods) =>
        function with { ResetMethods = [.. methods.Split(' ', StringSplitOptions.RemoveEmptyEntries)] };

    private static PciFunction WithExpressFlr(PciFunction function) =>
        function with { Config = Some.Config() with { Express = new() { PortType = 0, FunctionLevelReset = true } } };
}
