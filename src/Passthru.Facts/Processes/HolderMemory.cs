namespace Passthru.Facts.Processes;

/// <summary>
/// What a look into every process found. As long as the module counts as many references and the same processes have as many
/// files open, nothing was opened that they do not have, and the others need no look.
/// </summary>
public sealed record HolderMemory
{
    public static readonly HolderMemory Empty = new();

    /// <summary>References on the module; null: not every process could be looked into, or there is no such count.</summary>
    public int? References { get; init; }

    /// <summary>VFIO files that were found open.</summary>
    public int Files { get; init; }

    /// <summary>The processes that had them.</summary>
    public EquatableArray<int> Pids { get; init; } = [];
}
