using System.Text.Json.Serialization;
using Passthru.Exporter.Text;
using Passthru.Facts.Values;
using Passthru.Findings.Values;

namespace Passthru.Exporter.Checking;

/// <summary>A check for a program. Fields may be added; none goes or changes its meaning without a new <see cref="Version"/>.</summary>
internal sealed record CheckJson
{
    public required int Version { get; init; }

    public required string? About { get; init; }

    /// <summary>clean, warning, critical.</summary>
    public required string Verdict { get; init; }

    public required StageEntry[] Stages { get; init; }

    public required FindingEntry[] Findings { get; init; }

    /// <summary>Groups that would be one were there no ACS override; null where there is none, or that can't be told.</summary>
    public required JoinEntry[]? WithoutOverride { get; init; }

    /// <summary>VMs that start with the host, in their order; empty where one VM or device is asked about.</summary>
    public required AfterBootEntry[] AfterBoot { get; init; }

    public required NotSeenEntry[] NotSeen { get; init; }

    /// <summary>What is not known of the devices that the VM takes, a line each.</summary>
    public required string[] Unknown { get; init; }

    public required string? FailureDomain { get; init; }

    public static string Render(HostCheck check) => IndentedJson.Text(From(check), CheckJsonContext.Default.CheckJson);

    private static CheckJson From(HostCheck check) => new()
    {
        Version = 1,
        About = check.About,
        Verdict = check.ExitCode switch { 2 => "critical", 1 => "warning", _ => "clean" },
        Stages = [.. StageLine.For(check).Select(stage => new StageEntry(StageLine.NameOf(stage.Stage), stage.State, stage.Summary))],
        Findings = [.. check.Findings.Select(finding => FindingEntry.From(finding, Acceptances.Describe(check, finding)))],
        WithoutOverride = check.WithoutOverride is { } joins ? [.. joins.Select(join => new JoinEntry([.. join.Groups], [.. join.Functions]))] : null,
        AfterBoot = [.. check.AfterBoot.Select(vm => new AfterBootEntry(vm.Vm.Vm.Id, [.. vm.Obstacles]))],
        NotSeen =
        [
            .. from run in check.Facts.Collectors
               from issue in run.Issues
               select new NotSeenEntry(Collectors.NameOf(run.Collector), issue.Path, issue.Detail),
        ],
        Unknown = [.. check.Unknown],
        FailureDomain = check.FailureDomain,
    };

    internal sealed record StageEntry(string Stage, string State, string Summary);

    internal sealed record JoinEntry(string[] Groups, string[] Functions);

    internal sealed record AfterBootEntry(string Vm, string[] Obstacles);

    internal sealed record NotSeenEntry(string Collector, string Path, string Detail);

    internal sealed record FindingEntry(
        string Id, string Severity, string Bucket, string Stage, string Subject, string Cause, string[] Evidence, string Fix, string Alert, string[] Devices, string[] Vms, [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Accepted)
    {
        public static FindingEntry From(Finding finding, string? accepted) => new(
            finding.Rule.Id,
            StageLine.NameOf(finding.Severity),
            finding.Rule.Bucket.ToString().ToLowerInvariant(),
            StageLine.NameOf(finding.Rule.Stage),
            finding.Subject,
            finding.Cause,
            [.. finding.Evidence],
            finding.Fix,
            finding.Rule.Alert,
            [.. finding.Functions.Select(function => function.ToString())],
            [.. finding.Vms],
            accepted);
    }
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(CheckJson))]
internal sealed partial class CheckJsonContext : JsonSerializerContext;
