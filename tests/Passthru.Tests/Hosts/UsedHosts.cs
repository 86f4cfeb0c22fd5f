namespace Passthru.Tests.Hosts;

/// <summary>Hosts by what they live on, all with the devices of <see cref="UsedMachine"/>.</summary>
internal static class UsedHosts
{
    private static readonly Dictionary<string, Func<HostTree>> Hosts = new()
    {
        ["use-ext4-nvme"] = () => UsedMachine.With(UsedDisks.Ext4OnNvme, UsedNetworks.OneAddress, UsedConsoles.Desktop),
        ["use-lvm-raid1"] = () => UsedMachine.With(UsedDisks.LvmOnRaid1, UsedNetworks.OneAddress, UsedConsoles.Desktop),
        ["use-luks"] = () => UsedMachine.With(UsedDisks.Luks, UsedNetworks.OneAddress, UsedConsoles.Desktop),
        ["use-zfs-mirror"] = () => UsedMachine.With(UsedDisks.ZfsMirror, UsedNetworks.BondVlanBridge, UsedConsoles.Desktop),
        ["use-zfs-unknown"] = () => UsedMachine.With(UsedDisks.ZfsUntold, UsedNetworks.OneAddress, UsedConsoles.Desktop),
        ["use-bond-vlan-bridge"] = () => UsedMachine.With(UsedDisks.Ext4OnNvme, UsedNetworks.BondVlanBridge, UsedConsoles.Desktop),
        ["use-ipv6-only"] = () => UsedMachine.With(UsedDisks.Ext4OnNvme, UsedNetworks.OnlyIpv6, UsedConsoles.Desktop),
        ["use-iscsi-root"] = () => UsedMachine.With(UsedDisks.IscsiRoot, UsedNetworks.StorageNetwork, UsedConsoles.Desktop),
        ["use-nfs-root"] = () => UsedMachine.With(UsedDisks.NfsRoot, UsedNetworks.StorageNetwork, UsedConsoles.Desktop),
        ["use-usb-boot"] = () => UsedMachine.With(UsedDisks.UsbStick, UsedNetworks.OneAddress, UsedConsoles.Desktop),
        ["use-headless"] = () => UsedMachine.Headless(UsedDisks.Ext4OnNvme, UsedNetworks.OneAddress, UsedConsoles.None),
        ["use-two-gpus"] = () => UsedMachine.WithBootGpuOnVfio(UsedDisks.Ext4OnNvme, UsedNetworks.OneAddress, UsedConsoles.FramebufferLeftBehind),
        ["use-container"] = () => UsedMachine.With(UsedDisks.Container, UsedNetworks.Container, UsedConsoles.None).Remove("proc/2"),
    };

    public static IEnumerable<string> Names => Hosts.Keys;

    public static HostTree Build(string name) => Hosts[name]();
}
