using Passthru.Tests.Hosts;

namespace Passthru.Tests.Facts.Usage;

/// <summary>Ways out of a host.</summary>
public sealed class NetworkTests
{
    [Fact]
    public void A_bridge_that_contains_itself_ends()
    {
        var lines = Used.Lines((files, host) => UsedNetworks.Adapters(files, host)
            .Interface("br0", null, "eno1")
            .Interface("br1", null, "br0")
            .Interface("br0", null, "br1", "br0")
            .Address("br0", "192.0.2.10", 24, "192.0.2.1"));

        Assert.Contains("default_route: default route → br0 → eno1 → 0000:02:00.0", lines);
    }

    [Fact]
    public void Of_two_default_routes_the_cheaper_one_is_used()
    {
        var lines = Used.Lines((files, host) => UsedNetworks.Adapters(files, host)
            .Route("eno1", "0.0.0.0", 0, "192.0.2.1", metric: 600)
            .Route("eno2", "0.0.0.0", 0, "198.51.100.1", metric: 100));

        Assert.Contains("default_route: default route → eno2 → 0000:03:00.0", lines);
        Assert.DoesNotContain(lines, line => line.Contains("eno1", StringComparison.Ordinal));
    }

    [Fact]
    public void A_link_local_address_and_an_address_of_containers_say_nothing()
    {
        var usage = Used.Usage(UsedDisks.Ext4OnNvme, (files, host) => UsedNetworks.Adapters(files, host)
            .Interface("docker0")
            .Address("docker0", "172.17.0.1", 16)
            .Address6("eno1", "fe800000000000000000000000000002", linkLocal: true));

        Assert.True(usage.NetworkTold);
        Assert.DoesNotContain(usage.Uses, use => use.Kind == Passthru.Facts.Usage.UseKind.Address);
    }

    [Theory]
    [InlineData(new[] { "eno1" }, true)]
    [InlineData(new[] { "eno1", "eno2" }, false)]
    public void The_only_port_of_Open_vSwitch_is_the_way_out_and_of_several_none_is_known(string[] ports, bool told)
    {
        var usage = Used.Usage((files, host) => UsedNetworks.Adapters(files, host)
            .Interface("tap0")
            .Interface("ovs-system", null, [.. ports, "tap0"])
            .Interface("vmbr0")
            .Address("vmbr0", "192.0.2.10", 24, "192.0.2.1"));

        Assert.Equal(told, usage.NetworkTold);
        Assert.Equal(told, usage.Uses.Any(use => use.Kind == Passthru.Facts.Usage.UseKind.DefaultRoute));
    }

    [Fact]
    public void A_default_route_into_a_tunnel_leaves_the_adapter_open()
    {
        var facts = Used.Facts((files, host) => UsedNetworks.Adapters(files, host)
            .Interface("wg0")
            .Address("eno1", "192.0.2.10", 24)
            .Route("wg0", "0.0.0.0", 0, null));

        Assert.False(facts.Usage!.NetworkTold);
        Assert.Contains(Used.Issues(facts), issue => issue.Detail.Contains("wg0", StringComparison.Ordinal));
        Assert.Contains("management_network: host address → eno1 → 0000:02:00.0", Used.Lines(facts));
    }

    [Fact]
    public void Addresses_in_a_VRF_leave_the_adapters_open()
    {
        var usage = Used.Usage(UsedNetworks.OneAddress, (files, _) =>
        {
            files.Interface("mgmt", null, "eno2").Address("eno2", "203.0.113.5", 32);
            files.Tree.Text("sys/devices/virtual/net/mgmt/uevent", "DEVTYPE=vrf\nINTERFACE=mgmt\n");
        });

        Assert.False(usage.NetworkTold);
    }

    [Fact]
    public void An_adapter_behind_USB_stands_on_the_controller()
    {
        var lines = Used.Lines((files, host) => files
            .Interface("enx0", $"{host.PathOf(UsedMachine.Xhci)}/usb2/2-1/2-1:1.0")
            .Address("enx0", "192.0.2.10", 24, "192.0.2.1"));

        Assert.Contains("default_route: default route → enx0 → 0000:00:14.0", lines);
    }

    [Fact]
    public void A_host_without_a_way_out_has_none_and_that_is_known() =>
        Assert.True(Used.Usage(UsedDisks.Ext4OnNvme, (files, host) => UsedNetworks.Adapters(files, host)).NetworkTold);
}
