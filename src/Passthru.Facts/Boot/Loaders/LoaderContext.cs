using Passthru.Facts.Firmware;
using Passthru.Facts.Kernel;
using Passthru.Facts.Reading;

namespace Passthru.Facts.Boot.Loaders;

/// <summary>What the readers of boot loaders know besides their own files.</summary>
/// <param name="Files">The door to the host.</param>
/// <param name="Running">The command line of the running kernel.</param>
/// <param name="Release">The running kernel.</param>
internal sealed record LoaderContext(HostReader Files, KernelCommandLine Running, string? Release)
{
    /// <summary>Where the partition that a loader reads may be mounted: XBOOTLDR or the root first, then the EFI system partition.</summary>
    public static readonly string[] Mounts = ["boot", "efi", "boot/efi"];

    public EfiVariables Efi { get; } = new(Files);

    public InstalledKernels Kernels { get; } = new(Files, Release);

    /// <summary>GRUB, syslinux and U-Boot name the kernel's file to the kernel, loaders of EFI do not.</summary>
    public string? StartedFile => Running.ValuesOf("BOOT_IMAGE").LastOrDefault();

    private readonly Dictionary<string, IReadOnlySet<string>?> _listings = [];

    /// <summary>The file is there, by the listings of the directories above it, each of which is read once.</summary>
    public bool Has(string path)
    {
        var slash = path.LastIndexOf('/');
        return slash < 0 || (Has(path[..slash]) && Listing(path[..slash])?.Contains(path[(slash + 1)..]) == true);
    }

    private IReadOnlySet<string>? Listing(string directory) =>
        _listings.TryGetValue(directory, out var names) ? names : _listings[directory] = Files.NameSet(directory);

    /// <summary>The loader takes this entry.</summary>
    public NextBoot Decided(BootLoader loader, LoaderEntry entry) => new()
    {
        Loader = loader,
        File = entry.File,
        Entry = entry.Id,
        Line = entry.Line,
        Kernel = Kernels.Of(entry) ?? (IsRunning(entry) ? Release : null),
        Images = [.. BootPath.Images(Files, entry.Images)],
        HasOwnImage = entry.IsUnified,
    };

    /// <summary>The loader takes one of these, and cannot be told which.</summary>
    public static NextBoot Undecided(BootLoader loader, string? file, IEnumerable<LoaderEntry> entries) => new()
    {
        Loader = loader,
        File = file,
        Candidates = [.. entries.Select(entry => entry.Line).OfType<KernelCommandLine>()],
    };

    /// <summary>The running kernel was started from the same files.</summary>
    public bool IsRunning(LoaderEntry entry) =>
        (StartedFile is { } started && entry.Kernel is { } kernel && BootPath.Below(started) == BootPath.Below(kernel))
        || Running.ValuesOf("initrd").Select(BootPath.Below).Intersect(entry.Images.Select(BootPath.Below)).Any(path => !BootPath.IsMicrocode(path));
}
