using Passthru.Findings;
using Passthru.Tests.Hosts;
using static Passthru.Tests.Hosts.Parts;

namespace Passthru.Tests.Findings.Isolation;

/// <summary>The fixture hosts, from their files to their page.</summary>
public sealed class HostIsolationTests
{
    public static TheoryData<string> Requests => [.. OverrideHosts.Requests];

    [Theory]
    [InlineData("amd-desktop")]
    [InlineData("dying-device")]
    [InlineData("intel-desktop")]
    [InlineData("intel-server")]
    [InlineData("old-kernel")]
    [InlineData("sriov-64vfs")]
    [InlineData("vmd")]
    public void Groups_without_an_override_are_explained(string name)
    {
        var isolation = Audited.Host(name).Report.Isolation;

        Assert.True(isolation.ModelMatches);
        Assert.All(isolation.Groups.Values, group => Assert.True(group.IsIsolated));
    }

    [Theory]
    [InlineData("unprivileged")]
    [InlineData("iommu-off-kernel")]
    [InlineData("iommu-off-firmware")]
    [InlineData("noiommu")]
    public void Where_nothing_can_be_seen_nothing_is_said(string name)
    {
        var host = Audited.Host(name);

        Assert.Null(host.Report.Isolation.ModelMatches);
        Assert.Empty(host.Lines("isolat"));
        Assert.Empty(host.Lines("hardware_devices"));
        Assert.Empty(host.Lines("peer_reachable"));
    }

    [Fact]
    public void A_board_split_by_the_override_is_told()
    {
        var host = Audited.Host("pve-acs-override");

        Assert.Equal(["passthru_isolation_model_matches 1"], host.Lines("model_matches"));
        Assert.Contains("passthru_iommu_group_isolated{group=\"8\"} 1", host.Lines("isolated"));
        Assert.Contains("passthru_iommu_group_isolated{group=\"16\"} 0", host.Lines("isolated"));
        Assert.Contains("passthru_iommu_group_hardware_devices{group=\"16\"} 2", host.Lines("hardware_devices"));
        Assert.Contains("passthru_iommu_group_hardware_devices{group=\"14\"} 7", host.Lines("hardware_devices"));
        Assert.Equal(["0000:07:00.0", "0000:07:00.1"], host.Report.Isolation.Of("16")!.OverriddenFunctions.Select(address => address.ToString()));
    }

    [Theory, MemberData(nameof(Requests))]
    public void Exactly_the_groups_that_the_override_draws_read_0(string request)
    {
        var host = OverrideHosts.Host(request);
        var isolation = Audited.Override(request).Report.Isolation;

        Assert.True(isolation.ModelMatches);
        Assert.Equal(host.AllGroups.Count(), isolation.Groups.Count);
        foreach (var members in host.Placed.GroupBy(placed => placed.Function.Group))
        {
            var group = isolation.Of($"{members.Key}")!;
            var hardware = OverrideHosts.WithoutOverride(members.First().Function.Address);
            Assert.Equal(hardware, group.HardwareFunctions.Length);
            Assert.Equal(hardware == members.Count(), group.IsIsolated);
            Assert.Equal(hardware != members.Count(), group.OverriddenFunctions.Length > 0);
        }
    }

    [Theory, MemberData(nameof(Requests))]
    public void The_layout_without_the_override_is_the_same_whatever_was_asked_for(string request)
    {
        var layout = Audited.Override(request).Report.Isolation.WithoutOverride!.Value;
        var bare = Audited.Override("").Report.Isolation.WithoutOverride!.Value;

        Assert.Equal(5, layout.Length);
        Assert.Equal(bare.Select(group => string.Join(' ', group.Functions)), layout.Select(group => string.Join(' ', group.Functions)));
        Assert.All(layout, group => Assert.True(group.IsCertain));
    }

    [Theory]
    [InlineData("downstream", "multifunction")]
    [InlineData("multifunction", "downstream,multifunction")]
    [InlineData("id:10de:1b81", "downstream")]
    public void Groups_that_nothing_explains_are_not_judged_and_the_others_are(string request, string groupsOf)
    {
        var host = Audited.Of(OverrideHosts.Host(request, groupsOf));
        var isolation = host.Report.Isolation;

        Assert.Equal(["passthru_isolation_model_matches 0"], host.Lines("model_matches"));
        Assert.NotEmpty(isolation.Unexplained);
        Assert.All(isolation.Unexplained, group => Assert.Null(isolation.Of(group)));
        Assert.True(isolation.Of("0")!.IsIsolated);
        Assert.Null(isolation.WithoutOverride);
    }

