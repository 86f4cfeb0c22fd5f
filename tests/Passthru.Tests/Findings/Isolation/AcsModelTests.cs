using Passthru.Facts.Pci;
using static Passthru.Tests.Findings.Isolation.Machine;

namespace Passthru.Tests.Findings.Isolation;

/// <summary>
/// Whether a function counts as isolated shows in the groups: these hosts have it apart from its neighbour, and the model
/// agrees or it does not, or can't tell.
/// </summary>
public sealed class AcsModelTests
{
    [Theory]
    [InlineData(Conventional, false)]
    [InlineData(Endpoint, false)]
    [InlineData(1, false)]
    [InlineData(Integrated, false)]
    [InlineData(10, false)]
    [InlineData(11, true)]
    public void A_function_among_others_is_not_isolated_without_ACS(int type, bool isolated) => Assert.Equal(isolated, WithOwnIssues("abcd:0001", type, null));

    [Theory]
    [InlineData(0x1f, 0x1d, true)]
    [InlineData(0x1f, 0x1c, false)]
    [InlineData(0x1f, 0x19, false)]
    [InlineData(0x1f, 0x15, false)]
    [InlineData(0x1f, 0x0d, false)]
    [InlineData(0x00, 0x00, true)]
    [InlineData(0x04, 0x00, false)]
    [InlineData(0x04, 0x04, true)]
    [InlineData(0x62, 0x00, true)]
    public void What_is_not_implemented_is_satisfied(int capability, int control, bool isolated)
    {
        Assert.Equal(isolated, WithOwnIssues("abcd:0001", Endpoint, Acs(capability, control)));
        Assert.Equal(isolated, PortApart("abcd:0001", Acs(capability, control)));
    }

    /// <summary>One of each group of rows of pci_dev_acs_enabled that grant isolation whatever the type.</summary>
    [Theory]
    [InlineData("1924:0903")]
    [InlineData("8086:10c6")]
    [InlineData("8086:10fa")]
    [InlineData("8086:150f")]
    [InlineData("8086:10e7")]
    [InlineData("8086:10d6")]
    [InlineData("8086:1523")]
    [InlineData("8086:105f")]
    [InlineData("8086:15b8")]
    [InlineData("17cb:0401")]
    [InlineData("1dbf:0401")]
    [InlineData("19a2:0710")]
    [InlineData("10df:0720")]
    [InlineData("177d:a026")]
    [InlineData("10e8:e004")]
    [InlineData("1def:e00c")]
    [InlineData("14e4:1751")]
    [InlineData("14e4:d714")]
    [InlineData("0014:7a39")]
    [InlineData("1d17:3104")]
    [InlineData("1957:8d93")]
    [InlineData("1957:8db9")]
    [InlineData("8088:010f")]
    public void The_kernel_knows_better_of_some(string id)
    {
        Assert.True(WithOwnIssues(id, Endpoint, null));
        Assert.True(WithOwnIssues(id, Endpoint, AcsOff));
    }

    [Theory]
    [InlineData("8086:10f6")]
    [InlineData("8086:10fd")]
    [InlineData("1def:e00d")]
    [InlineData("14e4:1753")]
    [InlineData("1957:8d84")]
    [InlineData("8088:0110")]
    public void And_not_of_their_neighbours(string id) => Assert.False(WithOwnIssues(id, Endpoint, null));

    [Theory]
    [InlineData("8086:ffff", Integrated, true)]
    [InlineData("8086:ffff", Endpoint, false)]
    [InlineData("1022:ffff", Integrated, false)]
    public void Intels_integrated_endpoints_are_isolated(string id, int type, bool isolated) => Assert.Equal(isolated, WithOwnIssues(id, type, null));

    [Theory]
    [InlineData("177d:a400", true)]
    [InlineData("177d:af84", true)]
    [InlineData("1c36:0031", true)]
    [InlineData("1d17:0715", true)]
    [InlineData("1d17:0753", false)]
    [InlineData("8086:1901", false)]
    public void Some_root_ports_are_isolated_without_ACS(string id, bool isolated) => Assert.Equal(isolated, PortApart(id, null));

    [Fact]
    public void Other_ports_by_Zhaoxin_are_not_even_with_it() => Assert.False(PortApart("1d17:0753", AcsOn));

    [Fact]
    public void Wangxun_grants_by_list_alone() => Assert.False(WithOwnIssues("8088:0110", Endpoint, AcsOn));

    [Theory]
    [InlineData("8086:a110")]
    [InlineData("8086:a2ee")]
    [InlineData("8086:9d1b")]
    public void Sunrise_Point_has_its_controls_a_dword_further(string id)
    {
        Assert.True(PortApart(id, Acs(0x1f, 0, wideControl: 0x1d)));
        Assert.False(PortApart(id, Acs(0x1f, 0x1d, wideControl: 0)));
        Assert.Null(PortApart(id, Acs(0x1f, 0x1d, wideControl: null)));
        Assert.False(PortApart(id, null));
    }

