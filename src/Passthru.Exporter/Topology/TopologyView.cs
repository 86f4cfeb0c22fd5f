using System.Collections.Immutable;
using System.Text.Json.Serialization;
using Passthru.Facts;
using Passthru.Findings.Reports;

namespace Passthru.Exporter.Topology;

/// <summary>
/// How devices are wired to virtual machines: what every form of the topology shows, in words that need no more looking up. Null
/// is: can't be told. The names of the properties are those of the JSON form, for which <see cref="Version"/> stands.
/// </summary>
internal sealed record TopologyView
{
    /// <summary>Grows when a reader of the JSON form would have to change.</summary>
    [JsonPropertyOrder(-1)]
    public int Version { get; } = 1;

    public required DateTimeOffset TakenAt { get; init; }

    public required TopologyHost Host { get; init; }

    /// <summary>Root buses and all that hangs below them.</summary>
    public required ImmutableArray<TopologyNode>? Buses { get; init; }

    public required ImmutableArray<TopologyGroup>? Groups { get; init; }

    /// <summary>Machines that take host devices.</summary>
    public required ImmutableArray<TopologyVm>? Vms { get; init; }

    /// <summary>Where the ACS override is on: the groups that would be one without it. Null elsewhere, and where that can't be told.</summary>
    public required ImmutableArray<TopologyJoin>? WithoutOverride { get; init; }

    public static TopologyView From(HostFacts facts, Report report)
    {
        var index = new TopologyIndex(facts, report);
        return new TopologyView
        {
            TakenAt = facts.TakenAt,
            Host = TopologyHost.From(facts, report),
            Buses = facts.Pci is { } pci ? new TopologyTree(index, pci.Functions).Buses() : null,
            Groups = report.Groups is { } groups ? [.. groups.Select(group => TopologyGroup.From(group, index))] : null,
            Vms = report.Vms is { } vms ? [.. vms.Select(vm => TopologyVm.From(vm, index))] : null,
            WithoutOverride = TopologyJoin.All(report, index),
        };
    }
}

/// <summary>The machine and what the kernel makes of it.</summary>
internal sealed record TopologyHost
{
    public required string? Board { get; init; }

    public required string? BiosVersion { get; init; }

    public required string? Kernel { get; init; }

    /// <summary>Board, firmware and kernel, as far as they are known, for a line about the machine.</summary>
    [JsonIgnore]
    public IEnumerable<string> Machine =>
        new[] { Board, BiosVersion is { } bios ? $"BIOS {bios}" : null, Kernel is { } kernel ? $"kernel {kernel}" : null }.OfType<string>();

    public required bool? IommuEnabled { get; init; }

    /// <summary>The ACS override is in force: groups may be apart in name only.</summary>
    public required bool? AcsOverrideActive { get; init; }

    public required ImmutableArray<string> AcsOverrideOptions { get; init; }

    public static TopologyHost From(HostFacts facts, Report report)
    {
        var board = facts.Platform?.Board;
        var name = string.Join(' ', new[] { board?.Vendor, board?.Name ?? board?.Product }.OfType<string>());
        return new TopologyHost
        {
            Board = name == "" ? null : name,
            BiosVersion = board?.BiosVersion,
            Kernel = facts.Kernel?.Release,
            IommuEnabled = report.IommuEnabled,
            AcsOverrideActive = report.AcsOverride.Active,
            AcsOverrideOptions = report.AcsOverride.Options,
        };
    }
}
