using Passthru.Findings.Groups;
using Passthru.Findings.Isolation;

namespace Passthru.Exporter.Metrics;

/// <summary>Who else is with a group or reaches it, where its size alone does not tell.</summary>
internal static class GroupReach
{
    /// <summary>Device/Port Type of a switch's downstream port (PCI Express Base Specification, PCI Express Capabilities Register).</summary>
    private const byte DownstreamPort = 6;

    /// <summary>Null: without an override, as far as is known, the hardware's functions are those of the group.</summary>
    public static int? Hardware(View view, GroupVerdict group, GroupIsolation isolation) =>
        view.Report.AcsOverride.Requested != true && isolation.IsIsolated && isolation.HardwareFunctions.Length == group.Devices ? null : isolation.HardwareFunctions.Length;

    public static IEnumerable<Sample> Peers(View view)
    {
        var ports = (view.Facts.Pci?.Functions ?? []).Where(function => function.Config?.Express?.PortType == DownstreamPort)
            .Select(function => function.Address).ToHashSet();
        var below = (view.Facts.Pci?.Functions ?? []).Where(function => function.Path.Ancestors.Any(ports.Contains))
            .Select(function => function.Address).Concat(ports).ToHashSet();
        return GroupFamilies.OfEachJudged(view, (group, isolation) =>
            isolation.PeerReachable > 0 || group.Group.Functions?.Any(below.Contains) == true ? isolation.PeerReachable : null);
    }
}
