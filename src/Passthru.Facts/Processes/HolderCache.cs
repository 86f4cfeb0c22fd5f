using Passthru.Facts.Values;

namespace Passthru.Facts.Processes;

/// <summary>
/// What a look into every process found. As long as the module counts as many references and the same descriptors still are files
/// of VFIO, nothing was opened beside them, and nothing else needs a look.
/// </summary>
public sealed record HolderCache
{
    public static readonly HolderCache Empty = new();

    /// <summary>References on the module; null: not every process could be looked into, or there is no such count.</summary>
    public int? References { get; init; }

    /// <summary>What was found open.</summary>
    public EquatableArray<OpenVfioFile> Files { get; init; } = [];
}

/// <summary>A file of VFIO that a process has open: <c>/proc/PID/fd/DESCRIPTOR</c>.</summary>
public readonly record struct OpenVfioFile(int Pid, string Descriptor);
