using Passthru.Facts.Reading.Trees;
using Passthru.Facts.Values;

namespace Passthru.Facts.Iommu;

/// <summary>What one read leaves for the next: reserved regions, by the directory of their group.</summary>
public sealed record IommuCache
{
    public static readonly IommuCache Empty = new();

    internal IReadOnlyDictionary<FileIdentity, KnownRegions> Regions { get; init; } = new Dictionary<FileIdentity, KnownRegions>();
}

/// <summary>Regions come from firmware tables, for each member (iommu_get_group_resv_regions): with the same members they are the same.</summary>
internal sealed record KnownRegions(string Group, IReadOnlyList<string> Members, EquatableArray<ReservedRegion> Regions)
{
    public bool Holds(string group, IReadOnlyList<string> members) => Group == group && Members.SequenceEqual(members);
}
