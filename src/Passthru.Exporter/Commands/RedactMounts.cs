using System.Text;

namespace Passthru.Exporter.Commands;

/// <summary>
/// Leaves of mountinfo what mounts are followed by: number, mount point, type, the source where that is a disk or a pool, the
/// address of a server. Options may hold names of users, sources those of shares.
/// </summary>
internal static class RedactMounts
{
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
        string[] kept = ["rw", .. options.Where(option => option.StartsWith("addr=", StringComparison.Ordinal))];
        return $"{fields[0]} {fields[1]} {fields[2]} / {fields[4]} rw - {type} {(keepsSource ? source : "none")} {string.Join(',', kept)}";
    }
}
