using Passthru.Exporter.Text;
using Passthru.Facts.Pci;
using Passthru.Findings.Values;

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
        Family.Gauge("passthru_finding_accepted", "Whether a finding that the configuration accepts is still accepted: 0 after its date. Device and VM are empty where it is accepted for the whole host.",
            ["alert", "device", "group", "vm"], AcceptedSamples),
        Family.Gauge("passthru_build_info", "Version and source revision of the exporter.", ["version", "revision"],
            _ => [Sample.Info(Build.Version, Build.Revision)]),
    ];

    /// <summary>One for each device, with its group, and one for each VM: rules join on one of them.</summary>
    private static IEnumerable<Sample> AcceptedSamples(View view) =>
        from scope in view.Report.Accepted
        let holds = scope.Acceptance.HoldsAt(view.Facts.TakenAt) ? 1.0 : 0.0
        from labels in Labels(scope, view)
        group holds by (scope.Acceptance.Alert, labels.Device, labels.Group, labels.Vm) into same
        select new Sample(same.Max(), same.Key.Alert, same.Key.Device, same.Key.Group, same.Key.Vm);

    private static IEnumerable<(string Device, string Group, string Vm)> Labels(AcceptedScope scope, View view) =>
        scope.Acceptance.IsOfHost ? [("", "", "")] :
        [
            .. scope.Functions.Select(function => (function.ToString(), GroupOf(function, view), "")),
            .. scope.Vms.Select(vm => ("", "", vm)),
        ];

    private static string GroupOf(PciAddress function, View view) =>
        (view.Report.Groups ?? []).FirstOrDefault(group => group.Group.Functions?.Contains(function) == true)?.Group.Name ?? "";
}
