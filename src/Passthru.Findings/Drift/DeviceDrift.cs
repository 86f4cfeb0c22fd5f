using System.Collections.Immutable;
using Passthru.Facts.Baseline;
using Passthru.Facts.Pci;
using Passthru.Findings.Values;

namespace Passthru.Findings.Drift;

/// <summary>
/// Which function of the baseline is which function of now. First by place, which buses that are numbered anew do not change;
/// then, among what is left, by ids where that leaves no doubt: a card that was moved to another slot, or to another chassis.
/// </summary>
internal sealed class DeviceDrift
{
    private readonly ImmutableArray<Pair> _atPlace;
    private readonly ImmutableArray<Pair> _moved;
    private readonly ImmutableArray<BaselineFunction> _gone;
    private readonly ImmutableArray<PciFunction> _new;

    public DeviceDrift(HardwareBaseline baseline, PciFacts pci)
    {
        var now = Fingerprint.Lasting(pci).ToList();
        var places = now.ToDictionary(function => function.Path.Place);
        var before = baseline.Functions.Select(function => function.Place).ToHashSet();
        _atPlace = [.. baseline.Functions.Where(was => places.ContainsKey(was.Place)).Select(was => new Pair(was, places[was.Place]))];
        _gone = [.. baseline.Functions.Where(was => !places.ContainsKey(was.Place))];
        _new = [.. now.Where(function => !before.Contains(function.Path.Place))];
        _moved = [.. Moved()];
        var settled = _moved.Select(pair => pair.Was).ToHashSet();
        var taken = _moved.Select(pair => pair.Is.Address).ToHashSet();
        Same = [.. _moved, .. _atPlace.Where(pair => pair.IsAlike || (!settled.Contains(pair.Was) && !taken.Contains(pair.Is.Address)))];
        Newcomers = [.. now.Except(Same.Select(pair => pair.Is))];
    }

    /// <summary>A function then, and what it is now: the same device, or another in its place.</summary>
    public ImmutableArray<Pair> Same { get; }

    /// <summary>Functions that were nowhere before.</summary>
    public ImmutableArray<PciFunction> Newcomers { get; }

    public IEnumerable<DriftChange> Changes()
    {
        var movedTo = _moved.ToDictionary(pair => pair.Was.Address, pair => pair.Is.Address);
        var movedFrom = _moved.ToDictionary(pair => pair.Is.Address, pair => pair.Was.Address);
        return
        [
            .. _gone.Select(was => Change(DriftKind.DeviceMissing, was.Address,
                $"{Named(was)} is missing{(movedTo.TryGetValue(was.Address, out var to) ? $"; its like is now {Elsewhere(was.Address, to)}" : "")}.")),
            .. _new.Select(function => Change(DriftKind.DeviceAdded, function.Address,
                $"{Names.For(function)} is new{(movedFrom.TryGetValue(function.Address, out var from) ? $"; its like was {Elsewhere(function.Address, from)}" : "")}.")),
            .. _atPlace.Where(pair => !pair.IsAlike).Select(Replaced),
            .. _atPlace.Where(pair => pair.IsAlike && pair.Was.Address != pair.Is.Address).Select(pair => Change(DriftKind.DeviceReplaced, pair.Is.Address,
                $"{Named(pair.Was)} is in the same place and has the address {pair.Is.Address} now.")),
        ];
    }

    private static DriftChange Replaced(Pair pair)
    {
        var (was, now) = (pair.Was.Name ?? $"{pair.Was.Id}", Names.Model(pair.Is) ?? $"{pair.Is.Id}");
        if (was == now)
        {
            (was, now) = ($"{was} [{pair.Was.Id}, {pair.Was.Subsystem}]", $"{now} [{pair.Is.Id}, {pair.Is.Subsystem}]");
        }

        var place = pair.Was.Address == pair.Is.Address ? $"{pair.Is.Address}" : $"{pair.Is.Address}, {pair.Was.Address} before,";
        return Change(DriftKind.DeviceReplaced, pair.Is.Address, $"{place} is {now} now; it was {was}.");
    }

    /// <summary>Of each model as many as are not where they were turn up elsewhere.</summary>
    private IEnumerable<Pair> Moved()
    {
        var lost = _gone.Concat(_atPlace.Where(pair => !pair.IsAlike).Select(pair => pair.Was)).Where(was => was.Id is not null).ToLookup(was => (was.Id, was.Subsystem));
        var found = _new.Concat(_atPlace.Where(pair => !pair.IsAlike).Select(pair => pair.Is)).ToLookup(function => (function.Id, function.Subsystem));
        return lost.Where(model => model.Count() == found[model.Key].Count())
            .SelectMany(model => model.OrderBy(was => was.Address).Zip(found[model.Key].OrderBy(function => function.Address), (was, function) => new Pair(was, function)));
    }

    private static string Elsewhere(PciAddress one, PciAddress other) => one == other ? "in another place, under the same address" : $"at {other}";

    private static string Named(BaselineFunction was) => Names.For(was.Address, was.Name ?? was.Id?.ToString());

    private static DriftChange Change(DriftKind kind, PciAddress address, string sentence) => new(kind, address.ToString(), sentence, [address]);

    /// <summary>What was, and what is.</summary>
    internal sealed record Pair(BaselineFunction Was, PciFunction Is)
    {
        /// <summary>Nothing that is known of both differs.</summary>
        public bool IsAlike => (Was.Id ?? Is.Id) == (Is.Id ?? Was.Id) && (Was.Subsystem ?? Is.Subsystem) == (Is.Subsystem ?? Was.Subsystem);
    }
}
