using Passthru.Facts.Pci;
using static Passthru.Tests.Findings.Isolation.Machine;

namespace Passthru.Tests.Findings.Isolation;

public sealed class PeerReachTests
{
    [Theory]
    [InlineData(false, false, 1, 1)]
    [InlineData(true, false, 1, 0)]
    [InlineData(false, true, 0, 1)]
    [InlineData(true, true, 0, 0)]
    public void A_port_without_ACS_lets_what_is_below_reach_its_siblings(bool firstHasAcs, bool secondHasAcs, int first, int second)
    {
        var verdict = Judge(Switch(firstHasAcs ? AcsOn : null, secondHasAcs ? AcsOn : null));

        Assert.True(verdict.ModelMatches);
        Assert.Equal(first, verdict.Of("x")!.PeerReachable);
        Assert.Equal(second, verdict.Of("y")!.PeerReachable);
        Assert.Equal(0, verdict.Of("root")!.PeerReachable);
    }

    [Fact]
    public void An_override_does_not_change_who_reaches_whom()
    {
        var verdict = Judge(Split(Switch(null, null)), "downstream");

        Assert.True(verdict.ModelMatches);
        Assert.False(verdict.Of("x")!.IsIsolated);
        Assert.Equal(1, verdict.Of("x")!.PeerReachable);
        Assert.Equal(0, verdict.Of("xport")!.PeerReachable);
    }

    [Fact]
    public void Members_of_one_group_are_not_counted()
    {
        var together = Switch(null, null).Select(function => function with { Group = "a" }).ToArray();
        together[0] = together[0] with { Config = Config(RootPort, null) };
        Assert.Equal(0, Judge(together).Of("a")!.PeerReachable);
    }

    [Fact]
    public void A_switch_below_a_switch_is_reached_and_reaches_through_the_upper_one()
    {
        const string below = "00:01.0/01:00.0/02:00.0/03:00.0";
        var verdict = Judge(
        [
            .. Switch(null, AcsOn).Where(function => function.Address != Address("03:00.0")),
            Function(below, "x", UpstreamPort),
            Function($"{below}/06:00.0", "x", DownstreamPort, AcsOn),
            Function($"{below}/06:00.0/07:00.0", "x", Endpoint),
        ]);

        Assert.True(verdict.ModelMatches);
        Assert.Equal(1, verdict.Of("y")!.PeerReachable);
        Assert.Equal(0, verdict.Of("x")!.PeerReachable);
    }

    [Fact]
    public void Without_the_registers_of_a_port_the_number_is_unknown()
    {
        var functions = Switch(AcsOn, AcsOn);
        functions[2] = functions[2].Unread();
        var verdict = Judge(functions);

        Assert.Null(verdict.Of("y")!.PeerReachable);
        Assert.Equal(0, verdict.Of("root")!.PeerReachable);
    }

    /// <summary>Two ports, a device below each; a port with ACS is a group of its own.</summary>
    private static PciFunction[] Switch(AccessControl? first, AccessControl? second) =>
    [
        Function("00:01.0", "root", RootPort, AcsOn),
        Function("00:01.0/01:00.0", "up", UpstreamPort),
        Function("00:01.0/01:00.0/02:00.0", first is null ? "x" : "xport", DownstreamPort, first),
        Function("00:01.0/01:00.0/02:00.0/03:00.0", "x", Endpoint),
        Function("00:01.0/01:00.0/02:01.0", second is null ? "y" : "yport", DownstreamPort, second),
        Function("00:01.0/01:00.0/02:01.0/04:00.0", "y", Endpoint),
    ];

    private static IEnumerable<PciFunction> Split(PciFunction[] functions) =>
        functions.Select(function => function.Config?.Express?.PortType == DownstreamPort ? function with { Group = $"{function.Group}port" } : function);
}
