namespace Passthru.Tests.Hosts;

/// <summary>
/// VFIO without any IOMMU: the owner allowed the unsafe mode and bound the network adapter. VFIO makes a group for it, which
/// protects nothing (drivers/vfio/group.c, vfio_noiommu_group_alloc).
/// </summary>
internal static class NoIommu
{
    private const string Network = "0000:03:00.0";

    public static FakeHost Host()
    {
        var desktop = IntelDesktop.Host();
        return desktop with
        {
            Kernel = new("6.12.8-dpdk"),
            AcpiTables = ["APIC", "FACP", "MCFG"],
            Units = [],
            InterruptRemapping = false,
            Groups = [new(0) { Name = "vfio-noiommu", Type = "unknown" }],
            Modules =
            [
                new("vfio") { Parameters = new Dictionary<string, string> { ["enable_unsafe_noiommu_mode"] = "Y" } },
                .. FakeModule.Vfio().Where(module => module.Name != "vfio"),
            ],
            Functions = [.. Parts.Ungrouped(desktop.Functions).Select(BindNetwork)],
        };
    }

    private static FakeFunction BindNetwork(FakeFunction function) => function with
    {
        Driver = function.Address == Network ? "vfio-pci" : function.Driver,
        DriverOverride = function.Address == Network ? "vfio-pci" : null,
        Group = function.Address == Network ? 0 : null,
        Behind = [.. function.Behind.Select(BindNetwork)],
    };
}
