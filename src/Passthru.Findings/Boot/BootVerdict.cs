using System.Collections.Immutable;
using Passthru.Facts.Boot.Initramfs;
using Passthru.Facts.Pci;

namespace Passthru.Findings.Boot;

/// <summary>What the next boot, or this one, makes of what is configured.</summary>
public sealed record BootVerdict
{
    /// <summary>Who takes the devices first when a kernel boots: of the running kernel and of the one that boots next.</summary>
    public ImmutableArray<KernelRace> Races { get; init; } = [];

    /// <summary>The next boot's configuration differs from the running one in what bears on passthrough.</summary>
    public bool? IsPending { get; init; }

    /// <summary>By name: modules that are blacklisted and match a device that is expected on VFIO.</summary>
    public ImmutableArray<BlacklistedModule> Blacklisted { get; init; } = [];

    /// <summary>Settings that were written and have no effect.</summary>
    public ImmutableArray<IdleSetting> Idle { get; init; } = [];
}

/// <summary>One kernel's boot, as a race for the devices that are expected on VFIO.</summary>
/// <param name="Kernel">As <c>uname -r</c> prints it.</param>
/// <param name="Image">Its initramfs; null: none is to be seen.</param>
/// <param name="BootsNext">It is the kernel of the next boot, so far as that is known.</param>
/// <param name="Devices">By address.</param>
public sealed record KernelRace(string Kernel, InitramfsFacts? Image, bool BootsNext, ImmutableArray<DeviceRace> Devices)
{
    /// <summary>A host driver takes a device first; null: one may, for all that was seen.</summary>
    public bool? IsLost { get; init; }

    public InitramfsEvidence Evidence => Image is null ? InitramfsEvidence.None : Image.Modules is null ? InitramfsEvidence.Unread : InitramfsEvidence.Content;
}

/// <summary>Who takes one function first when a kernel boots.</summary>
/// <param name="Function">The function.</param>
/// <param name="Outcome">Who.</param>
/// <param name="Stage">When.</param>
/// <param name="Driver">The host driver that takes it, or may.</param>
/// <param name="Why">What it stands on, in one sentence without a subject.</param>
public sealed record DeviceRace(PciAddress Function, RaceOutcome Outcome, RaceStage Stage, string? Driver = null, string Why = "");

public enum RaceOutcome
{
    /// <summary>VFIO, or no driver at all: none of the host's.</summary>
    NoHostDriver,
    HostDriver,
    Unresolved,
}

/// <summary>When drivers are loaded, in the order of a boot.</summary>
public enum RaceStage
{
    /// <summary>Built in.</summary>
    Kernel,
    Image,
    RootFileSystem,
}

/// <param name="Module">With underscores.</param>
/// <param name="IsLoaded">It is in the kernel.</param>
/// <param name="IsBuiltIn">It is part of the kernel, where no blacklist reaches.</param>
/// <param name="At">What keeps it off, or should.</param>
public sealed record BlacklistedModule(string Module, bool IsLoaded, bool IsBuiltIn, string At);

/// <summary>A setting that nothing reads or that does not do what it says.</summary>
/// <param name="Cause">What is so, in one sentence.</param>
/// <param name="Edit">What to do instead.</param>
/// <param name="File">Where it stands.</param>
/// <param name="ConcernsDevice">It is about a device that is expected on VFIO, or about the IOMMU.</param>
public sealed record IdleSetting(string Cause, string Edit, string File, bool ConcernsDevice);

public enum InitramfsEvidence
{
    /// <summary>No image is there.</summary>
    None,

    /// <summary>All of the image was looked into.</summary>
    Content,

    /// <summary>The image could not be read in full, and nothing is concluded from what may be in it.</summary>
    Unread,
}
