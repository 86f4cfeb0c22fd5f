using Passthru.Facts.Files;

namespace Passthru.Facts.Usage.Storage;

/// <summary>
/// The pools that the host imports at boot and the nodes of their disks. Source: <c>/etc/zfs/zpool.cache</c>, written by the
/// kernel module at each change of a pool (spa_write_cachefile in OpenZFS, module/zfs/spa_config.c).
/// </summary>
internal static class ZpoolCache
{
    private const string Path = "etc/zfs/zpool.cache";

    /// <summary>A pool of 100 disks takes about 100 kB.</summary>
    private const int LargestCache = 4 * 1024 * 1024;

    /// <summary>Nodes of a pool's disks; null where the file does not tell all of them.</summary>
    public static IReadOnlyList<string>? NodesOf(string pool, HostFiles files)
    {
        if (files.Bytes(Path, LargestCache) is not { } bytes)
        {
            return null;
        }

        if (NameValueList.Parse(bytes) is not { } cache)
        {
            files.NotUnderstood(Path, "");
            return null;
        }

        var nodes = new List<string>();
        return cache.ListsOf(pool) is [var config] && config.ListsOf("vdev_tree") is [var tree] && AddLeaves(tree, nodes) && nodes.Count > 0 ? nodes : null;
    }

    /// <summary>False: a leaf is a file, or has no path. A hole is where a log device was.</summary>
    private static bool AddLeaves(NameValueList device, List<string> nodes)
    {
        if (device.ListsOf("children") is { Count: > 0 } children)
        {
            return children.All(child => AddLeaves(child, nodes));
        }

        if (device.TextOf("type") == "hole")
        {
            return true;
        }

        if (device.TextOf("type") != "disk" || device.TextOf("path") is not { } path)
        {
            return false;
        }

        nodes.Add(path);
        return true;
    }
}
