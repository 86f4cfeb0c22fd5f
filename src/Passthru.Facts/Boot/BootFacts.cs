using Passthru.Facts.Boot.Initramfs;
using Passthru.Facts.Kernel;
using Passthru.Facts.Pci;

namespace Passthru.Facts.Boot;

/// <summary>What is configured to happen to devices at boot.</summary>
public sealed record BootFacts
{
    public required ModuleConfiguration Modules { get; init; }

    /// <summary>When the files of modprobe.d were last changed, where that is known.</summary>
    public EquatableArray<FileTime> ModifiedAt { get; init; } = [];

    /// <summary>Source: <c>btime</c> of <c>/proc/stat</c>.</summary>
    public DateTimeOffset? BootedAt { get; init; }

    /// <summary>Null: there is none where one would be, or it is still being read.</summary>
    public InitramfsFacts? Initramfs { get; init; }

    /// <summary>What the files of the boot loader in use would give the kernel next time.</summary>
    public EquatableArray<NextCommandLine> NextCommandLines { get; init; } = [];

    /// <summary>Drivers that driverctl sets. Source: <c>/etc/driverctl.d/pci-ADDRESS</c>.</summary>
    public EquatableArray<DriverctlOverride> DriverctlOverrides { get; init; } = [];

    /// <summary>All of them could be read.</summary>
    public bool DriverctlTold { get; init; } = true;
}

/// <summary>When a file was last changed.</summary>
public sealed record FileTime(string File, DateTimeOffset At);

/// <summary>One file of driverctl.</summary>
public sealed record DriverctlOverride(PciAddress Function, string Driver, string File);

/// <summary>A command line as a file configures it.</summary>
/// <param name="File">Where.</param>
/// <param name="Line">Null: the file does more than assign texts.</param>
public sealed record NextCommandLine(string File, KernelCommandLine? Line);
