using System.Collections.Immutable;
using Passthru.Findings.Values;

namespace Passthru.Findings.Rules;

/// <summary>Every rule there is, in the order of a diagnosis.</summary>
internal static class AllRules
{
    public static readonly ImmutableArray<Rule> Table =
    [
        .. PlatformRules.All,
        .. GroupRules.All,
        .. TopologyRules.All,
        .. OwnerRules.All,
        .. BootRules.All,
        .. VmRules.All,
        .. StartRules.All,
        .. KernelLogRules.All,
        .. DeviceRules.All,
        .. GuestRules.All,
    ];

    /// <summary>Earlier stages first, then what is worse, then by subject.</summary>
    public static ImmutableArray<Finding> Apply(RuleInput judged) =>
    [
        .. Table.SelectMany(rule => rule.Check(judged))
            .OrderBy(finding => finding.Rule.Stage)
            .ThenByDescending(finding => finding.Severity)
            .ThenBy(finding => finding.Rule.Id, StringComparer.Ordinal)
            .ThenBy(finding => finding.Functions.FirstOrDefault())
            .ThenBy(finding => finding.Subject, StringComparer.Ordinal),
    ];
}
