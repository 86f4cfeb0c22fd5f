using Passthru.Facts.Reading;

namespace Passthru.Facts.HostDependencies.Storage;

/// <summary>
/// Disks of Ceph OSDs that were activated on this host. Source: links <c>block</c>, <c>block.db</c>, <c>block.wal</c> in
/// <c>/var/lib/ceph/osd/CLUSTER-N</c> (ceph-volume) and <c>/var/lib/ceph/FSID/osd.N</c> (cephadm).
/// </summary>
internal static class CephDaemons
{
    /// <summary>The daemon's name in the kernel.</summary>
    public const string Program = "ceph-osd";

    private const string Directory = "var/lib/ceph";
    private static readonly string[] Links = ["block", "block.db", "block.wal"];

    /// <summary>What to call it, and the node. The directories are for the daemon alone: a refusal leaves them to the look at open files.</summary>
    public static IEnumerable<(string What, string Node)> Read(HostReader files)
    {
        var quiet = files.WithOwnIssues();
        foreach (var cluster in quiet.Names(Directory) ?? [])
        {
            foreach (var name in (quiet.Names($"{Directory}/{cluster}") ?? []).Where(name => cluster == "osd" || name.StartsWith("osd.", StringComparison.Ordinal)))
            {
                foreach (var link in Links)
                {
                    if (quiet.Link($"{Directory}/{cluster}/{name}/{link}") is ['/', ..] node)
                    {
                        yield return ($"Ceph OSD {name[(name.LastIndexOfAny(['-', '.']) + 1)..]}", node);
                    }
                }
            }
        }
    }
}
