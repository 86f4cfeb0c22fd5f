using System.Globalization;
using System.Text;
using Passthru.Exporter.Text;
using Passthru.Facts.Baseline;
using Passthru.Findings.Drift;

namespace Passthru.Exporter.Commands;

/// <summary>A comparison for a person.</summary>
internal static class DriftText
{
    public static string Render(DriftReport drift, HardwareBaseline baseline)
    {
        var since = string.Create(CultureInfo.InvariantCulture, $"since the topology was accepted on {drift.AcceptedAt.UtcDateTime:yyyy-MM-dd HH:mm} UTC");
        var text = new StringBuilder();
        if (drift.Changes.IsEmpty)
        {
            text.Append(CultureInfo.InvariantCulture, $"Nothing has changed {since}: {baseline.Functions.Length} PCI functions in {baseline.Groups.Length} IOMMU groups.\n");
        }
        else
        {
            text.Append(CultureInfo.InvariantCulture, $"{drift.Changes.Length} {(drift.Changes.Length == 1 ? "change" : "changes")} {since}:\n");
        }

        foreach (var kind in drift.Changes.GroupBy(change => change.Kind))
        {
            text.Append(CultureInfo.InvariantCulture, $"\n{Title(kind.Key)}\n");
            foreach (var change in kind)
            {
                text.Append(CultureInfo.InvariantCulture, $"  {change.Sentence}\n");
            }
        }

        foreach (var kind in Enum.GetValues<DriftKind>().Except(drift.Compared))
        {
            text.Append(CultureInfo.InvariantCulture, $"\nNot compared, for want of facts: {Title(kind).ToLowerInvariant()}.");
        }

        text.Append(drift.Compared.Length < Enum.GetValues<DriftKind>().Length ? "\n" : "");
        text.Append(drift.Changes.IsEmpty ? "" : $"\nIf this is as it should be: {Build.ProgramName} baseline accept\n");
        return text.ToString();
    }

    private static string Title(DriftKind kind) => kind switch
    {
        DriftKind.GroupChanged => "Groups",
        DriftKind.DeviceMissing => "Missing devices",
        DriftKind.DeviceReplaced => "Replaced devices",
        DriftKind.DeviceAdded => "New devices",
        DriftKind.FirmwareChanged => "Firmware and board",
        DriftKind.KernelChanged => "Kernel",
        _ => throw new ArgumentOutOfRangeException(nameof(kind)),
    };
}
