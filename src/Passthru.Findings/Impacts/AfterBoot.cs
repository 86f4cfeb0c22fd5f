using System.Collections.Immutable;
using Passthru.Findings.NextStart;
using Passthru.Findings.Reports;
using Passthru.Findings.Values;

namespace Passthru.Findings.Impacts;

/// <summary>What a VM that starts with the host will find after the next boot.</summary>
/// <param name="Vm">The VM.</param>
/// <param name="Obstacles">What it will not find as it is configured, one sentence each; empty: nothing is known to be in its way.</param>
public sealed record AfterBoot(VmVerdict Vm, ImmutableArray<string> Obstacles)
{
    /// <summary>Alerts of checks that keep a VM from starting.</summary>
    private static readonly string[] Refusals = ["PassthruVmConfigInvalid", "PassthruVmMappingInvalid", "PassthruDeviceClaimedTwice"];

    /// <summary>In the order in which the manager starts them.</summary>
    public static ImmutableArray<AfterBoot> Assess(Report report) =>
    [
        .. from vm in report.Vms ?? []
           where vm.Vm is { StartsWithHost: true, IsTemplate: false }
           orderby vm.Vm.StartOrder ?? int.MaxValue
           select new AfterBoot(vm, [.. ObstaclesOf(vm, report)]),
    ];

    private static IEnumerable<string> ObstaclesOf(VmVerdict vm, Report report)
    {
        var functions = vm.Functions.Select(function => function.Address).ToHashSet();
        foreach (var missing in (report.Ownership.ExpectedDevices ?? []).Where(one => one.IsMissing == true && functions.Contains(one.Address)))
        {
            yield return missing.Function is null ? $"{missing.Address} is not there" : $"{missing.Address} is another device now: {Names.For(missing.Function)}";
        }

        foreach (var taken in (report.Devices ?? []).Where(device => vm.StartTakesCritical?.Contains(device.Function.Address) == true))
        {
            yield return $"it takes {Names.For(taken.Function)} from the host";
        }

        foreach (var trouble in vm.Issues.Where(issue => Refusals.Contains(issue.Check.Alert) || issue.Check.Id == "romfile_missing").SelectMany(issue => issue.Troubles, Sentence))
        {
            yield return trouble;
        }
    }

    private static string Sentence(VmIssue issue, VmTrouble trouble) => $"{issue.Check.Id.Replace('_', ' ')} ({trouble})";
}
