using System.Collections.Immutable;

namespace Passthru.Findings;

/// <summary>What is configured for boot, against what holds now.</summary>
public sealed record BootVerdict
{
    /// <summary>The running kernel's image lacks settings of modprobe.d about VFIO and who must not be loaded, or has others.</summary>
    public bool? InitramfsStale { get; init; }

    /// <summary>How that was found out.</summary>
    public InitramfsEvidence Evidence { get; init; }

    /// <summary>Such settings, or what the boot loader passes on, have been changed since this boot.</summary>
    public bool? IsPending { get; init; }

    /// <summary>By name: modules that modprobe.d blacklists, and whether the kernel has them all the same.</summary>
    public ImmutableArray<BlacklistedModule> Blacklisted { get; init; } = [];
}

public sealed record BlacklistedModule(string Module, bool IsLoaded);

public enum InitramfsEvidence
{
    /// <summary>No image is there.</summary>
    None,

    /// <summary>The image was looked into.</summary>
    Content,

    /// <summary>The image could not be read, so its age stands in for what is in it.</summary>
    Age,
}
