using System.Text;

namespace Passthru.Facts.HostDependencies.Storage;

/// <summary>A line of mountinfo (Documentation/filesystems/proc.rst, 3.5).</summary>
/// <param name="Number">Device number as sysfs writes it, <c>8:2</c>; of major 0 where the file system has no one block device.</param>
/// <param name="Root">What of the file system is mounted: <c>/</c>; of a node of devtmpfs that is bind-mounted <c>/sdb</c>.</param>
/// <param name="Point">Where it is mounted.</param>
/// <param name="Type">The file system.</param>
/// <param name="Source">What the file system calls its source.</param>
/// <param name="Options">Options of the file system, separated by commas.</param>
internal sealed record Mount(string Number, string Root, string Point, string Type, string Source, string Options)
{
    public bool HasBlockDevice => !Number.StartsWith("0:", StringComparison.Ordinal);

    public bool IsNfs => Type is "nfs" or "nfs4";

    /// <summary>Lives in memory: the initial root, or what replaces it on a host without disks.</summary>
    public bool IsInMemory => Type is "rootfs" or "ramfs" or "tmpfs";

    /// <summary>Nodes of devices.</summary>
    public bool IsNodes => Type == "devtmpfs";

    /// <summary>A file system whose disks can be looked for. Not so overlays, which stand on mounts of their own, and what is no storage at all.</summary>
    public bool IsStorage => HasBlockDevice || Type is "zfs" or "btrfs" or "bcachefs";

    /// <summary>What is mounted, wherever: the same for bind mounts and subvolumes.</summary>
    public (string, string) FileSystem => HasBlockDevice ? (Number, "") : (Type, Source);

    /// <summary>The values of an option: <c>addr</c> of a network file system, <c>logdev</c> of XFS, <c>lowerdir</c> and <c>lowerdir+</c> of an overlay.</summary>
    public IEnumerable<string> Option(string name) =>
        Options.Split(',').Where(option => option.Length > name.Length && option[name.Length] == '=' && option.StartsWith(name, StringComparison.Ordinal))
            .Select(option => Unescape(option[(name.Length + 1)..]));

    /// <summary><c>36 35 98:0 /mnt1 /mnt2 rw,noatime master:1 - ext3 /dev/root rw,errors=continue</c></summary>
    public static bool TryParse(string line, out Mount mount)
    {
        mount = Nothing;
        var fields = line.Split(' ');
        var dash = Array.IndexOf(fields, "-", Math.Min(6, fields.Length));
        if (dash < 0 || dash + 2 >= fields.Length || !IsNumber(fields[2]) || !fields[4].StartsWith('/'))
        {
            return false;
        }

        var options = dash + 3 < fields.Length ? fields[dash + 3] : "";
        mount = new Mount(fields[2], Unescape(fields[3]), Unescape(fields[4]), fields[dash + 1], Unescape(fields[dash + 2]), options);
        return true;
    }

    /// <summary>Space, tab, line feed and backslash stand as three octal digits (mangle in fs/seq_file.c).</summary>
    public static string Unescape(string text)
    {
        if (!text.Contains('\\', StringComparison.Ordinal))
        {
            return text;
        }

        var plain = new StringBuilder();
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] == '\\' && i + 3 < text.Length && text.AsSpan(i + 1, 3).IndexOfAnyExceptInRange('0', '7') < 0)
            {
                plain.Append((char)((((text[i + 1] - '0') & 3) << 6) | ((text[i + 2] - '0') << 3) | (text[i + 3] - '0')));
                i += 3;
            }
            else
            {
                plain.Append(text[i]);
            }
        }

        return plain.ToString();
    }

    private static Mount Nothing => new("0:0", "/", "", "", "", "");

    private static bool IsNumber(string text)
    {
        var colon = text.IndexOf(':', StringComparison.Ordinal);
        return colon > 0 && colon < text.Length - 1 && text.Length <= 16
            && !text.AsSpan(0, colon).ContainsAnyExceptInRange('0', '9')
            && !text.AsSpan(colon + 1).ContainsAnyExceptInRange('0', '9');
    }
}
