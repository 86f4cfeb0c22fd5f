using Passthru.Facts.Kernel;

namespace Passthru.Facts.Boot.Loaders;

/// <summary>One choice of a boot menu.</summary>
/// <param name="Id">As the loader names it.</param>
/// <param name="File">Where it stands.</param>
internal sealed record LoaderEntry(string Id, string File)
{
    public string? Title { get; init; }

    /// <summary>The kernel's file as the loader sees it. Null: this entry starts no Linux.</summary>
    public string? Kernel { get; init; }

    public IReadOnlyList<string> Images { get; init; } = [];

    /// <summary>Arguments of the kernel; null where they cannot be read.</summary>
    public string? Options { get; init; }

    public string? Version { get; init; }

    public string? SortKey { get; init; }

    public string? MachineId { get; init; }

    /// <summary>Boot attempts that are left before the entry counts as bad; null where they are not counted.</summary>
    public int? TriesLeft { get; init; }

    /// <summary>A unified kernel image.</summary>
    public bool IsUnified { get; init; }

    public KernelCommandLine? Line => Kernel is not null && Options is not null ? KernelCommandLine.Parse(Options) : null;
}
