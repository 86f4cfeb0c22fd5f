using System.Text;
using Passthru.Facts.Files;

namespace Passthru.Facts.Usage.Storage;

/// <summary>
/// Imported pools and the disks that are in them. Sources: the directories in <c>/proc/spl/kstat/zfs</c>, with <c>guid</c>
/// (OpenZFS 2.2); for the kernel shows no link between a pool and its disks, udev's notes on the labels it found on each device,
/// <c>/run/udev/data/bNUMBER</c>, else <see cref="ZpoolCache"/>.
/// </summary>
internal sealed class ZfsPools(HostFiles files, BlockDevices devices)
{
    private const string Pools = "proc/spl/kstat/zfs";
    private List<string>? _names;
    private List<Member>? _members;

    /// <summary>Pools that are imported.</summary>
    public IReadOnlyList<string> Names => _names ??= ReadNames();

    /// <summary>The pool that a volume (<c>zd0</c>) belongs to, which is told where there is but one.</summary>
    public string? OfVolumes => Names is [var only] ? only : null;

    public Footing Below(PoolLayer pool)
    {
        _members ??= [.. ReadMembers()];
        var guid = DevicePath.IsName(pool.Name) ? files.Text($"{Pools}/{pool.Name}/guid") : null;
        var found = _members.Where(member => member.IsOf(pool.Name, guid)).Select(member => member.Device).ToList();
        return found.Count > 0 ? Footing.On(found) : BelowByCache(pool.Name);
    }

    private Footing BelowByCache(string pool)
    {
        var nodes = ZpoolCache.NodesOf(pool, files)?.Select(devices.ByNode).ToList();
        return nodes is null || nodes.Contains(null)
            ? Footing.Unknown("no file tells the disks of this ZFS pool")
            : Footing.On(nodes.OfType<BlockLayer>());
    }

    /// <summary>Pools are the directories; beside them lie the statistics of all, which are files.</summary>
    private List<string> ReadNames() => [.. (files.Names(Pools) ?? []).Where(name => files.Names($"{Pools}/{name}") is not null)];

    private IEnumerable<Member> ReadMembers()
    {
        foreach (var (number, device) in devices.All())
        {
            var type = "";
            var label = "";
            var uuid = "";
            files.Scan($"run/udev/data/b{number}", line =>
                Take(line, "E:ID_FS_TYPE="u8, ref type) || Take(line, "E:ID_FS_LABEL_ENC="u8, ref label) || Take(line, "E:ID_FS_UUID="u8, ref uuid)
                    ? LineVerdict.Keep
                    : LineVerdict.Skip);
            if (type == "zfs_member")
            {
                yield return new Member(HexEscapes.Decode(label), uuid, device);
            }
        }
    }

    private static bool Take(ReadOnlySpan<byte> line, ReadOnlySpan<byte> key, ref string value)
    {
        if (!line.StartsWith(key))
        {
            return false;
        }

        value = Encoding.UTF8.GetString(line[key.Length..]);
        return true;
    }

    /// <summary>A device with a label of ZFS: the pool's name, and its guid.</summary>
    private sealed record Member(string Pool, string Guid, BlockLayer Device)
    {
        /// <summary>Old disks may bear the label of another pool of the same name.</summary>
        public bool IsOf(string pool, string? guid) => Pool == pool && (string.IsNullOrEmpty(guid) || Guid.Length == 0 || Guid == guid);
    }
}
