using Passthru.Facts.Reading;
using Passthru.Facts.Reading.Trees;

namespace Passthru.Facts.Platform;

/// <summary>
/// The chips behind the interrupts. One whose name begins with <c>IR-</c> proves that remapping is on, Intel's and AMD's alike
/// (drivers/iommu/intel/irq_remapping.c, drivers/iommu/amd/iommu.c); the IOMMU's own interrupt never has the prefix.
/// </summary>
internal static class InterruptChips
{
    private const string Interrupts = "sys/kernel/irq";

    /// <summary>Null when no chip could be seen.</summary>
    public static bool? AreRemapped(HostReader files) => InSysfs(files) ?? InProcfs(files);

    private static bool? InSysfs(HostReader files)
    {
        bool? remapped = null;
        foreach (var number in files.Names(Interrupts) ?? [])
        {
            if (files.Text($"{Interrupts}/{number}/chip_name") is { Length: > 0 } chip)
            {
                remapped = IsRemapped(chip);
                if (remapped.Value)
                {
                    break;
                }
            }
        }

        return remapped;
    }

    /// <summary>Lines <c> 24:  0  0  IR-PCI-MSIX-0000:01:00.0  0-edge  nvme0q0</c>, after a head <c>CPU0 CPU1</c>.</summary>
    private static bool? InProcfs(HostReader files)
    {
        bool? remapped = null;
        files.Scan("proc/interrupts", line =>
        {
            var number = line.TrimStart((byte)' ');
            if (number.IsEmpty || number[0] is < (byte)'0' or > (byte)'9')
            {
                return LineVerdict.Skip;
            }

            remapped = line.IndexOf(" IR-"u8) >= 0;
            return remapped.Value ? LineVerdict.KeepAndStop : LineVerdict.Keep;
        });
        return remapped;
    }

    private static bool IsRemapped(string chip) => chip.StartsWith("IR-", StringComparison.Ordinal);
}
