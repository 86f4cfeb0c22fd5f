using System.Text;
using Passthru.Facts.HostDependencies.Chains;
using Passthru.Facts.Reading;
using Passthru.Facts.Reading.Trees;
using Passthru.Facts.Values;

namespace Passthru.Facts.HostDependencies.Storage;

/// <summary>What udev noted of each block device when it looked at it. Source: <c>/run/udev/data/bNUMBER</c> (udev database, systemd's device-private.c).</summary>
internal sealed class UdevNotes(HostReader files, BlockDevices devices)
{
    /// <summary>Lines that are read, and kept by a capture: no serial numbers.</summary>
    private static readonly string[] Keys =
        ["E:ID_FS_TYPE=", "E:ID_FS_LABEL_ENC=", "E:ID_FS_UUID=", "E:ID_FS_UUID_SUB=", "E:ID_FS_AMBIVALENT=", "E:ID_PART_ENTRY_UUID=", "S:zvol/"];

    private List<UdevNote>? _all;

    public IReadOnlyList<UdevNote> All => _all ??= [.. devices.All().Select(it => Read(it.Number, it.Device))];

    public UdevNote? Of(BlockLayer device) => All.FirstOrDefault(note => note.Device == device);

    private UdevNote Read(string number, BlockLayer device)
    {
        var values = new string[Keys.Length];
        files.Scan($"run/udev/data/b{number}", line =>
        {
            for (var i = 0; i < Keys.Length; i++)
            {
                if (line.Length > Keys[i].Length && Encoding.ASCII.GetString(line[..Keys[i].Length]) == Keys[i])
                {
                    values[i] = Encoding.UTF8.GetString(line[Keys[i].Length..]);
                    return LineVerdict.Keep;
                }
            }

            return LineVerdict.Skip;
        });
        return new UdevNote(device)
        {
            Type = values[0],
            Label = values[1] is { } label ? HexEscapes.Decode(label) : null,
            Uuid = values[2],
            MemberUuid = values[3],
            OtherTypes = values[4],
            PartitionUuid = values[5],
            Zvol = values[6],
        };
    }
}

/// <summary>Of one device; null where udev noted nothing.</summary>
internal sealed record UdevNote(BlockLayer Device)
{
    /// <summary><c>zfs_member</c>, <c>vfat</c>, <c>ceph_bluestore</c>.</summary>
    public string? Type { get; init; }

    /// <summary>Of a member of a pool: the pool's name.</summary>
    public string? Label { get; init; }

    /// <summary>Of a member of a pool: the pool's guid.</summary>
    public string? Uuid { get; init; }

    /// <summary>Of a member of a pool: its own guid.</summary>
    public string? MemberUuid { get; init; }

    /// <summary>Several signatures were found, and none was chosen: <c>filesystem:zfs_member:5000 raid:ddf_raid_member</c>.</summary>
    public string? OtherTypes { get; init; }

    public string? PartitionUuid { get; init; }

    /// <summary>Of a volume of ZFS: <c>rpool/swap</c>.</summary>
    public string? Zvol { get; init; }
}