    [Theory]
    [InlineData("downstream,multifunction", false)]
    [InlineData("", true)]
    public void The_groups_are_a_witness_against_the_symbol(string groupsOf, bool carried)
    {
        var report = Audited.Of(OverrideHosts.Host("downstream,multifunction", groupsOf)).Facts is { } facts
            ? Diagnosis.Assess(facts with { Kernel = facts.Kernel! with { CarriesAcsOverride = carried } })
            : throw new InvalidOperationException();

        Assert.True(report.AcsOverride.IsContradictory);
        Assert.Null(report.AcsOverride.Active);
        Assert.Equal(carried, report.Isolation.Groups.Values.All(group => group.IsIsolated));
        Assert.Contains(report.Findings, finding => finding.Rule.Id == "acs-override-contradicted");
    }

    [Theory]
    [InlineData("downstream,multifunction", "downstream,multifunction", true)]
    [InlineData("downstream,multifunction", "", false)]
    [InlineData("id:10de:1b81,id:10de:10f0", "", null)]
    public void Where_there_is_no_symbol_the_groups_tell(string request, string groupsOf, bool? active)
    {
        var facts = Audited.Of(OverrideHosts.Host(request, groupsOf)).Facts;
        var report = Diagnosis.Assess(facts with { Kernel = facts.Kernel! with { CarriesAcsOverride = null } });

        Assert.Equal((active, active), (report.AcsOverride.Supported, report.AcsOverride.Active));
        Assert.True(report.Isolation.ModelMatches);
    }

    [Fact]
    public void Without_a_command_line_only_what_the_hardware_draws_is_told()
    {
        var isolation = Machine.Judge(Audited.Override("downstream").Facts with { Kernel = null });

        Assert.Null(isolation.ModelMatches);
        Assert.NotEmpty(isolation.Groups);
        Assert.All(isolation.Groups.Values, group => Assert.True(group.IsIsolated));
    }

    [Fact]
    public void A_sleeping_or_dead_device_costs_its_own_groups_alone()
    {
        var host = OverrideHosts.Host("downstream,multifunction");
        var isolation = Audited.Of(host with { Functions = [.. host.Functions.Select(WithDeadCard)] }).Report.Isolation;

        Assert.True(isolation.ModelMatches);
        Assert.Equal(["0", "2", "4", "7", "8", "9", "10", "11", "12", "13"], isolation.Groups.Keys.OrderBy(int.Parse));
    }

    /// <summary>The kernel applies both before it makes groups: a port starts from what the firmware left, and the groups follow.</summary>
    [Theory]
    [InlineData("pci=disable_acs_redir=0000:00:01.0", 0x00)]
    [InlineData("pci=config_acs=xx0xx@0000:00:01.0", 0x19)]
    public void Controls_that_the_command_line_keeps_off_merge_groups(string commandLine, int control)
    {
        var host = Audited.Of(PveAcsOverride.Host() with
        {
            CommandLine = commandLine,
            Functions =
            [
                Conventional("0000:00:00.0", "8086:591f", ClassCode.HostBridge, 0),
                RootPort("0000:00:01.0", "8086:1901", 1, Vga("0000:01:00.0", "10de:1b81", 1, "vfio-pci")) with { Acs = new AcsBits(0x1f, control) },
                RootPort("0000:00:02.0", "8086:1905", 2, Vga("0000:02:00.0", "10de:1b81", 3, "vfio-pci")),
            ],
        });

        Assert.Equal(["passthru_isolation_model_matches 1"], host.Lines("model_matches"));
        Assert.All(host.Report.Isolation.Groups.Values, group => Assert.True(group.IsIsolated));
        Assert.Contains($"passthru_kernel_parameter_info{{parameter=\"pci\",value=\"{commandLine[4..]}\"}} 1", host.Lines("kernel_parameter"));
    }

    [Fact]
    public void Only_groups_that_hold_a_candidate_have_series()
    {
        var host = Audited.Override("downstream,multifunction");

        Assert.Equal(13, host.Lines("group_isolated").Count);
        Assert.Equal(7, host.Lines("group_isolated", all: false).Count);
    }

    private static FakeFunction WithDeadCard(FakeFunction function) => function with
    {
        Dead = function.Address == "0000:00:01.0",
        Behind = [.. function.Behind.Select(WithDeadCard)],
    };
}
