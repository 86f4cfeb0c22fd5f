using Passthru.Exporter.Text;

namespace Passthru.Exporter.Metrics;

internal static class ExporterFamilies
{
    public static readonly Family[] All =
    [
        Family.Gauge("passthru_collector_success", "Whether everything that exists for the collector could be read and understood.", ["collector"],
            view => view.Facts.Collectors.Select(run => new Sample(run.Succeeded ? 1 : 0, Collectors.NameOf(run.Collector)))),
        Family.Gauge("passthru_collector_duration_seconds", "How long the collector read.", ["collector"],
            view => view.Facts.Collectors.Select(run => new Sample(run.Duration.TotalSeconds, Collectors.NameOf(run.Collector)))),
        Family.Gauge("passthru_config_last_reload_successful", "Whether the configuration file was taken when it was last read; if not, the one before holds.", [],
            view => Sample.From(view.ConfigReloaded)),
        Family.Gauge("passthru_build_info", "Version and source revision of the exporter.", ["version", "revision"],
            _ => [Sample.Info(Build.Version, Build.Revision)]),
    ];
}
