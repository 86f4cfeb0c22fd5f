using Passthru.Facts;
using Passthru.Facts.Pci;
using Passthru.Facts.Reading;
using Passthru.Facts.Reading.Supervision;
using Passthru.Facts.Reading.Trees;
using Passthru.Tests.Support;

namespace Passthru.Tests.Facts.Pci;

public sealed class PciReaderTests
{
    private const string Port = "sys/devices/pci0000:00/0000:00:01.0";
    private const string Card = $"{Port}/0000:01:00.0";

    [Fact]
    public void One_bad_function_hides_no_other()
    {
        var files = Host().With($"{Card}/class", "garbage").Refusing($"{Port}/vendor", Errno.InputOutput);
        var facts = Read.Facts(files);
        Assert.Equal([Some.Address("0000:00:01.0")], facts.Pci!.Unseen);
        Assert.Null(Assert.Single(facts.Pci.Functions).Class);
        Assert.Equal((ushort)0x1b81, Function(facts, "0000:01:00.0").Device);
        Assert.Equal(2, facts.Collectors.Single(run => run.Collector == Collector.Pci).Issues.Length);
    }

    [Fact]
    public void A_function_that_has_gone_since_the_listing_is_no_trouble()
    {
        var facts = Read.Facts(Host().WithLink("sys/bus/pci/devices/0000:05:00.0", "../../../devices/pci0000:00/0000:05:00.0"));
        Assert.Equal(2, facts.Pci!.Functions.Length);
        Assert.True(facts.Collectors.Single(run => run.Collector == Collector.Pci).Succeeded);
    }

    [Theory]
    [InlineData("suspended", "D3cold")]
    [InlineData("suspended", "D3hot")]
    [InlineData("suspended", "D0")]
    public void Below_a_sleeping_bridge_nothing_is_read_that_would_wake_it(string status, string state)
    {
        var files = Host().With($"{Port}/power/runtime_status", status).With($"{Port}/power_state", state);
        Read.Facts(files);
        Assert.DoesNotContain(files.ReadPaths, path => path.StartsWith(Card, StringComparison.Ordinal) && Wakes(path));
    }

    [Theory]
    [InlineData("1\n", false, "13", false)]
    [InlineData("1\n", false, "noiommu-13", false)]
    [InlineData("0\n", false, "13", true)]
    [InlineData("1\n", true, "13", true)]
    [InlineData("1\n", false, "14", true)]
    public void A_function_whose_removal_waits_is_not_asked_for_what_waits_with_it(string enabled, bool bound, string group, bool asked)
    {
        var files = Host().With($"{Card}/enable", enabled).WithLink($"sys/class/vfio/{group}", $"../../devices/virtual/vfio/{group}");
        if (!bound)
        {
            files.Refusing($"{Card}/driver", Errno.NoSuchFile);
        }

        var facts = Read.Facts(files);

        Assert.Equal(asked, files.ReadPaths.Contains($"{Card}/driver_override"));
        Assert.Equal(!asked, facts.Pci!.Functions.Any(function => function.UnbindPending));
        Assert.Equal(asked, facts.Collectors.Single(run => run.Collector == Collector.Pci).Succeeded);
    }

    [Fact]
    public void A_device_that_is_off_is_not_woken_either()
    {
        var files = Host().With($"{Card}/power_state", "D3cold");
        Read.Facts(files);
        Assert.DoesNotContain(files.ReadPaths, path => path.StartsWith(Card, StringComparison.Ordinal) && Wakes(path));
    }

    [Fact]
    public void Of_a_device_in_light_sleep_config_space_is_read_and_the_link_is_not()
    {
        var files = Host().With($"{Card}/power_state", "D3hot");
        Assert.Null(Function(Read.Facts(files), "0000:01:00.0").Link);
        Assert.Contains($"{Card}/config", files.ReadPaths);
        Assert.DoesNotContain($"{Card}/current_link_speed", files.ReadPaths);
    }

    [Fact]
    public void Config_space_is_read_once_and_remembered_while_the_device_sleeps()
    {
        var files = Host();
        var (_, memory) = Read.Facts(files, FactsCache.Empty);
        files.With($"{Card}/power_state", "D3cold");
        var (facts, _) = Read.Facts(files, memory);
        Assert.NotNull(Function(facts, "0000:01:00.0").Config);
        Assert.Single(files.ReadPaths, path => path == $"{Card}/config");
    }

