using Passthru.Findings.Drift;

namespace Passthru.Exporter.Metrics;

internal static class BaselineFamilies
{
    public static readonly Family[] All =
    [
        Family.Gauge("passthru_topology_baseline_timestamp_seconds", "When the topology was accepted (baseline accept), as Unix time.", [],
            view => Sample.From(view.Report.Drift?.AcceptedAt.ToUnixTimeSeconds())),
        Family.Gauge("passthru_topology_changes", "Differences from the accepted topology now, by sort of change.", ["change"],
            view => from kind in Enum.GetValues<DriftKind>()
                    let count = view.Report.Drift?.Count(kind)
                    where count is not null
                    select new Sample(count.Value, Label(kind))),
    ];

    public static string Label(DriftKind kind) => kind switch
    {
        DriftKind.GroupChanged => "group_changed",
        DriftKind.DeviceMissing => "device_missing",
        DriftKind.DeviceReplaced => "device_replaced",
        DriftKind.DeviceAdded => "device_added",
        DriftKind.FirmwareChanged => "firmware_changed",
        DriftKind.KernelChanged => "kernel_changed",
        _ => throw new ArgumentOutOfRangeException(nameof(kind)),
    };
}
