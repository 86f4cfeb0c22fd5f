using Passthru.Exporter.Metrics;
using Passthru.Facts;
using Passthru.Facts.HostDependencies.Chains;
using Passthru.Facts.Reading;
using Passthru.Findings;
using Passthru.Tests.Hosts;
using Passthru.Tests.Support;

namespace Passthru.Tests.Facts.HostDependencies;

/// <summary>What a host turns out to live on, as lines that one can read.</summary>
internal static class Used
{
    public static HostFacts Facts(params ReadOnlySpan<Action<UseFiles, FakeHost>> uses) => Read.Facts(TreeFiles.Of(UsedHost.With(uses)));

    public static HostDependencyFacts HostDependencies(params ReadOnlySpan<Action<UseFiles, FakeHost>> uses) => Facts(uses).HostDependencies!;

    /// <summary><c>root_disk: / → nvme0n1p2 → nvme0n1 → 0000:01:00.0</c></summary>
    public static IReadOnlyList<string> Lines(HostFacts facts) =>
    [
        .. from device in Diagnosis.Assess(facts).Devices ?? []
           from use in device.Critical
           select $"{HostCriticalFamilies.Label(use.Reason)}: {string.Join(" → ", use.Chain)}",
    ];

    public static IReadOnlyList<string> Lines(params ReadOnlySpan<Action<UseFiles, FakeHost>> uses) => Lines(Facts(uses));

    public static IEnumerable<ReadIssue> Issues(HostFacts facts) =>
        facts.Collectors.Single(run => run.Collector == Collector.HostDependencies).Issues;
}
