namespace Passthru.Facts.Guests;

/// <summary>The virtual machines of one manager.</summary>
/// <param name="Guests">Null: the manager is not on this host, or its files could not be read.</param>
public sealed record GuestFacts(EquatableArray<Guest>? Guests);
