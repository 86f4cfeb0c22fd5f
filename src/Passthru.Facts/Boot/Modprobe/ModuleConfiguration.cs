using System.Text;
using Passthru.Facts.Pci;
using Passthru.Facts.Values;

namespace Passthru.Facts.Boot.Modprobe;

/// <summary>
/// What modprobe would read: all directories of modprobe.d(5) in its own order, files masked as it masks them. Module names have
/// underscores here, whatever the file writes.
/// </summary>
public sealed record ModuleConfiguration
{
    public static readonly ModuleConfiguration Empty = new();

    /// <summary><c>options MODULE words</c>, in the order in which they add up.</summary>
    public EquatableArray<ModuleOptions> Options { get; init; } = [];

    public EquatableArray<ModuleLine> Blacklisted { get; init; } = [];

    /// <summary><c>softdep MODULE pre: … post: …</c>.</summary>
    public EquatableArray<SoftDependency> SoftDependencies { get; init; } = [];

    /// <summary><c>install MODULE command</c>: what runs instead of loading it.</summary>
    public EquatableArray<ModuleLine> Installs { get; init; } = [];

    /// <summary><c>alias wildcard MODULE</c>.</summary>
    public EquatableArray<ModuleAlias> Aliases { get; init; } = [];

    /// <summary>Ids that vfio-pci is to take; they do nothing where vfio-pci is built in.</summary>
    public VfioIds? VfioIds { get; init; }

    /// <summary>All of it could be read.</summary>
    public bool IsWhole { get; init; } = true;

    /// <summary>The file of each line above.</summary>
    internal IEnumerable<string> Files =>
    [
        .. Options.Select(line => line.At.File),
        .. Blacklisted.Select(line => line.At.File),
        .. SoftDependencies.Select(line => line.At.File),
        .. Installs.Select(line => line.At.File),
    ];
}

/// <summary>Where a line stands: <c>etc/modprobe.d/vfio.conf</c>, counted from 1.</summary>
public readonly record struct ConfigLine(string File, int Line);

public sealed record ModuleOptions(string Module, string Parameters, ConfigLine At);

/// <summary>A module and the rest of its line.</summary>
public sealed record ModuleLine(string Module, string Parameters, ConfigLine At);

public sealed record SoftDependency(string Module, EquatableArray<string> Before, EquatableArray<string> After, ConfigLine At);

public sealed record ModuleAlias(string Wildcard, string Module, ConfigLine At)
{
    /// <summary>udev loads this module for the function, and no other: kmod asks modprobe.d first (kmod_module_new_from_lookup).</summary>
    public bool Matches(PciFunction function) =>
        Wildcard.StartsWith("pci:", StringComparison.Ordinal)
        && ModuleAliasPattern.For(function) is { } name && ModuleAliasPattern.Matches(Encoding.ASCII.GetBytes(Wildcard), name);
}

/// <summary>One <c>ids=</c>, of a line or of the kernel's command line.</summary>
public sealed record VfioIds(EquatableArray<PciMatch> Ids, ConfigLine At);
