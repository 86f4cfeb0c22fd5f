using Passthru.Facts.HostDependencies.Chains;
using Passthru.Facts.Reading;

namespace Passthru.Facts.HostDependencies.Storage;

/// <summary>
/// Imported pools and the disks that are in them. The kernel shows the pools, <c>/proc/spl/kstat/zfs/NAME</c> with <c>guid</c>
/// (OpenZFS 2.2), and no link to their disks. Those are told by udev's notes on the labels, which miss a disk with two signatures,
/// and by <see cref="ZpoolCache"/>, whose nodes may be old: the union counts, matched by guid.
/// </summary>
internal sealed class ZfsPools(HostReader files, BlockDevices devices, UdevNotes udev)
{
    private const string Pools = "proc/spl/kstat/zfs";
    private const string Member = "zfs_member";
    private List<string>? _names;
    private ZpoolCache? _cache;

    /// <summary>Pools that are imported: the directories; beside them lie the statistics of all, which are files.</summary>
    public IReadOnlyList<string> Names => _names ??= [.. (files.Names(Pools) ?? []).Where(name => files.Names($"{Pools}/{name}") is not null)];

    private ZpoolCache Cache => _cache ??= new ZpoolCache(files);

    /// <summary>The pool that a volume (<c>zd0</c>) belongs to.</summary>
    public Backing BelowVolume(BlockLayer volume) =>
        (udev.Of(volume)?.Zvol?.Split('/')[0] ?? PoolByNode(volume) ?? (Names is [var only] ? only : null)) is { } pool
            ? Backing.On(new PoolLayer(pool))
            : Backing.Unknown("no file names its ZFS pool");

    public Backing Below(PoolLayer pool)
    {
        var cached = Cache.Find(pool.Name, Guid(pool.Name));
        var guid = Guid(pool.Name) ?? cached?.Guid;
        var labelled = udev.All.Where(note => note.Type == Member && IsOf(note, pool.Name, guid)).ToList();
        if (guid is null)
        {
            return BelowUnnumbered(labelled, cached);
        }

        var members = cached?.Leaves.Select(Find).ToList() ?? [];
        var found = labelled.Select(note => note.Device).Concat(members.OfType<BlockLayer>()).Distinct().ToList();
        return found.Count > 0 ? Backing.On(found) : Backing.Unknown("no file names the disks of this ZFS pool");
    }

    /// <summary>
    /// Disks with a label that names no pool, as caches and spares have it, while a pool is imported whose disks the cache does not
    /// all tell: one of its members, or an old disk.
    /// </summary>
    public IEnumerable<BlockLayer> Nameless() =>
        Names.All(name => Cache.Find(name, Guid(name))?.IsWhole == true) ? [] : udev.All.Where(IsNameless).Select(note => note.Device);

    /// <summary>Only the name is known, which an old disk may bear too: the cache decides, and without it labels that agree.</summary>
    private Backing BelowUnnumbered(List<UdevNote> labelled, CachedPool? cached)
    {
        var nodes = cached?.Leaves.Select(Find).ToList();
        if (cached is { IsWhole: true } && nodes?.Contains(null) == false)
        {
            return Backing.On(nodes.OfType<BlockLayer>());
        }

        var pools = labelled.Select(note => note.Uuid).Distinct().Count();
        return pools == 1 ? Backing.On(labelled.Select(note => note.Device).Concat(nodes?.OfType<BlockLayer>() ?? []).Distinct())
            : Backing.Unknown(pools == 0 ? "no file names the disks of this ZFS pool" : "labels of several pools of this name are there");
    }

    private string? Guid(string pool) =>
        DevicePath.IsName(pool) && files.Text($"{Pools}/{pool}/guid") is { Length: > 0 } guid ? guid : null;

    private static bool IsOf(UdevNote note, string pool, string? guid) =>
        guid is null || note.Uuid is null ? note.Label == pool : note.Uuid == guid;

    private static bool IsNameless(UdevNote note) =>
        (note.Type == Member && note.Uuid is null && note.Label is null)
        || (note.Type is null && note.OtherTypes?.Contains(Member, StringComparison.Ordinal) == true);

    /// <summary>By its own guid, for nodes change; else by the node.</summary>
    private BlockLayer? Find(CachedLeaf leaf) =>
        (leaf.Guid is { } guid ? udev.All.FirstOrDefault(note => note.Type == Member && note.MemberUuid == guid)?.Device : null) ?? devices.ByNode(leaf.Node);

    /// <summary>Links <c>/dev/zvol/POOL/VOLUME</c>.</summary>
    private string? PoolByNode(BlockLayer volume) =>
        (files.Names("dev/zvol") ?? []).FirstOrDefault(pool =>
            (files.Names($"dev/zvol/{pool}") ?? []).Any(name => files.LinkName($"dev/zvol/{pool}/{name}") == volume.Name));
}
