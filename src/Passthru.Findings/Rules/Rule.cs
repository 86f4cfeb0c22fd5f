using Passthru.Facts;
using Passthru.Facts.Pci;
using Passthru.Findings.Reports;
using Passthru.Findings.Values;

namespace Passthru.Findings.Rules;

/// <summary>A kind of finding, and how it is found: pure, total, and silent where a fact is missing.</summary>
internal sealed record Rule(FindingKind Kind, Func<RuleInput, IEnumerable<Finding>> Check);

/// <summary>What rules look at.</summary>
internal sealed record RuleInput(HostFacts Facts, Report Report)
{
    /// <summary>Somebody expects VFIO to have something.</summary>
    public bool IsAnythingReserved => Reserved.Count > 0;

    /// <summary>The endpoints, by address.</summary>
    public EndpointIndex Endpoints { get; } = new(Facts.Pci);

    /// <summary>Functions that somebody expects VFIO to have.</summary>
    public IReadOnlySet<PciAddress> Reserved { get; } = Report.Ownership.Reserved();
}
