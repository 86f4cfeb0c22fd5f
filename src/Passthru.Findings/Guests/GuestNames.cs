using System.Collections.Immutable;
using Passthru.Facts.Usage;

namespace Passthru.Findings.Guests;

/// <summary>Whose a use is, and whether it counts: what only a configuration names counts while the guest runs or if it starts with the host.</summary>
internal sealed class GuestNames(ImmutableArray<GuestState> guests)
{
    private readonly Dictionary<int, string> _byPid = guests
        .Where(guest => guest.IsRunning == true)
        .Select(guest => (Pid: guest.Process?.Pid ?? guest.Guest.Pid, guest.Guest.Id))
        .Where(pair => pair.Pid is not null)
        .GroupBy(pair => pair.Pid!.Value)
        .ToDictionary(same => same.Key, same => same.First().Id);

    private readonly HashSet<string> _counted = guests
        .Where(guest => guest.IsRunning == true || guest.Guest.StartsWithHost == true)
        .Select(guest => guest.Guest.Id)
        .ToHashSet(StringComparer.Ordinal);

    public bool Counts(Use use) =>
        use.Kind != UseKind.GuestDisk || use.Owner is not { Vm: { } vm, Pid: null } || _counted.Contains(vm);

    public string? VmOf(UseOwner? owner) =>
        owner?.Vm ?? (owner?.Pid is { } pid ? _byPid.GetValueOrDefault(pid) : null);
}