    [Fact]
    public void Access_control_that_is_switched_off_is_seen_by_the_next_read()
    {
        var (_, memory) = Read.Facts(Host().With($"{Port}/config", Switched(0x1d)), FactsCache.Empty);
        var (facts, later) = Read.Facts(Host().With($"{Port}/config", Switched(0)), memory);
        Assert.Equal(AccessControls.None, Function(facts, "0000:00:01.0").Config!.AccessControl!.Control);

        var asleep = Host().With($"{Port}/config", Switched(0x1d)).With($"{Port}/power/runtime_status", "suspended").With($"{Port}/power_state", "D3cold");
        Assert.Equal(AccessControls.None, Function(Read.Facts(asleep, later).Facts, "0000:00:01.0").Config!.AccessControl!.Control);
    }

    /// <summary>A root port with access control at 0x148 and nothing else.</summary>
    private static byte[] Switched(byte control)
    {
        var bytes = new byte[ConfigSpace.ExtendedBytes];
        bytes[0x0e] = 1;
        bytes[0x06] = 0x10;
        bytes[0x34] = 0x40;
        (bytes[0x40], bytes[0x42]) = (0x10, 0x42);
        (bytes[0x100], bytes[0x102], bytes[0x103]) = (0x01, 0x02, 0x14);
        bytes[0x102] |= 0x80;
        (bytes[0x148], bytes[0x14a]) = (0x0d, 0x01);
        (bytes[0x14c], bytes[0x14e]) = (0x1d, control);
        return bytes;
    }

    [Fact]
    public void A_bridge_that_a_driver_below_has_enabled_waits_for_nobody()
    {
        var files = Host().With($"{Port}/enable", "1\n").With($"{Port}/driver_override", "(null)\n")
            .WithLink($"{Port}/iommu_group", "../../../kernel/iommu_groups/13").WithLink("sys/class/vfio/13", "../../devices/virtual/vfio/13");
        var facts = Read.Facts(files);
        Assert.DoesNotContain(facts.Pci!.Functions, function => function.UnbindPending);
        Assert.True(facts.Collectors.Single(run => run.Collector == Collector.Pci).Succeeded);
    }

    [Theory]
    [InlineData($"{Card}/driver_override")]
    [InlineData($"{Card}/enable")]
    public void Trouble_with_one_file_does_not_make_it_forget_config_space(string path)
    {
        var (_, memory) = Read.Facts(Host(), FactsCache.Empty);
        (_, memory) = Read.Facts(Host().Refusing(path, Errno.InputOutput), memory);
        var asleep = Host().With($"{Card}/power_state", "D3cold");
        Assert.NotNull(Function(Read.Facts(asleep, memory).Facts, "0000:01:00.0").Config);
    }

    [Fact]
    public void Trouble_with_what_lasts_is_told_as_long_as_it_lasts()
    {
        var files = Host().With($"{Card}/class", "garbage").With($"{Card}/max_link_speed", "garbage");
        var (first, memory) = Read.Facts(files, FactsCache.Empty);
        var (second, _) = Read.Facts(files, memory);
        Assert.Equal(2, first.Collectors.Single(run => run.Collector == Collector.Pci).Issues.Length);
        Assert.Equal(2, second.Collectors.Single(run => run.Collector == Collector.Pci).Issues.Length);
    }

    [Fact]
    public void Another_device_at_the_address_is_read_anew()
    {
        var files = Host();
        var (_, memory) = Read.Facts(files, FactsCache.Empty);
        Read.Facts(files.Anew(Card), memory);
        Assert.Equal(2, files.ReadPaths.Count(path => path == $"{Card}/config"));
    }

    [Fact]
    public void Of_a_device_that_stays_only_what_can_change_is_read_again()
    {
        var (_, memory) = Read.Facts(Host(), FactsCache.Empty);
        var files = Host();
        Read.Facts(files, memory);
        Assert.DoesNotContain(files.ReadPaths, path => path.StartsWith(Card, StringComparison.Ordinal) && !Changes.Contains(Path.GetFileName(path)));
    }

