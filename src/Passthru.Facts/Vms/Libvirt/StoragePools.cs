using Passthru.Facts.Reading;

namespace Passthru.Facts.Vms.Libvirt;

/// <summary>
/// Where the volumes of libvirt's storage pools lie, which domains name by pool and volume (<c>&lt;disk type='volume'&gt;</c>). Source:
/// <c>/etc/libvirt/storage/NAME.xml</c> (virStoragePoolDefParseXML). A pool without a file there lives until the daemon ends.
/// </summary>
internal sealed class StoragePools(HostReader files)
{
    private const string Directory = "etc/libvirt/storage";
    private const int MaxBytes = 1024 * 1024;
    private readonly Dictionary<string, Element?> _pools = new(StringComparer.Ordinal);

    /// <summary>Its node, or for an image file the directory; null for what is on no disk of this host, or not known.</summary>
    public string? PathOf(string pool, string volume)
    {
        if (pool.Contains('/') || Named(pool) is not { } definition)
        {
            return null;
        }

        var source = definition.Down("source");
        return definition["type"] switch
        {
            "dir" or "fs" => TextOf(definition.Down("target", "path")) is ['/', ..] path ? path : null,
            "logical" => $"/dev/{TextOf(source?.Down("name")) ?? pool}/{volume}",
            "zfs" => $"/dev/zvol/{TextOf(source?.Down("name")) ?? pool}/{volume}",
            "disk" or "mpath" => $"/dev/{(definition["type"] == "mpath" ? "mapper/" : "")}{volume}",
            _ => null,
        };
    }

    private static string? TextOf(Element? element) => element?.Text?.Trim();

    private Element? Named(string pool)
    {
        if (!_pools.TryGetValue(pool, out var known))
        {
            var path = $"{Directory}/{pool}.xml";
            known = files.IsThere(path) && files.LongText(path, MaxBytes) is { } text && XmlTree.TryParse(text, out var root, out _) ? root : null;
            _pools[pool] = known;
        }

        return known;
    }
}
