using System.Globalization;
using Passthru.Facts.Pci;
using Passthru.Findings.Starts;
using Passthru.Findings.Values;

namespace Passthru.Exporter.Topology;

/// <summary>What people call things, the same in every form of the topology.</summary>
internal static class TopologyWords
{
    private static readonly string[] Forms = [" Corporation", " Corp.", ", Inc.", " Inc.", " Inc", ", Ltd.", " Ltd.", " Ltd", " Co.,", " Co.", " Co", ","];

    /// <summary>What a function is, in a word or two.</summary>
    public static string What(PciFunction function) => function switch
    {
        { HeaderType: 1 or 2 } => Bridge(function),
        { IsVirtual: true } => "virtual function",
        _ => function.Kind switch
        {
            DeviceKind.Gpu => "graphics",
            DeviceKind.Accelerator => "accelerator",
            DeviceKind.Nvme => "NVMe disk",
            DeviceKind.Storage => "storage",
            DeviceKind.Network => "network",
            DeviceKind.Usb => "USB",
            DeviceKind.Audio => "sound",
            _ => Other(function.Class),
        },
    };

    /// <summary>Vendor and device by name, or their numbers.</summary>
    public static string? Name(PciFunction function)
    {
        var vendor = function.VendorName is { } name ? Vendor(name) : null;
        return (function.DeviceName ?? function.Id?.ToString()) is { } device ? $"{vendor} {device}".TrimStart() : vendor;
    }

    /// <summary>As people say it: <c>Intel</c> for Intel Corporation, <c>AMD</c> for Advanced Micro Devices, Inc. [AMD].</summary>
    public static string Vendor(string name)
    {
        if (name.EndsWith(']') && name.LastIndexOf('[') is var bracket and >= 0 && bracket < name.Length - 2)
        {
            return name[(bracket + 1)..^1];
        }

        var shorter = Forms.FirstOrDefault(form => name.EndsWith(form, StringComparison.Ordinal));
        return shorter is null || shorter.Length == name.Length ? name : Vendor(name[..^shorter.Length]);
    }

    /// <summary>When the last start of a VM was, and what became of it; null where no log tells of one.</summary>
    public static string? LastStart(StartVerdict starts) => starts.Last is { } last
        ? $"{last.At.UtcDateTime.ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture)} UTC: {(last.Succeeded, starts.Failure) switch
        {
            (true, _) => "went through",
            (_, { } failure) => $"failed ({StartWords.Of(failure.Reason)})",
            _ => "what became of it is unknown",
        }}"
        : null;

    /// <summary>What a guest's driver has set up; null where that can't be told.</summary>
    public static string? GuestDriver(GuestInterruptMode? mode) => mode switch
    {
        GuestInterruptMode.None => "no driver in the guest",
        GuestInterruptMode.Intx => "guest on INTx",
        GuestInterruptMode.Msi => "guest driver on MSI",
        GuestInterruptMode.Msix => "guest driver on MSI-X",
        _ => null,
    };

    /// <summary>Where a group stands.</summary>
    /// <param name="state">As labels have it.</param>
    /// <param name="isWorthALook">Somebody would hand it out.</param>
    public static string State(string? state, bool isWorthALook) => state switch
    {
        "in_use" => "in use",
        "available" => "free",
        null => isWorthALook ? "unknown" : "idle",
        _ => state,
    };

    public static string Running(TopologyVm vm) => vm switch
    {
        { IsTemplate: true } => "template",
        { IsRunning: true } => "running",
        { IsRunning: false } => "stopped",
        _ => "running or not is unknown",
    };

    /// <summary>One sentence on a joined group: <c>Groups 8-17 would be one.</c></summary>
    public static string Joined(TopologyJoin join) => $"Groups {Ranges(join.Groups)} {(join.IsCertain ? "would" : "could")} be one.";

    /// <summary>Who is in a joined group.</summary>
    public static string Stakes(TopologyJoin join) =>
        string.Join("; ", join.Vms.Select(vm => $"VM {vm}").Concat(join.Critical.Select(function => $"{function}, on which the host lives")));

    /// <summary><c>5-8, 11, 68</c>; names that are no numbers as they are.</summary>
    public static string Ranges(IEnumerable<string> groups)
    {
        var parts = new List<string>();
        (long First, long Last)? run = null;
        foreach (var name in groups.Distinct().Order(NaturalOrder.Comparer))
        {
            if (!long.TryParse(name, System.Globalization.NumberStyles.None, System.Globalization.CultureInfo.InvariantCulture, out var number))
            {
                Close();
                parts.Add(name);
            }
            else if (run is { } open && number == open.Last + 1)
            {
                run = (open.First, number);
            }
            else
            {
                Close();
                run = (number, number);
            }
        }

        Close();
        return string.Join(", ", parts);

        void Close()
        {
            parts.AddRange(run is not { } it ? [] : it.First == it.Last ? [$"{it.First}"] : [$"{it.First}-{it.Last}"]);
            run = null;
        }
    }

    /// <summary><c>64 virtual functions: 8 on vfio-pci, 56 without driver</c></summary>
    public static string Summary(IReadOnlyCollection<TopologyNode> virtualFunctions) =>
        $"{Count(virtualFunctions.Count, "virtual function")}: {string.Join(", ", Drivers(virtualFunctions))}";

    public static string Count(int count, string thing) => count == 1 ? $"1 {thing}" : $"{count} {thing}s";

    private static IEnumerable<string> Drivers(IEnumerable<TopologyNode> nodes) =>
        nodes.GroupBy(node => node.Driver)
            .OrderByDescending(same => same.Key is not null)
            .ThenBy(same => same.Key, StringComparer.Ordinal)
            .Select(same => same.Key is { } driver ? $"{same.Count()} on {driver}" : $"{same.Count()} without driver");

    /// <summary>By the type of port (PCIe 6.0, 7.5.3.2), where config space told it.</summary>
    private static string Bridge(PciFunction function) => function switch
    {
        { HeaderType: 2 } => "CardBus bridge",
        { Config.Express.PortType: 4 } => "root port",
        { Config.Express.PortType: 5 } => "switch, upstream port",
        { Config.Express.PortType: 6 } => "switch, downstream port",
        { Config.Express.PortType: 7 } => "bridge to PCI",
        _ => "bridge",
    };

    /// <summary>Classes that are on every host (PCI Code and ID Assignment Specification, section 1).</summary>
    private static string Other(PciClass? code) => code?.BaseAndSub switch
    {
        0x0500 => "memory",
        0x0600 => "host bridge",
        0x0601 => "ISA bridge",
        0x0780 => "communication",
        0x0806 => "IOMMU",
        0x0880 => "system device",
        0x0c05 => "SMBus",
        0x0c80 => "serial bus",
        0x1101 => "counters",
        0x1180 => "sensors",
        0x1300 => "instrumentation",
        _ => "other",
    };
}
