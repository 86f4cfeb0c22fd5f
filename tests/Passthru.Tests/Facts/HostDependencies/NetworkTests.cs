using Passthru.Facts.HostDependencies.Chains;
using Passthru.Tests.Hosts;

namespace Passthru.Tests.Facts.HostDependencies;

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
        Assert.Contains("management_network: default route → eno1 → 0000:02:00.0", lines);
        Assert.DoesNotContain(lines, line => line.StartsWith("default_route", StringComparison.Ordinal) && line.Contains("eno1", StringComparison.Ordinal));
    }

    [Fact]
    public void A_link_local_address_and_an_address_of_containers_say_nothing()
    {
        var usage = Used.HostDependencies(UsedDisks.Ext4OnNvme, (files, host) => UsedNetworks.Adapters(files, host)
            .Interface("docker0")
            .Address("docker0", "172.17.0.1", 16)
            .Address6("eno1", "fe800000000000000000000000000002", linkLocal: true));

        Assert.True(usage.NetworkComplete);
        Assert.DoesNotContain(usage.All, use => use.Kind == Passthru.Facts.HostDependencies.Chains.HostDependencyKind.Address);
    }

    [Theory]
    [InlineData(new[] { "eno1" }, true)]
    [InlineData(new[] { "eno1", "eno2" }, false)]
    public void The_only_port_of_Open_vSwitch_is_the_way_out_and_of_several_none_is_known(string[] ports, bool told)
    {
        var usage = Used.HostDependencies((files, host) => UsedNetworks.Adapters(files, host)
            .Interface("tap0")
            .Interface("ovs-system", null, [.. ports, "tap0"])
            .Interface("vmbr0")
            .Address("vmbr0", "192.0.2.10", 24, "192.0.2.1"));

        Assert.Equal(told, usage.NetworkComplete);
        Assert.Equal(told, usage.All.Any(use => use.Kind == Passthru.Facts.HostDependencies.Chains.HostDependencyKind.DefaultRoute));
    }

    [Fact]
    public void A_default_route_into_a_tunnel_leaves_by_the_adapter_that_routes_leave_by()
    {
        var facts = Used.Facts((files, host) => UsedNetworks.Adapters(files, host)
            .Interface("wg0")
            .Address("eno1", "192.0.2.10", 24)
            .Route("wg0", "0.0.0.0", 0, null));

        Assert.True(facts.HostDependencies!.NetworkComplete);
        Assert.Contains("default_route: default route → wg0 → eno1 → 0000:02:00.0", Used.Lines(facts));
        Assert.Contains("management_network: host address → eno1 → 0000:02:00.0", Used.Lines(facts));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("DEVTYPE=vrf\n")]
    public void An_address_in_a_VRF_is_on_its_only_member(string? type)
    {
        var facts = Used.Facts(UsedNetworks.OneAddress, (files, _) => Vrf(files.Interface("mgmt", null, "eno2"), type, "203.0.113.5"));

        Assert.True(facts.HostDependencies!.NetworkComplete);
        Assert.Contains("management_network: host address in a VRF → eno2 → 0000:03:00.0", Used.Lines(facts));
        Assert.Contains("management_network: host address → eno1 → 0000:02:00.0", Used.Lines(facts));
    }

    [Fact]
    public void An_address_in_a_VRF_of_two_members_is_on_one_of_them_and_nowhere_else()
    {
        var usage = Used.HostDependencies((files, host) => Vrf(UsedNetworks.Adapters(files, host).Interface("mgmt", null, "eno1", "eno2"), null, "203.0.113.5"));

        Assert.Equal([UsedHost.FirstAdapter, UsedHost.SecondAdapter], Assert.Single(usage.Unresolved, use => !use.Kind.IsStorage()).Functions!.Value.Select(function => function.ToString()));
    }

    [Fact]
    public void An_interface_that_a_route_leaves_by_is_used_without_an_address() =>
        Assert.Contains(
            "management_network: route to 198.51.100.82 → eno2 → 0000:03:00.0",
            Used.Lines(UsedNetworks.OneAddress, (files, _) => files.Address("lo", "198.51.100.81", 32).Route("eno2", "198.51.100.82", 32, "198.51.100.82")));

    [Fact]
    public void A_further_next_hop_by_IPv6_may_be_at_an_adapter_that_is_up_and_has_nothing_else()
    {
        var usage = Used.HostDependencies((files, host) => UsedNetworks.Adapters(files, host)
            .Address6("eno1", "fe800000000000000000000000000001", linkLocal: true)
            .Address6("eno2", "fe800000000000000000000000000002", linkLocal: true)
            .Route("eno1", "0.0.0.0", 0, "169.254.0.1"));

        Assert.Equal([UsedHost.SecondAdapter], Assert.Single(usage.Unresolved, use => !use.Kind.IsStorage()).Functions!.Value.Select(function => function.ToString()));
    }

    [Fact]
    public void A_link_local_address_of_IPv4_is_nothing_that_others_reach() =>
        Assert.DoesNotContain(
            Used.Lines(UsedNetworks.OneAddress, (files, _) => files.Address("eno2", "169.254.77.8", 16)),
            line => line.Contains("eno2", StringComparison.Ordinal));

    [Theory]
    [InlineData("tap100i0", "VM 100")]
    [InlineData("vnet3", "the guest at vnet3 on br1")]
    public void A_port_of_a_switch_with_guests_is_theirs(string port, string whose)
    {
        var facts = Used.Facts(UsedNetworks.OneAddress, (files, _) => files.Interface(port).Interface("br1", null, "eno2", port));

        Assert.Contains($"guest_network: {port} on br1 → eno2 → 0000:03:00.0", Used.Lines(facts));
        Assert.Contains($"the network of {whose}", Passthru.Findings.HostCritical.UsedParts.Describe(
            Passthru.Findings.Diagnosis.Assess(facts).Devices!.Value.SelectMany(device => device.Users)));
    }

    [Fact]
    public void A_bridge_of_guests_alone_is_no_adapter()
    {
        var usage = Used.HostDependencies((files, host) => UsedNetworks.Adapters(files, host)
            .Interface("tap100i0").Interface("vmbr0", null, "tap100i0").Address("vmbr0", "192.0.2.10", 24, "192.0.2.1"));

        Assert.True(usage.NetworkComplete);
        Assert.DoesNotContain(usage.All, use => use.Kind is Passthru.Facts.HostDependencies.Chains.HostDependencyKind.DefaultRoute or Passthru.Facts.HostDependencies.Chains.HostDependencyKind.Address);
    }

    [Fact]
    public void PPPoE_runs_over_the_adapter_that_its_table_names()
    {
        var lines = Used.Lines((files, host) =>
        {
            UsedNetworks.Adapters(files, host).Interface("ppp0").Route("ppp0", "0.0.0.0", 0, null);
            files.Tree.Text("proc/1/net/pppoe", "Id       Address              Device\n00000100 02:00:00:00:00:01     eno2\n");
        });

        Assert.Contains("default_route: default route → ppp0 → eno2 → 0000:03:00.0", lines);
    }

    [Fact]
    public void What_PPP_runs_over_is_an_adapter_that_is_up_and_not_one_with_an_address()
    {
        var usage = Used.HostDependencies((files, host) => UsedNetworks.Adapters(files, host)
            .Interface("ppp0").Address("eno1", "192.0.2.10", 24).Route("ppp0", "0.0.0.0", 0, null));

        Assert.Equal([UsedHost.SecondAdapter], Assert.Single(usage.Unresolved, use => !use.Kind.IsStorage()).Functions!.Value.Select(function => function.ToString()));
    }

    private static void Vrf(UseFiles files, string? type, string address)
    {
        files.TableApart(1001, address);
        if (type is not null)
        {
            files.Tree.Text("sys/devices/virtual/net/mgmt/uevent", $"{type}INTERFACE=mgmt\n");
        }
    }

    [Fact]
    public void An_adapter_behind_USB_stands_on_the_controller()
    {
        var lines = Used.Lines((files, host) => files
            .Interface("enx0", $"{host.PathOf(UsedHost.Xhci)}/usb2/2-1/2-1:1.0")
            .Address("enx0", "192.0.2.10", 24, "192.0.2.1"));

        Assert.Contains("default_route: default route → enx0 → 0000:00:14.0", lines);
    }

    [Fact]
    public void A_host_without_a_way_out_has_none_and_that_is_known() =>
        Assert.True(Used.HostDependencies(UsedDisks.Ext4OnNvme, (files, host) => UsedNetworks.Adapters(files, host)).NetworkComplete);
}
