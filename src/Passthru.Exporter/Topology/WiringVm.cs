using System.Collections.Immutable;
using Passthru.Findings.Guests;

namespace Passthru.Exporter.Topology;

/// <summary>A virtual machine and what it takes from the host.</summary>
internal sealed record WiringVm
{
    public required string Id { get; init; }

    public required string? Name { get; init; }

    public required string Platform { get; init; }

    public required bool? IsRunning { get; init; }

    public required bool IsTemplate { get; init; }

    /// <summary>As configured.</summary>
    public required ImmutableArray<WiringTaken> Takes { get; init; }

    /// <summary>What else its start takes from the host: the rest of the groups, where its manager binds whole groups.</summary>
    public required ImmutableArray<string>? DragsAlong { get; init; }

    /// <summary>Of all it takes, what the host lives on.</summary>
    public required ImmutableArray<string>? TakesCritical { get; init; }

    /// <summary>One sentence.</summary>
    public required string FailureDomain { get; init; }

    public static WiringVm Of(GuestVerdict guest, WiringIndex index)
    {
        var own = guest.Functions.Select(function => function.Address).ToHashSet();
        return new WiringVm
        {
            Id = guest.Guest.Id,
            Name = guest.Guest.Name == guest.Guest.Id ? null : guest.Guest.Name,
            Platform = guest.Guest.Manager.Name,
            IsRunning = guest.IsRunning,
            IsTemplate = guest.Guest.IsTemplate,
            Takes = [.. guest.Functions.Distinct().Select(function => WiringTaken.Of(function, index))],
            DragsAlong = guest.StartTakes is { } taken ? [.. taken.Where(function => !own.Contains(function)).Select(function => function.ToString())] : null,
            TakesCritical = guest.StartTakesCritical is { } critical ? [.. critical.Select(function => function.ToString())] : null,
            FailureDomain = index.FailureDomain.OfVm(guest),
        };
    }
}

/// <summary>A function that a machine takes.</summary>
/// <param name="Entry">The entry of its configuration.</param>
/// <param name="Address">The function.</param>
/// <param name="IsPresent">There is something at the address; null where functions were not read.</param>
/// <param name="Group">Its group.</param>
/// <param name="Name">What it is.</param>
internal sealed record WiringTaken(string Entry, string Address, bool? IsPresent, string? Group, string? Name)
{
    public static WiringTaken Of(GuestFunction function, WiringIndex index)
    {
        var there = index.Function(function.Address);
        bool? isPresent = index.Facts.Pci is null ? null : there is not null;
        return new WiringTaken(function.Slot, function.Address.ToString(), isPresent, there?.Group, there is null ? null : WiringWords.Name(there));
    }
}
