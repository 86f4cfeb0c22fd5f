using Passthru.Facts.Pci;
using Passthru.Findings;
using static Passthru.Tests.Findings.Isolation.Machine;

namespace Passthru.Tests.Findings.Isolation;

/// <summary>A switch below a root port with two endpoints, each in a group of its own as at boot, and ACS as it is now.</summary>
public sealed class SwitchedOffTests
{
    [Fact]
    public void With_all_ACS_on_the_groups_stand() => Assert.All(Judge(Switch(AcsOn, AcsOn, AcsOn)).Groups.Values, group => Assert.True(group.IsIsolated));

    [Fact]
    public void ACS_that_was_switched_off_after_boot_is_named_by_port()
    {
        var verdict = Judge(Switch(AcsOff, AcsOff, AcsOff));

        Assert.False(verdict.ModelMatches);
        Assert.All(["left", "right"], group => Assert.False(verdict.Of(group)!.IsIsolated));
        Assert.Equal(6, verdict.Of("left")!.HardwareFunctions.Length);
        Assert.Contains(Address("02:00.0"), verdict.Of("left")!.SwitchedOffFunctions);
        Assert.Empty(verdict.Of("left")!.OverriddenFunctions);
    }

    [Fact]
    public void One_port_costs_the_groups_below_it_alone()
    {
        var verdict = Judge(Switch(AcsOn, AcsOff, AcsOn));

        Assert.False(verdict.Of("left")!.IsIsolated);
        Assert.True(verdict.Of("right")!.IsIsolated);
        Assert.Equal([Address("02:00.0")], verdict.Of("left")!.SwitchedOffFunctions);
        Assert.Equal(1, verdict.Of("right")!.PeerReachable);
    }

    [Fact]
    public void A_port_without_the_capability_was_never_on()
    {
        var verdict = Judge(Switch(AcsOn, null, AcsOn));

        Assert.Null(verdict.Of("left"));
        Assert.Contains("left", verdict.Unexplained);
    }

    [Fact]
    public void A_variant_of_the_override_passes_over_no_capability()
    {
        PciFunction[] functions = [.. Switch(AcsOff, AcsOff, AcsOff), Function("00:03.0", "4", RootPort, AcsOn), Function("00:03.0/05:00.0", "5", Endpoint).Many(), Function("00:03.0/05:00.1", "6", Endpoint)];
        var report = Diagnosis.Assess(Host(functions, "downstream,multifunction", carriesOverride: null));

        Assert.True(report.AcsOverride.Active);
        Assert.True(report.Isolation.Of("left")!.IsOverridden);
        Assert.Contains(Address("02:00.0"), report.Isolation.Of("left")!.SwitchedOffFunctions);
        Assert.Equal([Address("05:00.0"), Address("05:00.1")], report.Isolation.Of("5")!.OverriddenFunctions);
    }

    private static PciFunction[] Switch(AccessControl? root, AccessControl? left, AccessControl? right) =>
    [
        Function("00:01.0", "0", RootPort, root),
        Function("00:01.0/01:00.0", "1", UpstreamPort, AcsOn),
        Function("00:01.0/01:00.0/02:00.0", "2", DownstreamPort, left),
        Function("00:01.0/01:00.0/02:01.0", "3", DownstreamPort, right),
        Function("00:01.0/01:00.0/02:00.0/03:00.0", "left", Endpoint),
        Function("00:01.0/01:00.0/02:01.0/04:00.0", "right", Endpoint),
    ];
}
