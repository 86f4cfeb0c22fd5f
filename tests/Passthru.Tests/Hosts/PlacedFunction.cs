namespace Passthru.Tests.Hosts;

/// <summary>A function and where the topology puts it.</summary>
internal sealed record PlacedFunction(FakeFunction Function, string Path, string RootBus, PlacedFunction? Parent)
{
    public Bdf Bdf { get; } = Function.Bdf;

    /// <summary>The other functions of the same bus, virtual ones excepted.</summary>
    public required IReadOnlyList<FakeFunction> Siblings { get; init; }

    public bool Multifunction => Function.PhysicalFunction is null && Siblings.Any(other => other.Bdf.Slot == Bdf.Slot);

    /// <summary>The kernel lists methods while it adds the function: whoever comes later on the bus is not there yet.</summary>
    public bool FirstOnItsBus => Siblings.All(other => other.Bdf.DeviceFunction > Bdf.DeviceFunction);

    /// <summary>Behind a bridge, not on a root bus; a VMD controller opens a root bus of its own.</summary>
    public bool BehindBridge => Parent is { Function.IsBridge: true };

    public int NumaNode => Function.NumaNode ?? Parent?.NumaNode ?? -1;

    public int SecondaryBus => Function.Behind.Count > 0 ? Function.Behind.Min(child => child.Bdf.Bus) : Function.EmptyBus;

    public int SubordinateBus => HighestBus(Function) + Function.SpareBuses;

    /// <summary>All functions, in the kernel's order: a bus from slot to slot, then the buses behind its bridges.</summary>
    public static IEnumerable<PlacedFunction> Place(
        IReadOnlyList<FakeFunction> functions, string directory = "sys/devices", PlacedFunction? parent = null)
    {
        var placed = functions.Select(function => PlaceOne(function, functions, directory, parent)).ToList();
        return placed.Concat(placed.SelectMany(one => Place(one.Function.Behind, one.Path, one)));
    }

    private static PlacedFunction PlaceOne(FakeFunction function, IReadOnlyList<FakeFunction> bus, string directory, PlacedFunction? parent)
    {
        var onRootBus = parent is not { Function.IsBridge: true };
        var root = onRootBus ? $"{function.Bdf.Domain:x4}:{function.Bdf.Bus:x2}" : parent!.RootBus;
        var path = onRootBus ? $"{directory}/pci{root}/{function.Address}" : $"{directory}/{function.Address}";
        return new(function, path, root, parent) { Siblings = [.. bus.Where(other => SharesBus(function, other))] };
    }

    private static bool SharesBus(FakeFunction one, FakeFunction other) =>
        one != other && other.PhysicalFunction is null && one.Bdf.Domain == other.Bdf.Domain && one.Bdf.Bus == other.Bdf.Bus;

    private static int HighestBus(FakeFunction bridge) =>
        bridge.Behind.Select(child => Math.Max(child.Bdf.Bus, child.IsBridge ? HighestBus(child) + child.SpareBuses : 0))
            .DefaultIfEmpty(bridge.EmptyBus)
            .Max();
}
