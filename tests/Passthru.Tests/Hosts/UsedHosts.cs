namespace Passthru.Tests.Hosts;

/// <summary>Hosts by what they live on, all with the devices of <see cref="UsedHost"/>.</summary>
internal static class UsedHosts
{
    private static readonly Dictionary<string, Func<HostTree>> Hosts = new()
    {
        ["use-ext4-nvme"] = () => UsedHost.With(UsedDisks.Ext4OnNvme, UsedNetworks.OneAddress, UsedConsoles.Desktop),
        ["use-lvm-raid1"] = () => UsedHost.With(UsedDisks.LvmOnRaid1, UsedNetworks.OneAddress, UsedConsoles.Desktop),
        ["use-luks"] = () => UsedHost.With(UsedDisks.Luks, UsedNetworks.OneAddress, UsedConsoles.Desktop),
        ["use-zfs-mirror"] = () => UsedHost.With(UsedDisks.ZfsMirror, UsedNetworks.BondVlanBridge, UsedConsoles.Desktop),
        ["use-zfs-unknown"] = () => UsedHost.With(UsedDisks.ZfsUnresolved, UsedNetworks.OneAddress, UsedConsoles.Desktop),
        ["use-bond-vlan-bridge"] = () => UsedHost.With(UsedDisks.Ext4OnNvme, UsedNetworks.BondVlanBridge, UsedConsoles.Desktop),
        ["use-ipv6-only"] = () => UsedHost.With(UsedDisks.Ext4OnNvme, UsedNetworks.OnlyIpv6, UsedConsoles.Desktop),
        ["use-iscsi-root"] = () => UsedHost.With(UsedDisks.IscsiRoot, UsedNetworks.StorageNetwork, UsedConsoles.Desktop),
        ["use-nfs-root"] = () => UsedHost.With(UsedDisks.NfsRoot, UsedNetworks.StorageNetwork, UsedConsoles.Desktop),
        ["use-usb-boot"] = () => UsedHost.With(UsedDisks.UsbStick, UsedNetworks.OneAddress, UsedConsoles.Desktop),
        ["use-headless"] = () => UsedHost.Headless(UsedDisks.Ext4OnNvme, UsedNetworks.OneAddress, UsedConsoles.None),
        ["use-two-gpus"] = () => UsedHost.WithBootGpuOnVfio(UsedDisks.Ext4OnNvme, UsedNetworks.OneAddress, UsedConsoles.FramebufferLeftBehind),
        ["use-container"] = () => UsedHost.With(UsedDisks.Container, UsedNetworks.Container, UsedConsoles.None).Remove("proc/2"),
    };

    public static IEnumerable<string> Names => Hosts.Keys;

    public static HostTree Build(string name) => Hosts[name]();
}