    [Fact]
    public void What_never_answers_leaves_everything_else_of_the_function()
    {
        using var never = new ManualResetEventSlim();
        var files = Host().Silent($"{Card}/driver_override", never);
        var facts = new ReadSupervisor(TimeSpan.FromMilliseconds(50), TimeSpan.FromSeconds(20)).Read(attempt =>
            FactsReader.Read(files, new HashSet<Collector> { Collector.Pci }, FactsCache.Empty, attempt, TimeProvider.System)).Facts;
        var function = Function(facts, "0000:01:00.0");
        Assert.Null(function.Config);
        Assert.Equal("vfio-pci", function.Driver?.Name);
        Assert.Equal("13", function.Group);
        Assert.Equal(ReadIssueKind.NoAnswer, Assert.Single(Assert.Single(facts.Collectors).Issues).Kind);
        never.Set();
    }

    [Fact]
    public void Facts_are_what_the_files_say()
    {
        var function = Function(Read.Facts(Host()), "0000:01:00.0");
        Assert.Equal("10de:1b81", function.Id.ToString());
        Assert.Equal("0000:00:01.0", function.Path.Parent.ToString());
        Assert.Equal(["flr", "bus"], function.ResetMethods!.Value);
        Assert.Null(function.NumaNode);
        Assert.Equal("Slot 3", function.Slot);
        Assert.True(function.Driver?.IsVfio);
        Assert.Null(function.DriverOverride);
        Assert.Equal(new LinkFacts { Speed = 8e9, MaxSpeed = 16e9, Width = 8, MaxWidth = 16 }, function.Link);
        Assert.Equal((byte)1, Function(Read.Facts(Host()), "0000:00:01.0").HeaderType);
    }

    [Fact]
    public void A_register_that_reads_nothing_is_no_link()
    {
        var function = Function(Read.Facts(Host().With($"{Card}/max_link_width", "0")), "0000:01:00.0");
        Assert.Equal(new LinkFacts(), function.Link);
    }

    private static string[] Changes =>
    [
        "aer_dev_correctable", "aer_dev_fatal", "aer_dev_nonfatal", "current_link_speed", "current_link_width", "d3cold_allowed",
        "driver_override", "enable", "power_state", "reset_method", "runtime_status",
    ];

    private static bool Wakes(string path) => path.EndsWith("/config", StringComparison.Ordinal) || path.Contains("_link_", StringComparison.Ordinal);

    private static PciFunction Function(HostFacts facts, string address) => facts.Pci!.Functions.Single(function => function.Address.ToString() == address);

    private static FakeTree Host() => new FakeTree()
        .WithLink("sys/bus/pci/devices/0000:00:01.0", "../../../devices/pci0000:00/0000:00:01.0")
        .WithLink("sys/bus/pci/devices/0000:01:00.0", "../../../devices/pci0000:00/0000:00:01.0/0000:01:00.0")
        .With("sys/bus/pci/slots/Slot 3/address", "0000:01:00\n")
        .With($"{Port}/vendor", "0x8086\n").With($"{Port}/device", "0x1901\n").With($"{Port}/class", "0x060400\n")
        .With($"{Port}/secondary_bus_number", "1\n")
        .With($"{Port}/power_state", "D0\n").With($"{Port}/power/runtime_status", "active\n")
        .With($"{Card}/vendor", "0x10de\n").With($"{Card}/device", "0x1b81\n").With($"{Card}/class", "0x030000\n")
        .With($"{Card}/power_state", "D0\n").With($"{Card}/power/runtime_status", "active\n")
        .With($"{Card}/numa_node", "-1\n").With($"{Card}/reset_method", "flr bus\n").With($"{Card}/driver_override", "(null)\n")
        .With($"{Card}/config", new byte[256])
        .With($"{Card}/current_link_speed", "8.0 GT/s PCIe\n").With($"{Card}/current_link_width", "8\n")
        .With($"{Card}/max_link_speed", "16.0 GT/s PCIe\n").With($"{Card}/max_link_width", "16\n")
        .WithLink($"{Card}/driver", "../../../../bus/pci/drivers/vfio-pci").WithDirectory($"{Card}/vfio-dev/vfio0")
        .WithLink($"{Card}/iommu_group", "../../../../kernel/iommu_groups/13");
}
