using Passthru.Facts;
using Passthru.Facts.Baseline;

namespace Passthru.Findings.Drift;

/// <summary>Holds a host against the topology that was accepted.</summary>
public static class TopologyDrift
{
    /// <summary>Pure and total. What could not be read is neither missing nor changed.</summary>
    public static DriftReport Between(HardwareBaseline baseline, HostFacts facts)
    {
        var compared = new SortedSet<DriftKind>();
        var changes = new List<DriftChange>();
        if (facts.Pci is { Unseen.IsEmpty: true } pci)
        {
            var devices = new DeviceDrift(baseline, pci);
            Add(devices.Changes(), DriftKind.DeviceMissing, DriftKind.DeviceReplaced, DriftKind.DeviceAdded);
            if (facts.Iommu?.Groups is { } groups && groups.All(group => group.Functions is not null))
            {
                Add(new GroupDrift(baseline, groups, devices).Changes(), DriftKind.GroupChanged);
            }
        }

        foreach (var difference in HostDrift.Differences(baseline, facts))
        {
            Add(difference.Change is { } change ? [change] : [], difference.Kind);
        }

        return new DriftReport
        {
            AcceptedAt = baseline.AcceptedAt,
            Compared = [.. compared],
            Changes =
            [
                .. changes.OrderBy(change => change.Kind)
                    .ThenBy(change => change.Functions.FirstOrDefault())
                    .ThenBy(change => change.Sentence, StringComparer.Ordinal),
            ],
        };

        void Add(IEnumerable<DriftChange> found, params ReadOnlySpan<DriftKind> kinds)
        {
            foreach (var kind in kinds)
            {
                compared.Add(kind);
            }

            changes.AddRange(found);
        }
    }
}
