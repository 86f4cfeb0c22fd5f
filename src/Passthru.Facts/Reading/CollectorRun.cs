using Passthru.Facts.Values;

namespace Passthru.Facts.Reading;

/// <summary>One collector's share of a read.</summary>
public sealed record CollectorRun(Collector Collector, TimeSpan Duration, EquatableArray<ReadIssue> Issues)
{
    /// <summary>Everything that exists could be read and understood; a limit of this program is no failure.</summary>
    public bool Succeeded => Issues.All(issue => issue.Kind == ReadIssueKind.Limit);

    /// <summary>Nothing that exists was refused or left without an answer.</summary>
    public bool IsWhole => !Issues.Any(issue => issue.IsRefusal);
}
