using System.Collections.Immutable;
using Passthru.Facts.Baseline;
using Passthru.Facts.Iommu;
using Passthru.Facts.Pci;
using Passthru.Findings.Values;

namespace Passthru.Findings.Drift;

/// <summary>Who is together and who is apart, whatever the numbers of the groups are.</summary>
internal sealed class GroupDrift
{
    /// <summary>More names than this and nobody reads them.</summary>
    private const int MaxNames = 6;

    private readonly HardwareBaseline _baseline;
    private readonly ImmutableArray<IommuGroup> _groups;
    private readonly ImmutableArray<Member> _members;
    private readonly ImmutableArray<PciFunction> _newcomers;
    private readonly Dictionary<PciAddress, int> _now = [];

    public GroupDrift(HardwareBaseline baseline, ImmutableArray<IommuGroup> groups, DeviceDrift devices)
    {
        _baseline = baseline;
        _groups = groups;
        _newcomers = devices.Newcomers;
        for (var index = 0; index < groups.Length; index++)
        {
            foreach (var member in groups[index].Functions ?? [])
            {
                _now.TryAdd(member, index);
            }
        }

        var before = baseline.Groups.Index().SelectMany(group => group.Item.Select(member => (member, group.Index))).ToDictionary(it => it.member, it => it.Index);
        _members = [.. devices.Same.Select(pair => new Member(pair.Is, GroupIn(before, pair.Was.Address), GroupIn(_now, pair.Is.Address)))];
    }

    public IEnumerable<DriftChange> Changes() => (_baseline.Groups.Length, _groups.Length) switch
    {
        (0, 0) => [],
        (var before, 0) => [new DriftChange(DriftKind.GroupChanged, "host", $"There are no IOMMU groups now; there were {before}.", [])],
        (0, var now) => [new DriftChange(DriftKind.GroupChanged, "host", $"There are {now} IOMMU groups now; there were none.", [])],
        _ => [.. Joined(), .. Parted(), .. Joining(), .. Left(), .. Entered()],
    };

    private IEnumerable<DriftChange> Joined() =>
        from members in _members.Where(member => member is { Before: not null, Now: not null }).GroupBy(member => member.Now)
        let sides = Sides(members.GroupBy(member => member.Before))
        where sides.Count > 1
        select Change(sides, members, $"{And(sides)} are now in one IOMMU group; they were apart.");

    private IEnumerable<DriftChange> Parted() =>
        from members in _members.Where(member => member is { Before: not null, Now: not null }).GroupBy(member => member.Before)
        let sides = Sides(members.GroupBy(member => member.Now))
        where sides.Count > 1
        select Change(sides, members, $"{And(sides)} were in one IOMMU group; they are now apart.");

    /// <summary>A new device that keeps to itself, or only to the bridges above it, changes nothing for those that were there.</summary>
    private IEnumerable<DriftChange> Joining() =>
        from newcomers in _newcomers.Where(function => function.IsEndpoint && GroupIn(_now, function.Address) is not null).GroupBy(function => GroupIn(_now, function.Address))
        let there = _members.Where(member => member.Now == newcomers.Key && member.Function.IsEndpoint).Select(member => member.Function).OrderBy(Weight).ToList()
        where there.Count > 0
        select Change([.. newcomers.OrderBy(Weight)], there.Concat(newcomers),
            $"{And([.. newcomers.OrderBy(Weight)])}, new, {(newcomers.Count() == 1 ? "is" : "are")} in one IOMMU group with {And(there)}.");

    /// <summary>Nobody can say so while a group keeps its members to itself.</summary>
    private IEnumerable<DriftChange> Left() => _groups.Any(group => group.Functions is null) ? [] :
        from member in _members
        where member is { Before: not null, Now: null }
        select Change([member.Function], [member.Function], $"{Names.For(member.Function)} was in an IOMMU group and is in none now.");

    private IEnumerable<DriftChange> Entered() =>
        from member in _members
        where member is { Before: null, Now: not null }
        select Change([member.Function], [member.Function], $"{Names.For(member.Function)} was in no IOMMU group and is in one now.");

    /// <summary>
    /// The one that stands for each side: what one would hand out before other endpoints, those before bridges. Sides that have
    /// only lesser ones are not named where two others are.
    /// </summary>
    private static List<PciFunction> Sides(IEnumerable<IEnumerable<Member>> sides)
    {
        var all = sides.Select(side => side.Select(member => member.Function).MinBy(Weight)!).OrderBy(Weight).ToList();
        return [.. all.Where((function, index) => index < 2 || Weight(function).Rank <= Weight(all[1]).Rank).OrderBy(function => function.Address)];
    }

    private static (int Rank, PciAddress Address) Weight(PciFunction function) =>
        (function switch { { IsEndpoint: false } => 2, { Kind: DeviceKind.Other } => 1, _ => 0 }, function.Address);

    private static string And(List<PciFunction> functions)
    {
        List<string> names = [.. functions.Take(MaxNames).Select(Names.For)];
        if (functions.Count > MaxNames)
        {
            names.Add($"{functions.Count - MaxNames} more");
        }

        return Names.And(names);
    }

    private static DriftChange Change(IEnumerable<PciFunction> named, IEnumerable<Member> members, string sentence) =>
        Change(named, members.Select(member => member.Function), sentence);

    private static DriftChange Change(IEnumerable<PciFunction> named, IEnumerable<PciFunction> concerned, string sentence) =>
        new(DriftKind.GroupChanged, Names.List(named.Take(MaxNames).Select(function => function.Address)), sentence, [.. concerned.Select(function => function.Address).Order()]);

    private static int? GroupIn(Dictionary<PciAddress, int> groups, PciAddress address) => groups.TryGetValue(address, out var group) ? group : null;

    /// <summary>A function that was there and is, and the groups it was in and is in.</summary>
    private sealed record Member(PciFunction Function, int? Before, int? Now);
}
