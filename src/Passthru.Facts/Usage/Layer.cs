using Passthru.Facts.Pci;

namespace Passthru.Facts.Usage;

/// <summary>One layer of what carries something; <paramref name="Name"/> is its link in the chain.</summary>
internal abstract record Layer(string Name);

/// <summary>The bottom.</summary>
internal sealed record FunctionLayer(PciAddress Address) : Layer(Address.ToString());

/// <summary>A disk, a partition, a volume. <paramref name="Directory"/> is the real one in sysfs.</summary>
internal sealed record BlockLayer(string Name, string Directory) : Layer(Name);

/// <summary>An NVMe controller, where several lead to one disk.</summary>
internal sealed record ControllerLayer(string Name, string Directory) : Layer(Name);

/// <summary>A pool of ZFS.</summary>
internal sealed record PoolLayer(string Name) : Layer(Name);

/// <summary>A file that is used as a disk or as swap.</summary>
internal sealed record FileLayer(string Name) : Layer(Name);

/// <summary>A machine at the other end of the network.</summary>
internal sealed record PeerLayer(IpAddress Address) : Layer(Address.ToString());

/// <summary>A network interface.</summary>
internal sealed record InterfaceLayer(string Name, string Directory) : Layer(Name);

/// <summary>What a layer stands on.</summary>
/// <param name="Layers">The next ones down; none where it ends in memory or on no PCI function.</param>
/// <param name="Untold">Why it can't be told, or not all of it; null: it is told.</param>
/// <param name="Candidates">Where what can't be told may lie, and nowhere else; null: on any function that carries such things.</param>
internal readonly record struct Footing(EquatableArray<Layer> Layers, string? Untold = null, EquatableArray<PciAddress>? Candidates = null)
{
    /// <summary>Known to stand on nothing that could be handed out.</summary>
    public static readonly Footing Nothing = new([]);

    public static Footing On(IEnumerable<Layer> layers) => new([.. layers]);

    public static Footing On(Layer layer) => new([layer]);

    public static Footing Unknown(string why) => new([], why);

    /// <summary>Not known, but known not to be elsewhere. Where nothing is left that it could stand on, it stands on nothing.</summary>
    public static Footing OneOf(IEnumerable<PciAddress> functions, string why) =>
        functions.Distinct().Order().ToList() is { Count: > 0 } some ? new([], why, [.. some]) : Nothing;

    public static Footing OnFunction(PciAddress? function) => function is { } known ? On(new FunctionLayer(known)) : Nothing;

    /// <summary>On all of these at once.</summary>
    public static Footing Together(IEnumerable<Footing> footings)
    {
        var all = footings.ToList();
        var untold = all.Find(footing => footing.Untold is not null);
        return new Footing([.. all.SelectMany(footing => footing.Layers).Distinct()], untold.Untold, untold.Candidates);
    }
}
