using System.Collections.Immutable;

namespace Passthru.Findings.NextStart;

/// <summary>The table of configuration mistakes: black screens, errors of Windows drivers, VMs that do not start.</summary>
internal static class VmChecks
{
    private static readonly CheckRow[] All =
    [
        .. DisplayChecks.All,
        .. StartChecks.All,
        .. MappingChecks.All,
        .. MediatedChecks.All,
        .. MemoryChecks.All,
        .. SharingChecks.All,
    ];

    /// <summary>The checks by their ids, for reference.</summary>
    public static IEnumerable<VmCheck> Checks => All.Select(row => row.Check);

    /// <summary>That a check found nothing is only said where all was seen that could contradict it.</summary>
    public static ImmutableArray<VmIssue> Run(VmSubject subject) =>
    [
        .. from row in All
           let found = row.Find(subject)
           where found is not null && (!found.Value.IsEmpty || subject.AllSeen)
           select new VmIssue(row.Check, found.Value),
    ];
}
