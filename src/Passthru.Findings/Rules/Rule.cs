using Passthru.Facts;
using Passthru.Facts.Pci;

namespace Passthru.Findings.Rules;

/// <summary>A kind of finding, and how it is found: pure, total, and silent where a fact is missing.</summary>
internal sealed record Rule(FindingRule Kind, Func<Judged, IEnumerable<Finding>> Check);

/// <summary>What rules look at.</summary>
internal sealed record Judged(HostFacts Facts, Report Report)
{
    /// <summary>Somebody expects VFIO to have something.</summary>
    public bool IsAnythingReserved => Reserved.Count > 0;

    /// <summary>The endpoints, by address.</summary>
    public Endpoints Endpoints { get; } = new(Facts.Pci);

    /// <summary>Functions that somebody expects VFIO to have.</summary>
    public IReadOnlySet<PciAddress> Reserved { get; } = Report.Ownership.Reserved();
}
