namespace Passthru.Tests.Hosts;

/// <summary>IOMMU units and groups (drivers/iommu/iommu-sysfs.c and iommu.c). Both directories exist without any IOMMU, empty.</summary>
internal static class IommuFiles
{
    public static void WriteTo(HostTree tree, FakeHost host, IReadOnlyList<PlacedFunction> all)
    {
        tree.Directory("sys/class/iommu").Directory("sys/kernel/iommu_groups");
        foreach (var unit in host.Units)
        {
            WriteUnit(tree, unit);
        }
        foreach (var placed in all.Where(placed => placed.Function.Group is not null))
        {
            WriteMember(tree, host, placed);
        }
        foreach (var group in host.AllGroups)
        {
            WriteGroup(tree, host, group);
        }
    }

    private static void WriteUnit(HostTree tree, IommuUnit unit)
    {
        tree.Directory($"{unit.Directory}/devices").Link($"sys/class/iommu/{unit.Name}", unit.Directory);
        foreach (var (name, line) in unit.Attributes)
        {
            tree.Line($"{unit.Directory}/{name}", line);
        }
    }

    private static void WriteMember(HostTree tree, FakeHost host, PlacedFunction placed)
    {
        var group = $"sys/kernel/iommu_groups/{placed.Function.Group}";
        tree.Link($"{placed.Path}/iommu_group", group).Link($"{group}/devices/{placed.Function.Address}", placed.Path);
        if (UnitOf(host, placed) is { } unit)
        {
            tree.Link($"{placed.Path}/iommu", unit.Directory).Link($"{unit.Directory}/devices/{placed.Function.Address}", placed.Path);
        }
    }

    private static IommuUnit? UnitOf(FakeHost host, PlacedFunction placed) =>
        host.Units.FirstOrDefault(unit => unit.RootBuses?.Contains(placed.RootBus) == true)
        ?? host.Units.FirstOrDefault(unit => unit.RootBuses is null);

    private static void WriteGroup(HostTree tree, FakeHost host, FakeGroup group)
    {
        var path = $"sys/kernel/iommu_groups/{group.Number}";
        tree.Directory($"{path}/devices")
            .Line($"{path}/type", group.Type ?? host.DefaultDomain)
            .Text($"{path}/reserved_regions", string.Concat(group.Reserved.Concat(OfPlatform(host)).Select(line => line + "\n")));
        if (group.Name is not null)
        {
            tree.Line($"{path}/name", group.Name);
        }
        foreach (var device in group.PlatformDevices)
        {
            WritePlatformMember(tree, path, device);
        }
    }

    /// <summary>A device of the platform bus, as AMD's ACPI HID devices are.</summary>
    private static void WritePlatformMember(HostTree tree, string group, string device) =>
        tree.Line($"sys/devices/platform/{device}/modalias", $"acpi:{device.Split(':')[0]}:")
            .Link($"sys/devices/platform/{device}/iommu_group", group)
            .Link($"{group}/devices/{device}", $"sys/devices/platform/{device}");

    /// <summary>The ranges that each driver's get_resv_regions adds to every group.</summary>
    private static string[] OfPlatform(FakeHost host) => host switch
    {
        { Units.Count: 0 } => [],
        { Platform: Platform.Arm } => ["0x0000000008000000 0x00000000080fffff msi"],
        { Platform: Platform.Amd } =>
            ["0x00000000fee00000 0x00000000feefffff msi", "0x000000fd00000000 0x000000ffffffffff reserved"],
        _ => ["0x00000000fee00000 0x00000000feefffff msi"],
    };
}
