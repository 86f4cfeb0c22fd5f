using Passthru.Facts.Pci;
using Passthru.Facts.Values;

namespace Passthru.Facts.HostDependencies.Chains;

/// <summary>What this host, its guests and its services use at this moment, down to the PCI functions that carry it.</summary>
public sealed record HostDependencyFacts
{
    public required EquatableArray<HostDependency> All { get; init; }

    /// <summary>What is used, or may be, and could not be followed to the end. A function that one of these names may carry it.</summary>
    public required EquatableArray<UnresolvedDependency> Unresolved { get; init; }

    /// <summary>Where the firmware's framebuffer lies could be seen.</summary>
    public required bool DisplayComplete { get; init; }

    /// <summary>Which outputs of graphics cards have something connected could be seen.</summary>
    public bool OutputsComplete { get; init; } = true;

    /// <summary>
    /// The kernel's text console: the card that the firmware chose shows it (<c>VGA+</c>). False: the console is another one, or
    /// none. Null: not to be seen. Source: <c>/sys/class/vtconsole/vtconN/name</c>.
    /// </summary>
    public bool? HasVgaText { get; init; }

    /// <summary>Where keyboards hang could be seen.</summary>
    public required bool KeyboardsComplete { get; init; }

    /// <summary>Block devices by the function they hang on: <c>nvme0n1</c>, <c>sda</c>. Source: <c>/sys/class/block</c>.</summary>
    public EquatableArray<Disk> Disks { get; init; } = [];

    /// <summary>What else people call functions by: <c>enp3s0</c>, <c>card1</c>, <c>nvme1</c>. Sources: <c>/sys/class/net</c>, <c>/sys/class/drm</c>, <c>/sys/class/nvme</c>.</summary>
    public EquatableArray<NamedFunction> Names { get; init; } = [];

    /// <summary>Everything of storage that was seen in use was followed to its disks.</summary>
    public bool StorageComplete => Unresolved.All(use => !use.Kind.IsStorage());

    /// <summary>Everything of the network that was seen in use was followed to its adapters.</summary>
    public bool NetworkComplete => Unresolved.All(use => use.Kind.IsStorage());
}

/// <summary>A whole disk, and the function it hangs on.</summary>
public readonly record struct Disk(string Name, PciAddress Function);

/// <summary>A name that the kernel gives to something that hangs on a function.</summary>
public readonly record struct NamedFunction(string Name, PciAddress Function);

/// <summary>One thing that is used, and one function that carries it.</summary>
/// <param name="Kind">What is used.</param>
/// <param name="Chain">From what would be missed down to the last name above the function: <c>/</c>, <c>rpool</c>, <c>nvme0n1p3</c>, <c>nvme0n1</c>.</param>
/// <param name="Function">The function.</param>
public sealed record HostDependency(HostDependencyKind Kind, EquatableArray<string> Chain, PciAddress Function)
{
    /// <summary>Whose it is; null: the host's own.</summary>
    public UseOwner? Owner { get; init; }
}

/// <summary>A guest or a program that uses something.</summary>
public sealed record UseOwner
{
    /// <summary>The VM whose configuration or network port names it, as its manager calls it; null: not told, or none.</summary>
    public string? Vm { get; init; }

    /// <summary>The container: <c>103</c>, <c>docker 0123456789ab</c>; null: none.</summary>
    public string? Container { get; init; }

    /// <summary>The process that has it open; null: only a configuration says so, which counts while the guest runs or starts with the host.</summary>
    public int? Pid { get; init; }

    /// <summary>Name of that process in the kernel, 15 characters.</summary>
    public string? Program { get; init; }

    /// <summary>The guest's manager notes that it starts with the host.</summary>
    public bool StartsWithHost { get; init; }
}

/// <summary>What is used, or may be, and no file leads to the function that carries it.</summary>
/// <param name="Kind">What is used.</param>
/// <param name="Chain">How far it was followed.</param>
/// <param name="Why">Why no further.</param>
/// <param name="Functions">Where it may lie, and nowhere else; null: on any function that carries such things.</param>
public sealed record UnresolvedDependency(HostDependencyKind Kind, EquatableArray<string> Chain, string Why, EquatableArray<PciAddress>? Functions);

/// <summary>The ways in which a host, its guests and its services lean on a function.</summary>
public enum HostDependencyKind
{
    /// <summary>The file system at <c>/</c>.</summary>
    RootFileSystem,

    /// <summary>Any other file system that is mounted, in the host or in a container.</summary>
    FileSystem,

    /// <summary>Active swap.</summary>
    Swap,

    /// <summary>What this host starts from: the EFI system partition or boot partition, mounted or not.</summary>
    BootDisk,

    /// <summary>A disk or volume of a guest.</summary>
    GuestDisk,

    /// <summary>In use without a mount: a pool that is imported, an exported disk, a running stack, a disk that a program has open.</summary>
    StorageService,

    /// <summary>The way out: the default route with the least metric, of IPv4 and of IPv6.</summary>
    DefaultRoute,

    /// <summary>An address of the host that others can reach, or a route that packets of the host leave by.</summary>
    Address,

    /// <summary>A port of a switch that running guests are on.</summary>
    GuestNetwork,

    /// <summary>Memory that the firmware's framebuffer lies in.</summary>
    Framebuffer,

    /// <summary>A display is connected, and a driver of the host shows a picture.</summary>
    Display,

    /// <summary>All keyboards there are.</summary>
    Keyboards,

    /// <summary>A container uses its device node.</summary>
    ContainerDevice,
}

/// <summary>What a kind of use is about.</summary>
public static class UseKinds
{
    public static bool IsStorage(this HostDependencyKind kind) => kind <= HostDependencyKind.StorageService;
}
