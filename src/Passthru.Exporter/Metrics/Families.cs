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
        ("VMs", VmFamilies.All),
        ("Boot configuration", BootFamilies.All),
        ("Kernel events", KernelEventFamilies.All),
        ("Topology baseline", BaselineFamilies.All),
        ("Exporter", ExporterFamilies.All),
        ("Process", ProcessFamilies.All),
    ];

    public static readonly Family[] All = [.. Sections.SelectMany(section => section.Families)];

    /// <summary>How a read went, the program itself, and what counts on by itself: what is another with every page.</summary>
    public static readonly Family[] OfExporter = [GuestFamilies.Delivered, .. ExporterFamilies.All, .. ProcessFamilies.All];

    /// <summary>What follows from the facts, and stays as long as they do.</summary>
    public static readonly Family[] ForHost = [.. All.Except(OfExporter)];
}
