using Passthru.Facts.Kernel;
using Passthru.Facts.Values;

namespace Passthru.Facts.Boot.Loaders;

/// <summary>What starts at the next boot, so far as the boot loader's own files tell.</summary>
public sealed record NextBoot
{
    public required BootLoader Loader { get; init; }

    /// <summary>The file that the loader reads: a menu, an entry, a unified kernel image.</summary>
    public string? File { get; init; }

    /// <summary>The entry that starts without a choice at the console, as the loader names it. Null: not decided.</summary>
    public string? Entry { get; init; }

    /// <summary>Release of the kernel of that entry, as <c>uname -r</c> prints it. Null: not known.</summary>
    public string? Kernel { get; init; }

    /// <summary>The kernel's command line of that entry. Null: not known, or nothing that starts Linux.</summary>
    public KernelCommandLine? Line { get; init; }

    /// <summary>Images of that entry below the root, without CPU microcode.</summary>
    public EquatableArray<string> Images { get; init; } = [];

    /// <summary>The image is part of the kernel's file (a unified kernel image), so no file of an initramfs starts.</summary>
    public bool HasOwnImage { get; init; }

    /// <summary>Command lines of all entries that start Linux, where none is decided.</summary>
    public EquatableArray<KernelCommandLine> Candidates { get; init; } = [];

    /// <summary>The entry is a file of its own, which <c>update-grub</c> does not write (Boot Loader Specification).</summary>
    public bool IsEntryFile { get; init; }

    /// <summary>kernelstub writes the entries (Pop!_OS).</summary>
    public bool IsKernelstub { get; init; }

    /// <summary>proxmox-boot-tool copies kernels, images and entries to the EFI system partitions.</summary>
    public bool IsProxmoxBootTool { get; init; }
}

/// <summary>Programs that start a kernel.</summary>
public enum BootLoader
{
    Grub,
    SystemdBoot,
    SystemdStub,
    Limine,
    Refind,
    Syslinux,
    NixOs,
}