    [Theory]
    [InlineData("111d:80b5", true)]
    [InlineData("111d:8090", true)]
    [InlineData("111d:8091", false)]
    public void Broken_source_validation_is_not_asked_for(string id, bool isolated) => Assert.Equal(isolated, PortApart(id, Acs(0x1f, 0x1c)));

    [Theory]
    [InlineData("1002:4385", true, true)]
    [InlineData("1022:780f", true, true)]
    [InlineData("1022:780f", false, false)]
    [InlineData("1022:790b", true, false)]
    public void Old_AMD_southbridges_are_isolated_behind_their_IOMMU(string id, bool ivrs, bool isolated) =>
        Assert.Equal(isolated, Judge([Function("00:14.0", "1", Conventional, id: id).Many(), Function("00:14.2", "2", Conventional, id: id)], ivrs: ivrs).ModelMatches);

    [Fact]
    public void But_not_below_a_bridge() =>
        Assert.False(Judge([.. Slot("00:01.0/01:00", "1002:4385", Conventional, null)], ivrs: true).ModelMatches);

    [Fact]
    public void Without_a_list_of_tables_the_southbridge_is_unknown()
    {
        var facts = Host([Function("00:14.0", "1", Conventional, id: "1002:4385").Many(), Function("00:14.2", "2", Conventional, id: "1002:4385")]);
        Assert.Null(Judge(facts with { Platform = null }).ModelMatches);
    }

    [Theory]
    [InlineData("8086:3b42")]
    [InlineData("8086:1d1e")]
    [InlineData("8086:8d18")]
    [InlineData("8086:8c9e")]
    public void Older_chipsets_are_what_the_kernels_groups_say_they_are(string id)
    {
        Assert.True(PortApart(id, null));
        Assert.True(Judge(Function("00:1c.0", "1", RootPort, id: id), Function("00:1c.0/01:00.0", "1", Endpoint)).ModelMatches);
    }

    [Fact]
    public void Under_an_override_the_groups_prove_the_workaround_too()
    {
        var verdict = Judge([.. Port("8086:8c10", null), .. Slot("00:03.0/03:00", "abcd:0001", Endpoint, null)], "multifunction");

        Assert.True(verdict.ModelMatches);
        Assert.True(verdict.Of("port")!.IsIsolated);
        Assert.True(verdict.Of("below")!.IsIsolated);
        Assert.False(verdict.Of("1")!.IsIsolated);
    }

    [Theory]
    [InlineData("14e4:1750", "7.2.0", false)]
    [InlineData("14e4:1750", "5.15.30", true)]
    [InlineData("14e4:1750", null, true)]
    [InlineData("14e4:16d7", "5.12.0", true)]
    [InlineData("14e4:16d7", "5.13.0", false)]
    [InlineData("177d:a026", "5.14.0", true)]
    [InlineData("177d:a026", "5.15.0", false)]
    [InlineData("17cb:0115", "6.11.0", true)]
    [InlineData("17cb:0115", "6.12.0", false)]
    [InlineData("0014:7a39", "6.15.0", true)]
    [InlineData("0014:7a39", "6.16.0", false)]
    public void A_row_younger_than_the_kernel_may_be_there_or_not(string id, string? release, bool joinedIsExplained)
    {
        var facts = Host([Function("00:01.0", "0", RootPort, AcsOn), Function("00:01.0/01:00.0", "1", Endpoint, null, id).Many(), Function("00:01.0/01:00.1", "1", Endpoint, null, id)]);
        var verdict = Judge(facts with { Kernel = facts.Kernel! with { Release = release } });

        Assert.Equal(joinedIsExplained, verdict.ModelMatches);
        Assert.True(verdict.Of("1")!.IsIsolated);
    }

    [Fact]
    public void A_bit_that_only_firmware_sets_is()
    {
        var ports = Port("8086:8c10", null).Select(function => function.HeaderType == 1
            ? function with { Config = function.Config! with { IntelPortConfiguration = 1 << 26 } }
            : function);
        Assert.True(Judge(ports, "multifunction").Of("below")!.IsIsolated);
    }

    /// <summary>Two functions of one slot, in groups of their own.</summary>
    private static bool? WithOwnIssues(string id, int type, AccessControl? acs) => Judge([.. Slot("00:01.0/01:00", id, type, acs)]).ModelMatches;

    private static bool? PortApart(string id, AccessControl? acs) => Judge(Port(id, acs)).ModelMatches;

    private static IEnumerable<PciFunction> Slot(string path, string id, int type, AccessControl? acs) =>
    [
        Function(path.Split('/')[0], "0", RootPort, AcsOn),
        Function($"{path}.0", "1", type, acs, id).Many(),
        Function($"{path}.1", "2", type, acs, id),
    ];

    private static PciFunction[] Port(string id, AccessControl? acs) =>
        [Function("00:02.0", "port", RootPort, acs, id), Function("00:02.0/02:00.0", "below", Endpoint)];
}
