using Passthru.Findings;

namespace Passthru.Exporter.Metrics;

/// <summary>The families about the state of groups.</summary>
internal static class GroupStates
{
    public static IEnumerable<Sample> Infos(View view) =>
        from verdict in view.CoveredGroups
        let state = verdict.Handout.State
        where state is not null
        select Sample.Info(verdict.Group.Name, Label(state.Value), verdict.Group.DefaultDomain ?? "");

    /// <summary>
    /// Every state of a kind that occurs, 0 too; a kind with a group whose state is unknown can't be counted, and none where a group
    /// may be of interest for what could not be seen.
    /// </summary>
    public static IEnumerable<Sample> Counts(View view) =>
        view.Facts.Pci is not { Unseen.IsEmpty: true } pci || pci.Functions.Any(function => function.HeaderType is null)
            || !view.Report.Ownership.Untold.IsEmpty || view.Report.Groups?.Any(it => it.Group.Functions is null) != false ? [] :
        from kind in (view.Report.Groups ?? []).Where(it => it.IsCandidate).GroupBy(it => it.Handout.Kind).OrderBy(kind => kind.Key)
        where kind.All(it => it.Handout.State is not null)
        from state in Enum.GetValues<GroupState>()
        select new Sample(kind.Count(it => it.Handout.State == state), Label(state), DeviceFamilies.Label(kind.Key));

    public static string Label(GroupState state) => state switch
    {
        GroupState.Blocked => "blocked",
        GroupState.InUse => "in_use",
        GroupState.Reserved => "reserved",
        GroupState.Available => "available",
        _ => "host",
    };
}
