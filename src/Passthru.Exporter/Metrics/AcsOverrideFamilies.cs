namespace Passthru.Exporter.Metrics;

internal static class AcsOverrideFamilies
{
    public static readonly Family[] All =
    [
        Family.Gauge("passthru_acs_override_requested", "Whether pcie_acs_override is on the kernel command line.", [],
            view => Sample.From(view.Report.AcsOverride.Requested)),
        Family.Gauge("passthru_acs_override_option_info", "Options of pcie_acs_override that the patch would take.", ["option"],
            view => view.Report.AcsOverride.Options.Select(option => Sample.Info(option))),
        Family.Gauge("passthru_acs_override_supported", "Whether this kernel carries the ACS override patch, by its symbols, its log or its groups.", [],
            view => Sample.From(view.Report.AcsOverride.Supported)),
        Family.Gauge("passthru_acs_override_active", "Whether the ACS override is requested and the kernel acts on it.", [],
            view => Sample.From(view.Report.AcsOverride.Active)),
    ];
}
