using System.Globalization;
using System.Text;

namespace Passthru.Tests.Hosts;

/// <summary>Which chip delivers which interrupt: sys/kernel/irq/N/chip_name and the table of proc/interrupts.</summary>
internal static class InterruptFiles
{
    private const int FirstMessage = 24;

    public static void WriteTo(HostTree tree, FakeHost host, IReadOnlyList<PlacedFunction> all)
    {
        var lines = Fixed(host).Concat(Messages(host, all)).ToList();
        foreach (var line in lines.Where(_ => host.HasIrqDirectory))
        {
            tree.Line($"sys/kernel/irq/{line.Number}/chip_name", line.Chip).Line($"sys/kernel/irq/{line.Number}/actions", line.Action)
                .Line($"sys/kernel/irq/{line.Number}/per_cpu_count", $"0,{line.Number}");
        }
        tree.Text("proc/interrupts", Table(lines));
        foreach (var placed in all)
        {
            var line = lines.FirstOrDefault(one => one.Function == placed.Function && placed.Function.MsiX == 0);
            tree.Line($"{placed.Path}/irq", $"{line?.Number ?? 0}");
            if (lines.Find(one => one.Function == placed.Function) is { } vector)
            {
                tree.Line($"{placed.Path}/msi_irqs/{vector.Number}", placed.Function.MsiX > 0 ? "msix" : "msi");
            }
        }
    }

    private static IEnumerable<Interrupt> Fixed(FakeHost host)
    {
        if (host.Platform == Platform.Arm)
        {
            return [new(1, "GICv3", "arch_timer"), new(2, "GICv3", "arm-smmu-v3-evtq")];
        }
        var pin = Prefix(host) + "IO-APIC";
        // The IOMMU's own interrupt is never remapped.
        return host.Platform == Platform.Amd
            ? [new(0, pin, "timer"), new(9, pin, "acpi")]
            : [new(0, pin, "timer"), new(9, pin, "acpi"), new(16, "DMAR-MSI", "dmar0")];
    }

    private static IEnumerable<Interrupt> Messages(FakeHost host, IReadOnlyList<PlacedFunction> all) => all
        .Select(placed => placed.Function)
        .Where(function => function.Driver is not null && (!function.OnVfio || function.InUse) && (function.Msi || function.MsiX > 0))
        .Select((function, index) => new Interrupt(FirstMessage + index, Chip(host, function), Action(function)) { Function = function });

    /// <summary>Of a VM's function as VFIO names it once the guest's driver has set it up.</summary>
    private static string Action(FakeFunction function) =>
        function.OnVfio ? $"vfio-msi{(function.MsiX > 0 ? "x" : "")}[0]({function.Address})" : function.Driver!;

    private static string Chip(FakeHost host, FakeFunction function)
    {
        var chip = Prefix(host) + (host.Platform == Platform.Arm ? "ITS-PCI-MSI" : "PCI-MSI");
        return host.Kernel.HasInterruptDomainPerDevice
            ? $"{chip}{(function.MsiX > 0 ? "X" : "")}-{function.Address}"
            : chip;
    }

    private static string Prefix(FakeHost host) => host.InterruptRemapping ? "IR-" : "";

    private static string Table(List<Interrupt> lines)
    {
        var text = new StringBuilder("            CPU0       CPU1       \n");
        foreach (var line in lines)
        {
            var (number, chip, action) = line;
            text.Append(CultureInfo.InvariantCulture, $"{number,4}: {0,10} {number,10}  {chip}    0-edge      {action}\n");
        }
        return text.Append(" NMI:          0          0   Non-maskable interrupts\n").ToString();
    }

    private sealed record Interrupt(int Number, string Chip, string Action)
    {
        public FakeFunction? Function { get; init; }
    }
}
