using System.Collections.Immutable;
using Passthru.Findings.Rules;

namespace Passthru.Findings.Guests;

/// <summary>What a VM that starts with the host will find after the next boot.</summary>
/// <param name="Guest">The VM.</param>
/// <param name="Obstacles">What it will not find as it is configured, one sentence each; empty: nothing is known to be in its way.</param>
public sealed record AfterBoot(GuestVerdict Guest, ImmutableArray<string> Obstacles)
{
    /// <summary>Alerts of checks that keep a VM from starting.</summary>
    private static readonly string[] Refusals = ["PassthruVmConfigInvalid", "PassthruVmMappingInvalid", "PassthruDeviceClaimedTwice"];

    /// <summary>In the order in which the manager starts them.</summary>
    public static ImmutableArray<AfterBoot> Of(Report report) =>
    [
        .. from guest in report.Guests ?? []
           where guest.Guest is { StartsWithHost: true, IsTemplate: false }
           orderby guest.Guest.StartOrder ?? int.MaxValue
           select new AfterBoot(guest, [.. ObstaclesOf(guest, report)]),
    ];

    private static IEnumerable<string> ObstaclesOf(GuestVerdict guest, Report report)
    {
        var functions = guest.Functions.Select(function => function.Address).ToHashSet();
        foreach (var missing in (report.Ownership.Reservations ?? []).Where(one => one.IsMissing == true && functions.Contains(one.Address)))
        {
            yield return missing.Function is null ? $"{missing.Address} is not there" : $"{missing.Address} is another device now: {Names.Of(missing.Function)}";
        }

        foreach (var taken in (report.Devices ?? []).Where(device => guest.StartTakesCritical?.Contains(device.Function.Address) == true))
        {
            yield return $"it takes {Names.Of(taken.Function)} from the host";
        }

        foreach (var trouble in guest.Issues.Where(issue => Refusals.Contains(issue.Check.Alert) || issue.Check.Id == "romfile_missing").SelectMany(issue => issue.Troubles, Sentence))
        {
            yield return trouble;
        }
    }

    private static string Sentence(GuestIssue issue, GuestTrouble trouble) => $"{issue.Check.Id.Replace('_', ' ')} ({trouble})";
}
