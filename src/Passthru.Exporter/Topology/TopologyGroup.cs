using System.Collections.Immutable;
using System.Text.Json.Serialization;
using Passthru.Exporter.Metrics;
using Passthru.Facts.Pci;
using Passthru.Findings.Groups;
using Passthru.Findings.Isolation;
using Passthru.Findings.Reports;
using Passthru.Findings.Values;

namespace Passthru.Exporter.Topology;

/// <summary>A group, who has it, and who is affected when it breaks.</summary>
internal sealed record TopologyGroup
{
    public required string Name { get; init; }

    /// <summary>in_use, blocked, reserved, available, host or unknown; without the last three where it is no candidate.</summary>
    public required string? State { get; init; }

    /// <summary>The kind of the device for which one would hand it out.</summary>
    public required string Kind { get; init; }

    /// <summary>It holds something one would hand out.</summary>
    public required bool IsCandidate { get; init; }

    public required ImmutableArray<string>? Functions { get; init; }

    /// <summary>VFIO would accept it now.</summary>
    public required bool? IsViable { get; init; }

    /// <summary>What the host lives on shares it with what one would hand out.</summary>
    public required bool? SharedCritical { get; init; }

    /// <summary>Its boundary stands without the ACS override.</summary>
    public required bool? IsIsolated { get; init; }

    /// <summary>Machines that have something of it or are to have it.</summary>
    public required ImmutableArray<string> Vms { get; init; }

    /// <summary>One sentence.</summary>
    public required string FailureDomain { get; init; }

    /// <summary>Somebody hands it out, or may want to.</summary>
    [JsonIgnore]
    public bool IsWorthALook => IsCandidate || !Vms.IsEmpty;

    public static TopologyGroup From(GroupVerdict group, TopologyIndex index) => new()
    {
        Name = group.Group.Name,
        State = StateOf(group),
        Kind = DeviceFamilies.Label(group.Assignability.Kind),
        IsCandidate = group.IsCandidate,
        Functions = group.Group.Functions is { } functions ? [.. functions.Order().Select(function => function.ToString())] : null,
        IsViable = group.Assignability.Viability.IsViable,
        SharedCritical = group.Assignability.SharedCritical,
        IsIsolated = index.Report.Isolation.Of(group.Group.Name)?.IsIsolated,
        Vms = index.VmsOf(group.Group.Functions ?? ImmutableArray<PciAddress>.Empty),
        FailureDomain = index.FailureDomain.OfGroup(group),
    };

    /// <summary>A port or a host bridge is not free, nor the host's: it is no candidate.</summary>
    public static string? StateOf(GroupVerdict group) => group.Assignability.State switch
    {
        GroupState.Available or GroupState.Host or GroupState.Unknown when !group.IsCandidate => null,
        var state => GroupStates.Label(state),
    };
}

/// <summary>Groups that would be one were there no ACS override.</summary>
internal sealed record TopologyJoin
{
    /// <summary>As the kernel names them now.</summary>
    public required ImmutableArray<string> Groups { get; init; }

    public required ImmutableArray<string> Functions { get; init; }

    public required ImmutableArray<string> Vms { get; init; }

    /// <summary>Of the functions, those that the host lives on.</summary>
    public required ImmutableArray<string> Critical { get; init; }

    /// <summary>No missing fact bears on it.</summary>
    public required bool IsCertain { get; init; }

    /// <summary>Null where there is no override, or where the layout without it can't be told.</summary>
    public static ImmutableArray<TopologyJoin>? All(Report report, TopologyIndex index) =>
        report.AcsOverride.Active == true && report.Isolation.WithoutOverride is { } layout
            ? [.. layout.Select(group => From(group, index)).Where(join => join.Groups.Length > 1)]
            : null;

    private static TopologyJoin From(HardwareGroup group, TopologyIndex index) => new()
    {
        Groups =
        [
            .. group.Functions.Select(function => index.Function(function)?.Group).OfType<string>().Distinct().Order(NaturalOrder.Comparer),
        ],
        Functions = [.. group.Functions.Select(function => function.ToString())],
        Vms = index.VmsOf(group.Functions),
        Critical = [.. group.Functions.Where(function => index.Device(function)?.Critical.IsEmpty == false).Select(function => function.ToString())],
        IsCertain = group.IsCertain,
    };
}
