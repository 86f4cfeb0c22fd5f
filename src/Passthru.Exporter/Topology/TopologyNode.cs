using System.Collections.Immutable;
using System.Text.Json.Serialization;

namespace Passthru.Exporter.Topology;

/// <summary>A root bus, a bridge or an endpoint, and what hangs below it.</summary>
internal sealed record TopologyNode
{
    /// <summary><c>0000:01:00.0</c>; of a root bus <c>pci0000:00</c>.</summary>
    public required string Address { get; init; }

    /// <summary>What it is in a word or two: <c>root port</c>, <c>graphics</c>.</summary>
    public required string What { get; init; }

    /// <summary>Vendor and device, or their numbers.</summary>
    public string? Name { get; init; }

    /// <summary>The board's name for the slot.</summary>
    public string? Slot { get; init; }

    /// <summary>The firmware's name for the device.</summary>
    public string? Label { get; init; }

    public string? Group { get; init; }

    /// <summary>Where its group stands, as <see cref="TopologyGroup.State"/>.</summary>
    public string? GroupState { get; init; }

    /// <summary>Its group holds something that one would hand out, or that a machine takes.</summary>
    [JsonIgnore]
    public bool IsGroupWorthALook { get; init; }

    public string? Driver { get; init; }

    /// <summary>vfio, host, stub or none; endpoints only.</summary>
    public string? Owner { get; init; }

    /// <summary>Machines that have it or are to have it.</summary>
    public ImmutableArray<string> Vms { get; init; } = [];

    /// <summary>Somebody claims it for VFIO, and VFIO does not have it now.</summary>
    public bool? IsMismatched { get; init; }

    /// <summary>Why the host can't do without it.</summary>
    public ImmutableArray<TopologyUse> Critical { get; init; } = [];

    /// <summary>In the order of their addresses.</summary>
    public ImmutableArray<TopologyNode> Below { get; init; } = [];

    /// <summary>Virtual functions of a physical one.</summary>
    public ImmutableArray<TopologyNode> VirtualFunctions { get; init; } = [];

    /// <summary>Neither it nor what is below it is anything that one would hand out, that a machine takes or that the host lives on.</summary>
    [JsonIgnore]
    public bool IsIdle { get; init; }

    [JsonIgnore]
    public bool IsBus => Address.StartsWith("pci", StringComparison.Ordinal);

    /// <summary>Itself and everything below, virtual functions too.</summary>
    public IEnumerable<TopologyNode> All() => Below.Concat(VirtualFunctions).SelectMany(node => node.All()).Prepend(this);
}

/// <summary>One reason why the host can't do without a function.</summary>
/// <param name="Reason">As labels have it: <c>root_disk</c>.</param>
/// <param name="Chain">From what would be lost down to the function.</param>
internal sealed record TopologyUse(string Reason, ImmutableArray<string> Chain)
{
    /// <summary><c>root file system / → rpool → nvme0n1</c>, <c>default route → eno1</c>; the function itself, at the end of the chain, is left out.</summary>
    public override string ToString()
    {
        var what = Reason switch
        {
            "root_disk" => "root file system ",
            "mounted_disk" when Chain[0].StartsWith('/') => "file system ",
            _ => "",
        };
        return $"{what}{string.Join(" → ", Chain.SkipLast(1))}";
    }
}
