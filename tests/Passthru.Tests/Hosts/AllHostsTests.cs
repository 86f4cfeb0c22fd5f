namespace Passthru.Tests.Hosts;

/// <summary>What other tests rely on when they take a host.</summary>
public sealed class AllHostsTests
{
    [Fact]
    public void The_host_to_measure_with_has_80_functions_in_40_groups()
    {
        var host = AllHosts.Host("intel-server");

        Assert.Equal(80, host.Placed.Count);
        Assert.Equal(40, host.AllGroups.Count());
    }

    [Fact]
    public void No_two_functions_of_a_host_share_an_address() => Assert.All(
        AllHosts.Names,
        name => Assert.Distinct(AllHosts.Host(name).Placed.Select(placed => placed.Function.Address)));

    [Fact]
    public void Every_link_leads_somewhere_but_those_to_a_vanished_function()
    {
        foreach (var name in AllHosts.Names)
        {
            using var written = WrittenHost.Named(name);
            var vanished = AllHosts.Host(name).Placed.Where(placed => placed.Function.Vanished).Select(placed => placed.Path).ToList();
            var dangling = AllHosts.Build(name).Links.Keys.Where(link => !Path.Exists(Path.Combine(written.Root, link)));
            Assert.All(dangling, link => Assert.Contains(Path.GetFileName(link), vanished.Select(Path.GetFileName)));
        }
    }
}
