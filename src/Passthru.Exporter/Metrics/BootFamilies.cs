using Passthru.Findings;

namespace Passthru.Exporter.Metrics;

internal static class BootFamilies
{
    public static readonly Family[] All =
    [
        Family.Gauge("passthru_host_boot_time_seconds", "When the running kernel started, in Unix time (btime of /proc/stat).", [],
            view => Sample.Of((double?)view.Facts.Boot?.BootedAt?.ToUnixTimeSeconds())),
        Family.Gauge("passthru_initramfs_stale", "Whether the running kernel's initramfs lacks settings of modprobe.d about VFIO or blacklisted modules.", ["kernel"],
            view => view.Report.Boot?.InitramfsStale is { } stale ? [new Sample(stale ? 1 : 0, view.Facts.Boot!.Initramfs!.Kernel)] : []),
        Family.Gauge("passthru_initramfs_info", "The initramfs that was compared with modprobe.d: by its content, or by its age where it can't be read.", ["kernel", "image", "evidence"],
            view => view.Facts.Boot?.Initramfs is { } image ? [Sample.Info(image.Kernel, image.Path, Label(view.Report.Boot!.Evidence))] : []),
        Family.Gauge("passthru_blacklisted_module_loaded", "Whether a module that modprobe.d blacklists is in the kernel all the same.", ["module"],
            view => (view.Report.Boot?.Blacklisted ?? []).Select(module => new Sample(module.IsLoaded ? 1 : 0, module.Module))),
        Family.Gauge("passthru_boot_config_pending", "Whether settings of modprobe.d or of the boot loader that bear on passthrough were changed after this boot.", [],
            view => Sample.Of(view.Report.Boot?.IsPending)),
    ];

    private static string Label(InitramfsEvidence evidence) => evidence == InitramfsEvidence.Age ? "age" : "content";
}
