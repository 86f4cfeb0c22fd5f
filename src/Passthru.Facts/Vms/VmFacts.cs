using Passthru.Facts.Values;

namespace Passthru.Facts.Vms;

/// <summary>The virtual machines of one manager.</summary>
/// <param name="Manager">Whose.</param>
/// <param name="Vms">Null: the manager is not on this host, or its files could not be read.</param>
/// <param name="NotesSeen">Its notes of running VMs were seen: one that they do not have does not run for it.</param>
/// <param name="DefinitionsComplete">Every definition that is there could be read: who is not among them is not defined.</param>
public sealed record VmFacts(VmManager Manager, EquatableArray<Vm>? Vms, bool NotesSeen = true, bool DefinitionsComplete = true);
