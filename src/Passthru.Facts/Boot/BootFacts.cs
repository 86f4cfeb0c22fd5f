using Passthru.Facts.Boot.Bindings;
using Passthru.Facts.Boot.Initramfs;
using Passthru.Facts.Boot.Loaders;
using Passthru.Facts.Boot.Modprobe;
using Passthru.Facts.Pci;
using Passthru.Facts.Values;

namespace Passthru.Facts.Boot;

/// <summary>What is configured to happen to devices at boot.</summary>
public sealed record BootFacts
{
    public required ModuleConfiguration Modules { get; init; }

    /// <summary>The same as it was at this boot, where the host keeps that (NixOS).</summary>
    public ModuleConfiguration? BootedModules { get; init; }

    /// <summary>When the files of modprobe.d were last changed, where that is known.</summary>
    public EquatableArray<FileTime> ModifiedAt { get; init; } = [];

    /// <summary>Files in <c>/etc/modprobe.d</c> that modprobe does not read.</summary>
    public EquatableArray<PassedOverFile> PassedOver { get; init; } = [];

    /// <summary>Source: <c>btime</c> of <c>/proc/stat</c>.</summary>
    public DateTimeOffset? BootedAt { get; init; }

    /// <summary>Images of the running kernel and of the one that boots next, so far as they are there and have been read.</summary>
    public EquatableArray<InitramfsFacts> Images { get; init; } = [];

    /// <summary>Drivers of the running kernel and of the one that boots next.</summary>
    public EquatableArray<KernelDrivers> Kernels { get; init; } = [];

    /// <summary>What starts next; null: no boot loader is known here.</summary>
    public NextBoot? Next { get; init; }

    /// <summary>Files from which the entries of boot loaders are made.</summary>
    public EquatableArray<NextCommandLine> Sources { get; init; } = [];

    /// <summary>What Unraid and rules of udev bind to VFIO at boot.</summary>
    public EquatableArray<DeviceBinding> Bindings { get; init; } = [];

    /// <summary>Modules that the root file system loads by name, beside udev. Sources: <c>/etc/modules</c>, modules-load.d(5).</summary>
    public EquatableArray<EarlyLoad> Loads { get; init; } = [];

    /// <summary>Ids that an argument of vfio-pci in <c>/etc/initramfs-tools/modules</c> gives it; initramfs-tools passes arguments on to modprobe.</summary>
    public VfioIds? InitramfsIds { get; init; }

    /// <summary>Drivers that driverctl sets. Source: <c>/etc/driverctl.d/pci-ADDRESS</c>.</summary>
    public EquatableArray<DriverctlOverride> DriverctlOverrides { get; init; } = [];

    /// <summary>Programs that are known to be there and by which boot and VMs are configured: <c>update-initramfs</c>.</summary>
    public EquatableArray<string> Programs { get; init; } = [];

    /// <summary>All of them could be read.</summary>
    public bool DriverctlComplete { get; init; } = true;

    public InitramfsFacts? ImageOf(string? release) => Images.FirstOrDefault(image => image.Kernel == release);

    public KernelDrivers? DriversOf(string? release) => Kernels.FirstOrDefault(kernel => kernel.Release == release);
}

/// <summary>When a file was last changed.</summary>
public sealed record FileTime(string File, DateTimeOffset At);

/// <summary>A file that modprobe does not read, and the lines in it that it would understand.</summary>
public sealed record PassedOverFile(string File, ModuleConfiguration Modules);

/// <summary>One file of driverctl.</summary>
public sealed record DriverctlOverride(PciAddress Function, string Driver, string File);
