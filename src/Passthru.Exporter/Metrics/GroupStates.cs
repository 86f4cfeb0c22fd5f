using Passthru.Findings.Groups;

namespace Passthru.Exporter.Metrics;

/// <summary>The families about the state of groups.</summary>
internal static class GroupStates
{
    public static IEnumerable<Sample> Infos(View view) =>
        from verdict in view.CoveredGroups
        select Sample.Info(verdict.Group.Name, Label(verdict.Assignability.State), verdict.Group.DefaultDomain ?? "");

    /// <summary>
    /// Every state of a kind that occurs, 0 too; they add up to the groups of that kind. None where a group may be of interest for what
    /// could not be seen.
    /// </summary>
    public static IEnumerable<Sample> Counts(View view) =>
        view.Facts.Pci is not { Unseen.IsEmpty: true } pci || pci.Functions.Any(function => function.HeaderType is null)
            || !view.Report.Ownership.Unresolved.IsEmpty || view.Report.Groups?.Any(it => it.Group.Functions is null) != false ? [] :
        from kind in (view.Report.Groups ?? []).Where(it => it.IsCandidate).GroupBy(it => it.Assignability.Kind).OrderBy(kind => kind.Key)
        from state in Enum.GetValues<GroupState>()
        select new Sample(kind.Count(it => it.Assignability.State == state), Label(state), DeviceFamilies.Label(kind.Key));

    public static string Label(GroupState state) => state switch
    {
        GroupState.Blocked => "blocked",
        GroupState.InUse => "in_use",
        GroupState.Reserved => "reserved",
        GroupState.Available => "available",
        GroupState.Host => "host",
        _ => "unknown",
    };
}
