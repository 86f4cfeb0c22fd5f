using System.Collections.Immutable;
using Passthru.Facts.Boot.Bindings;
using Passthru.Facts.Boot.Modprobe;
using Passthru.Facts.Kernel;
using Passthru.Facts.Values;

namespace Passthru.Facts.Boot.Initramfs;

/// <summary>The image of the first root file system, from which modules are loaded before the real one is there.</summary>
public sealed record InitramfsFacts
{
    public required string Path { get; init; }

    /// <summary>Release of the kernel it is for.</summary>
    public required string Kernel { get; init; }

    public DateTimeOffset? WrittenAt { get; init; }

    /// <summary>What modprobe reads inside; null: the image could not be read in full.</summary>
    public ModuleConfiguration? Modules { get; init; }

    /// <summary>Modules inside.</summary>
    public ImmutableHashSet<string> Carried { get; init; } = [];

    public ImageMaker Maker { get; init; }

    public EquatableArray<EarlyLoad> Loads { get; init; } = [];

    /// <summary>Rules of udev inside that give devices to VFIO.</summary>
    public EquatableArray<DeviceBinding> Bindings { get; init; } = [];

    /// <summary>Scripts inside that set <c>driver_override</c> or load VFIO.</summary>
    public EquatableArray<EarlyScript> Scripts { get; init; } = [];

    /// <summary>Words that count as on the kernel's command line.</summary>
    public KernelCommandLine? CommandLine { get; init; }

    /// <summary>All this was made of it.</summary>
    internal byte[] Extract { get; init; } = [];
}
