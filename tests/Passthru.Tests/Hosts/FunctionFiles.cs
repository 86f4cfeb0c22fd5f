using System.Text;

namespace Passthru.Tests.Hosts;

/// <summary>The directory of one function (drivers/pci/pci-sysfs.c) and the links that lead to it.</summary>
internal static class FunctionFiles
{
    public static void WriteTo(HostTree tree, PlacedFunction placed, KernelRelease release)
    {
        WriteIdentity(tree, placed);
        WriteState(tree, placed);
        WriteDriver(tree, placed);
        FunctionPower.WriteTo(tree, placed, release);
        if (release.HasResetMethod)
        {
            FunctionReset.WriteTo(tree, placed);
        }
        WriteBridge(tree, placed);
        LinkFiles.WriteTo(tree, placed, release);
        AerFiles.WriteTo(tree, placed);
        tree.Bytes($"{placed.Path}/config", FunctionConfig.Of(placed));
        tree.Link($"sys/bus/pci/devices/{placed.Function.Address}", placed.Path);
        foreach (var (name, text) in placed.Function.Files)
        {
            tree.Bytes($"{placed.Path}/{name}", Encoding.Latin1.GetBytes(text));
        }
    }

    private static void WriteIdentity(HostTree tree, PlacedFunction placed)
    {
        var function = placed.Function;
        var ids = PciIdPair.Parse(function.Ids);
        var subsystem = function.IsBridge || function.Subsystem is null ? default : PciIdPair.Parse(function.Subsystem);
        tree.Line($"{placed.Path}/vendor", $"0x{ids.Vendor:x4}")
            .Line($"{placed.Path}/device", $"0x{ids.Device:x4}")
            .Line($"{placed.Path}/subsystem_vendor", $"0x{subsystem.Vendor:x4}")
            .Line($"{placed.Path}/subsystem_device", $"0x{subsystem.Device:x4}")
            .Line($"{placed.Path}/class", $"0x{function.Class:x6}")
            .Line($"{placed.Path}/revision", $"0x{function.Revision:x2}")
            .Line($"{placed.Path}/modalias", ModuleAlias(ids, subsystem, function.Class))
            .Link($"{placed.Path}/subsystem", "sys/bus/pci");
    }

    private static string ModuleAlias(PciIdPair ids, PciIdPair subsystem, int code) =>
        $"pci:v{ids.Vendor:X8}d{ids.Device:X8}sv{subsystem.Vendor:X8}sd{subsystem.Device:X8}"
        + $"bc{code >> 16:X2}sc{(code >> 8) & 0xff:X2}i{code & 0xff:X2}";

    private static void WriteState(HostTree tree, PlacedFunction placed)
    {
        var function = placed.Function;
        var enabled = function.Driver is not null && (!function.OnVfio || function.InUse);
        tree.Line($"{placed.Path}/enable", enabled ? "1" : "0")
            .Line($"{placed.Path}/numa_node", $"{placed.NumaNode}")
            .Line($"{placed.Path}/local_cpulist", placed.NumaNode == 1 ? "8-15" : "0-7")
            .Line($"{placed.Path}/ari_enabled", placed.Parent is not null && function.Ari ? "1" : "0")
            .Line($"{placed.Path}/driver_override", function.DriverOverride ?? "(null)")
            .Text($"{placed.Path}/resource", Resources(placed));
        if (function.IsVga)
        {
            tree.Line($"{placed.Path}/boot_vga", function.BootVga ? "1" : "0");
        }
        WriteIfKnown(tree, $"{placed.Path}/label", function.Label);
        WriteIfKnown(tree, $"{placed.Path}/removable", function.Removable);
    }

    private static void WriteIfKnown(HostTree tree, string path, string? line)
    {
        if (line is not null)
        {
            tree.Line(path, line);
        }
    }

    /// <summary>Seven lines; for a bridge seventeen, of which the memory window is the sixteenth (include/linux/pci.h).</summary>
    private static string Resources(PlacedFunction placed)
    {
        const string Unused = "0x0000000000000000 0x0000000000000000 0x0000000000000000";
        const int MemoryWindow = 14;
        var lines = Enumerable.Repeat(Unused, placed.Function.IsBridge ? 17 : 7).ToArray();
        if (placed.Function.IsBridge)
        {
            lines[MemoryWindow] = Resource(
                FunctionConfig.MemoryBehind(placed.SecondaryBus), FunctionConfig.MemoryBehind(placed.SubordinateBus + 1) - 1, 0x200);
        }
        else if (placed.Function.PhysicalFunction is null)
        {
            lines[0] = Resource(FunctionConfig.Memory(placed.Bdf), FunctionConfig.Memory(placed.Bdf) + 0xfff, 0x40200);
        }
        return string.Join('\n', lines) + "\n";
    }

    private static string Resource(uint start, uint end, uint flags) => $"0x{start:x16} 0x{end:x16} 0x{flags:x16}";

    private static void WriteDriver(HostTree tree, PlacedFunction placed)
    {
        if (placed.Function.Driver is { } driver)
        {
            tree.Link($"{placed.Path}/driver", $"sys/bus/pci/drivers/{driver}");
            tree.Link($"sys/bus/pci/drivers/{driver}/{placed.Function.Address}", placed.Path);
        }
    }

    private static void WriteBridge(HostTree tree, PlacedFunction placed)
    {
        if (placed.Function.IsBridge)
        {
            tree.Line($"{placed.Path}/secondary_bus_number", LinkFiles.AuthMiddleware(placed, $"{placed.SecondaryBus}"))
                .Line($"{placed.Path}/subordinate_bus_number", LinkFiles.AuthMiddleware(placed, $"{placed.SubordinateBus}"));
        }
        if (placed.Function.Slot is { } slot)
        {
            tree.Line($"sys/bus/pci/slots/{slot}/address", $"{placed.Bdf.Domain:x4}:{placed.SecondaryBus:x2}:00");
        }
    }
}
