using Passthru.Facts.Values;

namespace Passthru.Facts.Systemd;

/// <summary>What systemd says of the units that matter to passthrough. Source: ListUnitsByPatterns on the system bus, org.freedesktop.systemd1(5).</summary>
/// <param name="Units">Those that are loaded, by name; one that is wanted and not here is not loaded, and so not running.</param>
public sealed record SystemdFacts(EquatableArray<SystemdUnit> Units)
{
    /// <summary>Why there is no systemd to ask, in a few words: no bus, another init. Then there are no units. Null: there is one.</summary>
    public string? Off { get; init; }

    public IEnumerable<SystemdUnit> Services => Units.Where(unit => unit.Name.EndsWith(".service", StringComparison.Ordinal));
}

/// <summary>One unit.</summary>
/// <param name="Name">As systemd writes it: <c>110.scope</c>, <c>machine-qemu\x2d1\x2dwin.scope</c>.</param>
/// <param name="ActiveState"><c>active</c>, <c>reloading</c>, <c>refreshing</c>, <c>inactive</c>, <c>failed</c>, <c>activating</c>, <c>deactivating</c>.</param>
public sealed record SystemdUnit(string Name, string ActiveState)
{
    /// <summary>It has started and not come to an end.</summary>
    public bool IsActive => ActiveState is "active" or "reloading" or "refreshing";
}
