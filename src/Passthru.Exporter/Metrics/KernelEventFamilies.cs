using Passthru.Facts.KernelLog;

namespace Passthru.Exporter.Metrics;

internal static class KernelEventFamilies
{
    public static readonly Family[] All =
    [
        Family.Counter("passthru_kernel_events_total", "Records of the kernel's log since boot that tell of trouble with passthrough, so far as the log still held them (/dev/kmsg).", ["event", "device"],
            view => (view.Facts.KernelLog?.Events ?? []).Select(count =>
                new Sample(count.Count, count.Kind.Word(), count.Device?.ToString() ?? ""))),
        Family.Counter("passthru_kernel_log_records_lost_total", "Records of the kernel's log since boot that were gone before they could be read.", [],
            view => Sample.Of(view.Facts.KernelLog?.Lost)),
    ];
}
