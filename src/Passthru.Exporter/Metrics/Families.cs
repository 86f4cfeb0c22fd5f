namespace Passthru.Exporter.Metrics;

/// <summary>Every family there is, in the order of the page. METRICS.md is made from this table.</summary>
internal static class Families
{
    public static readonly (string Section, Family[] Families)[] Sections =
    [
        ("Platform", PlatformFamilies.All),
        ("ACS override", AcsOverrideFamilies.All),
        ("Groups", GroupFamilies.All),
        ("Devices", DeviceFamilies.All),
        ("VMs", GuestFamilies.All),
        ("Boot configuration", BootFamilies.All),
        ("Kernel events", KernelEventFamilies.All),
        ("Topology baseline", BaselineFamilies.All),
        ("Exporter", ExporterFamilies.All),
        ("Process", ProcessFamilies.All),
    ];

    public static readonly Family[] All = [.. Sections.SelectMany(section => section.Families)];
}
