using System.Collections.Immutable;
using System.Globalization;
using Passthru.Findings.Drift;
using Passthru.Findings.Values;

namespace Passthru.Findings.Rules;

/// <summary>What is no longer as somebody found it right: one finding for each sort of change, so that a new chassis is no flood.</summary>
internal static class TopologyRules
{
    private static readonly FindingKind Changed = new(
        "topology-changed", Bucket.Isolation, Stage.Group, "PassthruTopologyChanged",
        "See what changed (passthru-exporter baseline diff) and put it right, or take it as it is (passthru-exporter baseline accept).");

    public static readonly Rule[] All = [new(Changed, input => (input.Report.Drift?.Changes ?? []).GroupBy(change => change.Kind).Select(changes => For(input.Report.Drift!, [.. changes])))];

    private static Finding For(DriftReport drift, ImmutableArray<DriftChange> changes) => new()
    {
        Rule = Changed,
        Severity = Severity.Warning,
        Subject = changes is [var only] ? only.Subject : "host",
        Cause = changes is [var one]
            ? one.Sentence
            : string.Create(CultureInfo.InvariantCulture, $"{changes.Length} {Describe(changes[0].Kind)} since the topology was accepted on {drift.AcceptedAt:yyyy-MM-dd}."),
        Evidence = changes is [_] ? [string.Create(CultureInfo.InvariantCulture, $"the topology accepted on {drift.AcceptedAt:yyyy-MM-dd}")] : [.. changes.Select(change => change.Sentence)],
        Functions = [.. changes.SelectMany(change => change.Functions).Distinct().Order()],
    };

    private static string Describe(DriftKind kind) => kind switch
    {
        DriftKind.GroupChanged => "IOMMU groups have changed",
        DriftKind.DeviceMissing => "devices are missing",
        DriftKind.DeviceReplaced => "devices are others or have other addresses",
        DriftKind.DeviceAdded => "devices are new",
        DriftKind.FirmwareChanged => "facts of firmware and board have changed",
        DriftKind.KernelChanged => "kernels have changed",
        _ => throw new ArgumentOutOfRangeException(nameof(kind)),
    };
}
