using Passthru.Facts.KernelLog;

namespace Passthru.Exporter.Metrics;

internal static class KernelEventFamilies
{
    public static readonly Family[] All =
    [
        Family.Counter("passthru_kernel_events_total", "Kernel log records since boot that tell of trouble with passthrough, so far as the log still held them (/dev/kmsg). A lower bound: the kernel limits the rate of many.", ["event", "device"],
            view => Events(view).Select(count => new Sample(count.Count, count.Kind.Word(), Device(count)))),
        Family.Gauge("passthru_kernel_event_last_timestamp_seconds", "When the last such record was logged, in Unix time.", ["event", "device"],
            view => view.Facts.Boot?.BootedAt is { } booted
                ? Events(view).Select(count => new Sample(Math.Round((booted + count.LastAt).ToUnixTimeMilliseconds() / 1000.0), count.Kind.Word(), Device(count)))
                : []),
        Family.Counter("passthru_kernel_events_suppressed_total", "Records of such events that the kernel says it did not log, or lost: at least so many.", ["event"],
            view => (view.Facts.KernelLog?.Suppressed ?? []).Select(held => new Sample(held.Count, held.Kind.Word()))),
        Family.Counter("passthru_kernel_log_records_lost_total", "Records of the kernel's log since boot that were gone before they could be read.", [],
            view => Sample.From(view.Facts.KernelLog?.Lost)),
    ];

    /// <summary>One of each event and function: of controllers that nothing places there may be several.</summary>
    private static IEnumerable<KernelEventCount> Events(View view) =>
        (view.Facts.KernelLog?.Events ?? []).GroupBy(count => (count.Kind, count.Device)).Select(same => same.Aggregate((one, other) => one with
        {
            Count = one.Count + other.Count,
            LastAt = one.LastAt > other.LastAt ? one.LastAt : other.LastAt,
        }));

    private static string Device(KernelEventCount count) => count.Device?.ToString() ?? "";
}
