using System.Collections.Immutable;
using Passthru.Findings.NextStart;

namespace Passthru.Exporter.Topology;

/// <summary>A virtual machine and what it takes from the host.</summary>
internal sealed record TopologyVm
{
    public required string Id { get; init; }

    public required string? Name { get; init; }

    public required string Platform { get; init; }

    public required bool? IsRunning { get; init; }

    public required bool IsTemplate { get; init; }

    /// <summary>As configured.</summary>
    public required ImmutableArray<TopologyTaken> Takes { get; init; }

    /// <summary>When the last start was and what became of it; null where no log tells.</summary>
    public string? LastStart { get; init; }

    /// <summary>What else its start takes from the host: the rest of the groups, where its manager binds whole groups.</summary>
    public required ImmutableArray<string>? DragsAlong { get; init; }

    /// <summary>Of all it takes, what the host lives on.</summary>
    public required ImmutableArray<string>? TakesCritical { get; init; }

    /// <summary>One sentence.</summary>
    public required string FailureDomain { get; init; }

    public static TopologyVm From(VmVerdict vm, TopologyIndex index)
    {
        var own = vm.Functions.Select(function => function.Address).ToHashSet();
        return new TopologyVm
        {
            Id = vm.Vm.Id,
            Name = vm.Vm.Name == vm.Vm.Id ? null : vm.Vm.Name,
            Platform = vm.Vm.Manager.Name,
            IsRunning = vm.IsRunning,
            IsTemplate = vm.Vm.IsTemplate,
            Takes = [.. vm.Functions.Distinct().Select(function => TopologyTaken.From(function, index, vm.IsRunning == true))],
            LastStart = TopologyWords.LastStart(vm.Starts),
            DragsAlong = vm.StartTakes is { } taken ? [.. taken.Where(function => !own.Contains(function)).Select(function => function.ToString())] : null,
            TakesCritical = vm.StartTakesCritical is { } critical ? [.. critical.Select(function => function.ToString())] : null,
            FailureDomain = index.FailureDomain.OfVm(vm),
        };
    }
}

/// <summary>A function that a machine takes.</summary>
/// <param name="Entry">The entry of its configuration.</param>
/// <param name="Address">The function.</param>
/// <param name="IsPresent">There is something at the address; null where functions were not read.</param>
/// <param name="Group">Its group.</param>
/// <param name="Name">What it is.</param>
internal sealed record TopologyTaken(string Entry, string Address, bool? IsPresent, string? Group, string? Name)
{
    /// <summary>How the guest's driver has set the function up; null while its VM does not run, or that can't be told.</summary>
    public string? GuestDriver { get; init; }

    public static TopologyTaken From(VmFunction function, TopologyIndex index, bool isRunning)
    {
        var there = index.Function(function.Address);
        bool? isPresent = index.Facts.Pci is null ? null : there is not null;
        return new TopologyTaken(function.Slot, function.Address.ToString(), isPresent, there?.Group, there is null ? null : TopologyWords.Name(there))
        {
            GuestDriver = isRunning ? TopologyWords.GuestDriver(there?.GuestInterrupts) : null,
        };
    }
}
