namespace Passthru.Tests.Hosts;

/// <summary>Every fixture host, by the name that tests use.</summary>
internal static class AllHosts
{
    private static readonly Dictionary<string, Func<FakeHost>> Hosts = new()
    {
        ["amd-desktop"] = AmdDesktop.Host,
        ["arm64"] = Arm64.Host,
        ["dying-device"] = DyingDevice.Host,
        ["intel-desktop"] = IntelDesktop.Host,
        ["intel-server"] = IntelServer.Host,
        ["iommu-off-firmware"] = IommuOffFirmware.Host,
        ["iommu-off-kernel"] = IommuOffKernel.Host,
        ["laptop"] = Laptop.Host,
        ["noiommu"] = NoIommu.Host,
        ["old-kernel"] = OldKernel.Host,
        ["pve-acs-override"] = PveAcsOverride.Host,
        ["sriov-64vfs"] = Sriov64Vfs.Host,
        ["unprivileged"] = Unprivileged.Host,
        ["vmd"] = Vmd.Host,
    };

    public static IEnumerable<string> Names => Hosts.Keys;

    /// <summary>The description, to ask what should come out.</summary>
    public static FakeHost Host(string name) => Hosts[name]();

    /// <summary>The files, to add to or to write.</summary>
    public static HostTree Build(string name) => Host(name).Build();
}
