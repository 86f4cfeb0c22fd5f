using Passthru.Facts;
using Passthru.Findings.Devices;
using Passthru.Findings.Groups;
using Passthru.Findings.Reports;

namespace Passthru.Exporter.Metrics;

/// <summary>
/// One metric family: its contract, and how its samples follow from what was observed. A fact that is not known gives no
/// sample, and a family without samples is not written.
/// </summary>
/// <param name="Name">As Prometheus shall know it.</param>
/// <param name="Type">Gauge or counter.</param>
/// <param name="Help">One line; no backslash, for the client library does not escape it.</param>
/// <param name="Labels">In the order in which samples give their values.</param>
/// <param name="Samples">The samples of one page.</param>
internal sealed record Family(string Name, FamilyType Type, string Help, string[] Labels, Func<View, IEnumerable<Sample>> Samples)
{
    /// <summary>What its samples are about; says so in the reference, the samples themselves see to it.</summary>
    public Coverage Covers { get; init; } = Coverage.Everything;

    public static Family Gauge(string name, string help, string[] labels, Func<View, IEnumerable<Sample>> samples) =>
        new(name, FamilyType.Gauge, help, labels, samples);

    public static Family Counter(string name, string help, string[] labels, Func<View, IEnumerable<Sample>> samples) =>
        new(name, FamilyType.Counter, help, labels, samples);
}

internal enum FamilyType
{
    Gauge,
    Counter,
}

internal enum Coverage
{
    Everything,

    /// <summary>Endpoints that one would hand to a virtual machine, and the groups that hold one.</summary>
    Candidates,
}

/// <summary>One value under its label values.</summary>
internal readonly record struct Sample(double Value, params string[] Labels)
{
    public static IEnumerable<Sample> From(double? value, params string[] labels) => value is { } known ? [new Sample(known, labels)] : [];

    public static IEnumerable<Sample> From(bool? value, params string[] labels) => value is { } known ? [new Sample(known ? 1 : 0, labels)] : [];

    public static Sample Info(params string[] labels) => new(1, labels);
}

/// <summary>What a page is made from.</summary>
/// <param name="Facts">What is.</param>
/// <param name="Report">What it means.</param>
/// <param name="All">Per-device families for every endpoint, not just those one would hand out.</param>
/// <param name="Process">The exporter itself; null where nobody wants to know.</param>
internal sealed record View(HostFacts Facts, Report Report, bool All, ProcessStatus? Process)
{
    /// <summary>The configuration file was taken when it was last read.</summary>
    public bool ConfigReloaded { get; init; } = true;

    /// <summary>Endpoints that the per-device families cover.</summary>
    public IEnumerable<DeviceVerdict> Covered => (Report.Devices ?? []).Where(device => All || device.IsCandidate);

    /// <summary>Groups that the per-group families cover.</summary>
    public IEnumerable<GroupVerdict> CoveredGroups => (Report.Groups ?? []).Where(group => All || group.IsCandidate);
}
