using Passthru.Facts.Pci;
using Passthru.Facts.Values;

namespace Passthru.Facts.HostDependencies.Chains;

/// <summary>One layer of what carries something; <paramref name="Name"/> is its link in the chain.</summary>
internal abstract record StackLayer(string Name);

/// <summary>The bottom.</summary>
internal sealed record FunctionLayer(PciAddress Address) : StackLayer(Address.ToString());

/// <summary>A disk, a partition, a volume. <paramref name="Directory"/> is the real one in sysfs.</summary>
internal sealed record BlockLayer(string Name, string Directory) : StackLayer(Name);

/// <summary>An NVMe controller, where several lead to one disk.</summary>
internal sealed record ControllerLayer(string Name, string Directory) : StackLayer(Name);

/// <summary>A pool of ZFS.</summary>
internal sealed record PoolLayer(string Name) : StackLayer(Name);

/// <summary>A file that is used as a disk or as swap.</summary>
internal sealed record FileLayer(string Name) : StackLayer(Name);

/// <summary>A machine at the other end of the network.</summary>
internal sealed record RemoteLayer(IpAddress Address) : StackLayer(Address.ToString());

/// <summary>A network interface.</summary>
internal sealed record InterfaceLayer(string Name, string Directory) : StackLayer(Name);

/// <summary>What a layer stands on.</summary>
/// <param name="Layers">The next ones down; none where it ends in memory or on no PCI function.</param>
/// <param name="Unresolved">Why it can't be told, or not all of it; null: it is told.</param>
/// <param name="Candidates">Where what can't be told may lie, and nowhere else; null: on any function that carries such things.</param>
internal readonly record struct Backing(EquatableArray<StackLayer> Layers, string? Unresolved = null, EquatableArray<PciAddress>? Candidates = null)
{
    /// <summary>Known to stand on nothing that could be handed out.</summary>
    public static readonly Backing Nothing = new([]);

    public static Backing On(IEnumerable<StackLayer> layers) => new([.. layers]);

    public static Backing On(StackLayer layer) => new([layer]);

    public static Backing Unknown(string why) => new([], why);

    /// <summary>Not known, but known not to be elsewhere. Where nothing is left that it could stand on, it stands on nothing.</summary>
    public static Backing OneOf(IEnumerable<PciAddress> functions, string why) =>
        functions.Distinct().Order().ToList() is { Count: > 0 } some ? new([], why, [.. some]) : Nothing;

    public static Backing OnFunction(PciAddress? function) => function is { } known ? On(new FunctionLayer(known)) : Nothing;

    /// <summary>On all of these at once.</summary>
    public static Backing Together(IEnumerable<Backing> footings)
    {
        var all = footings.ToList();
        var unresolved = all.Find(footing => footing.Unresolved is not null);
        return new Backing([.. all.SelectMany(footing => footing.Layers).Distinct()], unresolved.Unresolved, unresolved.Candidates);
    }
}
