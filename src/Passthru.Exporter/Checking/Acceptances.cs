using System.Globalization;
using Passthru.Exporter.Observing;
using Passthru.Findings.Reports;
using Passthru.Findings.Values;

namespace Passthru.Exporter.Checking;

/// <summary>How an accepted finding is told: it still stands, and whoever reads it sees that somebody has decided.</summary>
internal static class Acceptances
{
    public static string? Describe(HostCheck check, Finding finding) => Describe(check.Report, check.Facts.TakenAt, finding);

    public static string? Describe(Observation seen, Finding finding) => Describe(seen.Report, seen.Facts.TakenAt, finding);

    private static string? Describe(Report report, DateTimeOffset now, Finding finding) => report.AcceptanceOf(finding) is not { } accepted ? null
        : string.Create(CultureInfo.InvariantCulture, $"accepted until {accepted.Until:yyyy-MM-dd}{(accepted.HoldsAt(now) ? "" : ", which has passed")}: {accepted.Reason} ({accepted.At.File}:{accepted.At.Line})");
}
