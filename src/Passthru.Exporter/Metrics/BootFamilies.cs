using Passthru.Facts.Boot.Loaders;
using Passthru.Findings.Boot;

namespace Passthru.Exporter.Metrics;

internal static class BootFamilies
{
    public static readonly Family[] All =
    [
        Family.Gauge("passthru_host_boot_time_seconds", "When the running kernel started, in Unix time (btime of /proc/stat).", [],
            view => Sample.From((double?)view.Facts.Boot?.BootedAt?.ToUnixTimeSeconds())),
        Family.Gauge("passthru_initramfs_stale", "Whether a host driver takes a device that is expected on VFIO first when this kernel boots: the running one and the next one.", ["kernel"],
            view => (view.Report.Boot?.Races ?? []).Where(race => race.IsLost is not null).Select(race => new Sample(race.IsLost == true ? 1 : 0, race.Kernel))),
        Family.Gauge("passthru_initramfs_info", "The initramfs that was looked into for that; unread: not in full, and nothing is said of it.", ["kernel", "image", "evidence"],
            view => (view.Report.Boot?.Races ?? []).Where(race => race.Image is not null).Select(race => Sample.Info(race.Kernel, race.Image!.Path, Label(race.Evidence)))),
        Family.Gauge("passthru_boot_info", "What boots next, where that can be decided; kernel is empty where the entry does not tell its release.", ["loader", "entry", "kernel"],
            view => view.Facts.Boot?.Next is { Entry: { } entry } next ? [Sample.Info(Label(next.Loader), entry, next.Kernel ?? "")] : []),
        Family.Gauge("passthru_blacklisted_module_loaded", "Whether a module that is blacklisted and drives a device expected on VFIO is in the kernel all the same.", ["module"],
            view => (view.Report.Boot?.Blacklisted ?? []).Select(module => new Sample(module.IsLoaded ? 1 : 0, module.Module))),
        Family.Gauge("passthru_boot_config_pending", "Whether the next boot is configured otherwise than the running one, in what bears on passthrough.", [],
            view => Sample.From(view.Report.Boot?.IsPending)),
    ];

    private static string Label(InitramfsEvidence evidence) => evidence == InitramfsEvidence.Unread ? "unread" : "content";

    private static string Label(BootLoader loader) => loader switch
    {
        BootLoader.Grub => "grub",
        BootLoader.SystemdBoot => "systemd-boot",
        BootLoader.SystemdStub => "systemd-stub",
        BootLoader.Limine => "limine",
        BootLoader.Refind => "refind",
        BootLoader.Syslinux => "syslinux",
        _ => "nixos",
    };
}
