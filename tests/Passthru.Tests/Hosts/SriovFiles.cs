namespace Passthru.Tests.Hosts;

/// <summary>The files and links between a physical function and its virtual ones (drivers/pci/iov.c).</summary>
internal static class SriovFiles
{
    public static void WriteTo(HostTree tree, IReadOnlyList<PlacedFunction> all)
    {
        foreach (var physical in all.Where(placed => placed.Function.Sriov is not null))
        {
            WriteAttributes(tree, physical.Path, physical.Function.Sriov!);
            Link(tree, physical, all.Where(placed => placed.Function.PhysicalFunction == physical.Function.Address));
        }
    }

    private static void WriteAttributes(HostTree tree, string path, Sriov sriov) =>
        tree.Line($"{path}/sriov_totalvfs", $"{sriov.TotalVfs}")
            .Line($"{path}/sriov_numvfs", $"{sriov.Vfs}")
            .Line($"{path}/sriov_offset", $"{sriov.Offset}")
            .Line($"{path}/sriov_stride", $"{sriov.Stride}")
            .Line($"{path}/sriov_vf_device", $"{sriov.VfDevice:x}")
            .Line($"{path}/sriov_drivers_autoprobe", "1");

    private static void Link(HostTree tree, PlacedFunction physical, IEnumerable<PlacedFunction> virtuals)
    {
        foreach (var (index, one) in virtuals.Index())
        {
            tree.Link($"{physical.Path}/virtfn{index}", one.Path).Link($"{one.Path}/physfn", physical.Path);
        }
    }
}
