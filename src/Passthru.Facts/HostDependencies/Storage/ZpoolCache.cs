using System.Globalization;
using Passthru.Facts.Reading;
using Passthru.Facts.Values;

namespace Passthru.Facts.HostDependencies.Storage;

/// <summary>
/// The pools that the host imports at boot and their disks. Source: <c>/etc/zfs/zpool.cache</c>, written by the kernel module at
/// each change of a pool (spa_write_cachefile in OpenZFS, module/zfs/spa_config.c). A pool that was imported with
/// <c>cachefile=none</c> is not in it.
/// </summary>
internal sealed class ZpoolCache
{
    private const string Path = "etc/zfs/zpool.cache";

    /// <summary>A pool of 100 disks takes about 100 kB.</summary>
    private const int LargestCache = 4 * 1024 * 1024;

    private readonly NameValueList? _cache;

    public ZpoolCache(HostReader files)
    {
        if (files.Bytes(Path, LargestCache) is not { Length: > 0 } bytes)
        {
            return;
        }

        _cache = NameValueList.Parse(bytes);
        if (_cache is null)
        {
            files.ReportMalformed(Path, "");
        }
    }

    /// <summary>The pool, by its guid where both are known, for it may have been renamed or be an old one of the same name; null: it is not in the file.</summary>
    public CachedPool? Find(string name, string? guid)
    {
        var all = (_cache?.Names ?? []).SelectMany(pool => _cache!.ListsOf(pool).Select(config => (Name: pool, Config: config)));
        var (_, found) = all.FirstOrDefault(pool =>
            guid is not null && Text(pool.Config.NumberOf("pool_guid")) is { } known ? known == guid : pool.Name == name);
        return found is null ? null : PoolOf(found);
    }

    private static CachedPool PoolOf(NameValueList config)
    {
        var leaves = new List<CachedLeaf>();
        var isWhole = config.ListsOf("vdev_tree") is [var tree] && AddLeaves(tree, leaves) && leaves.Count > 0;
        return new CachedPool(Text(config.NumberOf("pool_guid")), [.. leaves], isWhole);
    }

    /// <summary>False: a leaf is a file, or has no path. A hole is where a log device was.</summary>
    private static bool AddLeaves(NameValueList device, List<CachedLeaf> leaves)
    {
        IReadOnlyList<NameValueList> below = [.. device.ListsOf("children"), .. device.ListsOf("l2cache"), .. device.ListsOf("spares")];
        if (below.Count > 0)
        {
            return below.Aggregate(true, (told, child) => AddLeaves(child, leaves) & told);
        }

        if (device.TextOf("type") == "hole")
        {
            return true;
        }

        if (device.TextOf("type") != "disk" || device.TextOf("path") is not { } path)
        {
            return false;
        }

        leaves.Add(new CachedLeaf(path, Text(device.NumberOf("guid"))));
        return true;
    }

    private static string? Text(ulong? number) => number is > 0 ? number.Value.ToString(CultureInfo.InvariantCulture) : null;
}

/// <summary>A pool as the cache has it.</summary>
/// <param name="Guid">In decimal digits, as udev and kstat write it.</param>
/// <param name="Leaves">Disks: data, logs, caches, spares.</param>
/// <param name="IsWhole">These are all.</param>
internal sealed record CachedPool(string? Guid, EquatableArray<CachedLeaf> Leaves, bool IsWhole);

/// <summary>A disk of a pool: the node that it was found at last, and its own guid.</summary>
internal readonly record struct CachedLeaf(string Node, string? Guid);
