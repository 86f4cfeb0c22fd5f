namespace Passthru.Tests.Hosts;

/// <summary>What VFIO shows of the functions it has: vfio-dev/ (since 6.1), the class entry and the node of each group.</summary>
internal static class VfioFiles
{
    public static void WriteTo(HostTree tree, FakeHost host, IReadOnlyList<PlacedFunction> all)
    {
        var owned = all.Where(placed => placed.Function.OnVfio).ToList();
        if (owned.Count > 0 || host.Modules.Any(module => module.Name == "vfio"))
        {
            tree.Text("dev/vfio/vfio", "").Directory("sys/class/vfio");
        }
        foreach (var group in owned.Select(placed => placed.Function.Group).OfType<int>().Distinct())
        {
            WriteGroup(tree, host.IsNoIommuGroup(group) ? $"noiommu-{group}" : $"{group}");
        }
        if (host.Kernel.HasVfioDev)
        {
            owned.Index().ToList().ForEach(one => WriteDevice(tree, $"vfio{one.Index}", one.Item.Path));
        }
    }

    private static void WriteGroup(HostTree tree, string name) =>
        tree.Text($"dev/vfio/{name}", "")
            .Directory($"sys/devices/virtual/vfio/{name}")
            .Link($"sys/class/vfio/{name}", $"sys/devices/virtual/vfio/{name}");

    private static void WriteDevice(HostTree tree, string name, string path) =>
        tree.Directory($"{path}/vfio-dev/{name}").Link($"sys/class/vfio-dev/{name}", $"{path}/vfio-dev/{name}");
}
