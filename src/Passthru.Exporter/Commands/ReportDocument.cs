using System.Text.Json.Serialization;
using Passthru.Exporter.Metrics;
using Passthru.Facts.Values;
using Passthru.Findings.Groups;
using Passthru.Findings.Reports;

namespace Passthru.Exporter.Commands;

/// <summary>The findings with what no label can hold: the chain from what the host would lose down to the function that carries it.</summary>
internal sealed record ReportDocument
{
    public const string FileName = "passthru-report.json";

    public required CriticalEntry[] Critical { get; init; }

    public required GroupEntry[] Groups { get; init; }

    /// <summary>The same findings give the same bytes. Names of mount points and volumes stay as they are; nothing puts this into a page.</summary>
    public static byte[] Json(Report report) => IndentedJson.Serialize(From(report), ReportJson.Default.ReportDocument);

    private static ReportDocument From(Report report) => new()
    {
        Critical =
        [
            .. from device in report.Devices ?? []
               from use in device.Critical
               select new CriticalEntry(use.Function.ToString(), HostCriticalFamilies.Label(use.Reason), [.. use.Chain]),
        ],
        Groups = [.. (report.Groups ?? []).Where(group => group.IsCandidate).Select(GroupEntry.From)],
    };

    /// <summary>One reason why a device is critical.</summary>
    internal sealed record CriticalEntry(string Device, string Reason, string[] Chain);

    /// <summary>One group that holds something one would hand out; what is not known is left out.</summary>
    internal sealed record GroupEntry(
        string Group, string State, bool? Viable, BlockerEntry[] Blockers, int? CriticalDevices, bool? SharedCritical, int? DirectRegions)
    {
        public static GroupEntry From(GroupVerdict group) => new(
            group.Group.Name,
            GroupStates.Label(group.Assignability.State),
            group.Assignability.Viability.IsViable,
            [.. group.Assignability.Viability.Blockers.Select(it => new BlockerEntry(it.Function.ToString(), it.Driver))],
            group.Assignability.CriticalDevices,
            group.Assignability.SharedCritical,
            group.DirectRegions);
    }

    /// <summary>A sibling whose driver keeps VFIO from the group.</summary>
    internal sealed record BlockerEntry(string Device, string Driver);
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(ReportDocument))]
internal sealed partial class ReportJson : JsonSerializerContext;
