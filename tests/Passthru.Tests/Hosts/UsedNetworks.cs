namespace Passthru.Tests.Hosts;

/// <summary>How a host is reached. TEST-NET addresses (RFC 5737), documentation prefixes (RFC 3849).</summary>
internal static class UsedNetworks
{
    private const string Address6 = "20010db8000000000000000000000002";
    private const string Router6 = "fe800000000000000000000000000001";

    public static void OneAddress(UseFiles files, FakeHost host) =>
        Adapters(files, host).Address("eno1", "192.0.2.10", 24, "192.0.2.1").Address6("eno2", Router6, linkLocal: true);

    /// <summary>Proxmox: the address is on the bridge; the second bridge has none and is for virtual machines.</summary>
    public static void BondVlanBridge(UseFiles files, FakeHost host) =>
        Adapters(files, host)
            .Interface("bond0", null, "eno1", "eno2")
            .Interface("bond0.10", null, "bond0")
            .Interface("tap100i0")
            .Interface("vmbr0", null, "bond0.10", "tap100i0")
            .Interface("vmbr1")
            .Address("vmbr0", "192.0.2.10", 24, "192.0.2.1")
            .Address("vmbr1", "10.0.0.1", 24);

    public static void OnlyIpv6(UseFiles files, FakeHost host) =>
        Adapters(files, host).Address6("eno2", Address6, gateway: Router6).Address6("eno1", Router6, linkLocal: true);

    /// <summary>The first adapter for people, the second for storage.</summary>
    public static void StorageNetwork(UseFiles files, FakeHost host) =>
        Adapters(files, host).Address("eno1", "192.0.2.10", 24, "192.0.2.1").Address("eno2", "198.51.100.7", 24);

    public static void Container(UseFiles files, FakeHost host) => files.Interface("eth0").Address("eth0", "172.17.0.2", 16, "172.17.0.1");

    public static UseFiles Adapters(UseFiles files, FakeHost host) => files
        .Interface("lo")
        .Interface("eno1", host.PathOf(UsedHost.FirstAdapter))
        .Interface("eno2", host.PathOf(UsedHost.SecondAdapter));
}
