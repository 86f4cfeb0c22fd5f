using System.Text;

namespace Passthru.Exporter.Commands;

/// <summary>
/// Leaves of mountinfo what mounts are followed by: number, root of nodes, mount point, type, the source where that is a disk or a
/// pool, and the options that name a server, a disk or, of an overlay at /, a directory. Others may hold names of users, sources
/// those of shares.
/// </summary>
internal static class RedactMounts
{
    private static readonly string[] Named = ["addr=", "logdev=", "rtdev="];
    private static readonly string[] Layers = ["lowerdir=", "lowerdir+=", "datadir+=", "upperdir="];
    private static readonly string[] TypesWithSource = ["zfs", "btrfs", "bcachefs"];

    public static byte[] Content(byte[] content) =>
        Encoding.UTF8.GetBytes(string.Concat(
            Encoding.UTF8.GetString(content).Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => Line(line) + "\n")));

    private static string Line(string line)
    {
        var fields = line.Split(' ');
        var dash = Array.IndexOf(fields, "-", Math.Min(6, fields.Length));
        if (dash < 0 || dash + 2 >= fields.Length)
        {
            return "redacted";
        }

        var (type, source) = (fields[dash + 1], fields[dash + 2]);
        var keepsSource = TypesWithSource.Contains(type) || source.StartsWith("/dev/", StringComparison.Ordinal);
        var options = dash + 3 < fields.Length ? fields[dash + 3].Split(',') : [];
        var layers = type == "overlay" && fields[4] == "/" ? Layers : [];
        string[] kept = ["rw", .. options.Where(option => Named.Concat(layers).Any(name => option.StartsWith(name, StringComparison.Ordinal)))];
        return $"{fields[0]} {fields[1]} {fields[2]} {(type == "devtmpfs" ? fields[3] : "/")} {fields[4]} rw - {type} {(keepsSource ? source : "none")} {string.Join(',', kept)}";
    }
}
