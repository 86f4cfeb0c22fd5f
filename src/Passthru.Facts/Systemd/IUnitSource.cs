using Passthru.Facts.Values;

namespace Passthru.Facts.Systemd;

/// <summary>A way to ask systemd. Answers within a time limit of its own, and never throws.</summary>
public interface IUnitSource
{
    /// <summary>The loaded units whose names match one of the patterns of a shell.</summary>
    UnitAnswer List(IReadOnlyList<string> patterns);
}

/// <summary>Whom to ask, and for what.</summary>
/// <param name="Source">The way to systemd.</param>
/// <param name="AlsoWanted">Names or patterns of units besides those that every passthrough host stands on.</param>
public sealed record UnitQuery(IUnitSource Source, IReadOnlyList<string> AlsoWanted);

/// <summary>What came of asking.</summary>
/// <param name="Outcome">How it went.</param>
/// <param name="Units">With <see cref="UnitOutcome.Listed"/>; else none.</param>
/// <param name="Reason">Why there are none, in a few words.</param>
public sealed record UnitAnswer(UnitOutcome Outcome, EquatableArray<SystemdUnit> Units, string Reason)
{
    public static UnitAnswer Listed(EquatableArray<SystemdUnit> units) => new(UnitOutcome.Listed, units, "");

    public static UnitAnswer Without(UnitOutcome outcome, string reason) => new(outcome, [], reason);
}

/// <summary>The ways in which asking can end.</summary>
public enum UnitOutcome
{
    Listed,

    /// <summary>There is nobody to ask, which is no trouble: no bus, no systemd.</summary>
    Off,

    /// <summary>Nothing came back within the time limit.</summary>
    NoAnswer,

    /// <summary>The bus or systemd refused.</summary>
    Refused,
}
