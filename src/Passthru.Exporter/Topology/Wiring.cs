using System.Collections.Immutable;
using System.Text.Json.Serialization;
using Passthru.Facts;
using Passthru.Findings;

namespace Passthru.Exporter.Topology;

/// <summary>
/// How devices are wired to virtual machines: what every form of the topology shows, in words that need no more looking up. Null
/// is: can't be told. The names of the properties are those of the JSON form, for which <see cref="Version"/> stands.
/// </summary>
internal sealed record Wiring
{
    /// <summary>Grows when a reader of the JSON form would have to change.</summary>
    [JsonPropertyOrder(-1)]
    public int Version { get; } = 1;

    public required DateTimeOffset TakenAt { get; init; }

    public required WiringHost Host { get; init; }

    /// <summary>Root buses and all that hangs below them.</summary>
    public required ImmutableArray<WiringNode>? Buses { get; init; }

    public required ImmutableArray<WiringGroup>? Groups { get; init; }

    /// <summary>Machines that take host devices.</summary>
    public required ImmutableArray<WiringVm>? Vms { get; init; }

    /// <summary>Where the ACS override is on: the groups that would be one without it. Null elsewhere, and where that can't be told.</summary>
    public required ImmutableArray<WiringJoin>? WithoutOverride { get; init; }

    public static Wiring Of(HostFacts facts, Report report)
    {
        var index = new WiringIndex(facts, report);
        return new Wiring
        {
            TakenAt = facts.TakenAt,
            Host = WiringHost.Of(facts, report),
            Buses = facts.Pci is { } pci ? new WiringTree(index, pci.Functions).Buses() : null,
            Groups = report.Groups is { } groups ? [.. groups.Select(group => WiringGroup.Of(group, index))] : null,
            Vms = report.Guests is { } guests ? [.. guests.Select(guest => WiringVm.Of(guest, index))] : null,
            WithoutOverride = WiringJoin.All(report, index),
        };
    }
}

/// <summary>The machine and what the kernel makes of it.</summary>
internal sealed record WiringHost
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

    public static WiringHost Of(HostFacts facts, Report report)
    {
        var board = facts.Platform?.Board;
        var name = string.Join(' ', new[] { board?.Vendor, board?.Name ?? board?.Product }.OfType<string>());
        return new WiringHost
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
