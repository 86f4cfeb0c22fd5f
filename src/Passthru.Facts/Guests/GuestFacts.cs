namespace Passthru.Facts.Guests;

/// <summary>The virtual machines of one manager.</summary>
/// <param name="Guests">Null: the manager is not on this host, or its files could not be read.</param>
/// <param name="DefinitionsTold">Every definition that is there could be read: who is not among them is not defined.</param>
public sealed record GuestFacts(EquatableArray<Guest>? Guests, bool DefinitionsTold = true);
