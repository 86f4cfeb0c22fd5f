using Passthru.Facts.Pci;

namespace Passthru.Facts.Usage;

/// <summary>
/// What this host uses at this moment, down to the PCI functions that carry it. A flag that is false says that something of its
/// sort is used and could not be followed to the end, or that its source can't be seen: then a function that is not named here
/// may carry it all the same.
/// </summary>
public sealed record UsageFacts
{
    public required EquatableArray<Use> Uses { get; init; }

    /// <summary>Every mounted file system and every swap was followed to its disks.</summary>
    public required bool StorageTold { get; init; }

    /// <summary>Default routes and addresses were followed to their adapters.</summary>
    public required bool NetworkTold { get; init; }

    /// <summary>Where the firmware's framebuffer lies could be seen.</summary>
    public required bool DisplayTold { get; init; }

    /// <summary>Which outputs of graphics cards have something connected could be seen.</summary>
    public bool OutputsTold { get; init; } = true;

    /// <summary>Where keyboards hang could be seen.</summary>
    public required bool KeyboardsTold { get; init; }
}

/// <summary>One thing the host uses, and one function that carries it.</summary>
/// <param name="Kind">What is used.</param>
/// <param name="Chain">From what the host would miss down to the last name above the function: <c>/</c>, <c>rpool</c>, <c>nvme0n1p3</c>, <c>nvme0n1</c>.</param>
/// <param name="Function">The function.</param>
public sealed record Use(UseKind Kind, EquatableArray<string> Chain, PciAddress Function);

/// <summary>The ways in which a host leans on a function.</summary>
public enum UseKind
{
    /// <summary>The file system at <c>/</c>.</summary>
    RootFileSystem,

    /// <summary>Any other file system that is mounted, and ZFS pools that are imported.</summary>
    FileSystem,

    /// <summary>Active swap.</summary>
    Swap,

    /// <summary>The way out: the default route with the least metric, of IPv4 and of IPv6.</summary>
    DefaultRoute,

    /// <summary>An address of the host that others can reach.</summary>
    Address,

    /// <summary>Memory that the firmware's framebuffer lies in.</summary>
    Framebuffer,

    /// <summary>A display is connected, and a driver of the host shows a picture.</summary>
    Display,

    /// <summary>All keyboards there are.</summary>
    Keyboards,
}
