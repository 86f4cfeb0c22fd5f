using Passthru.Facts.Reading;

namespace Passthru.Facts.HostDependencies.Storage;

/// <summary>
/// What is mounted, as a process sees it. Sources: <c>/proc/1/mountinfo</c>; where that process is hidden (hidepid),
/// <c>/proc/self/mountinfo</c>; of another mount namespace the file of a process in it.
/// </summary>
internal sealed class MountTable
{
    private readonly List<Mount> _all = [];
    private readonly Dictionary<string, Mount> _byPoint = new(StringComparer.Ordinal);

    private MountTable(string path)
    {
        Path = path;
    }

    /// <summary>The file it was read from.</summary>
    public string Path { get; }

    /// <summary>Every line was read and understood.</summary>
    public bool IsWhole { get; private set; }

    /// <summary>The mount at <c>/</c> that is on top; the first one is the kernel's own rootfs, often not listed.</summary>
    public Mount? Root { get; private set; }

    /// <summary>All other mounts, those below another one too: they are in use all the same. The shortest path first: what names a disk best.</summary>
    public IEnumerable<Mount> Others => _all
        .Where(mount => mount != Root)
        .OrderBy(mount => mount.Point.Length)
        .ThenBy(mount => mount.Point, StringComparer.Ordinal);

    /// <summary>The mounts of the host; null where no table can be seen.</summary>
    public static MountTable? Read(HostReader files) =>
        TextTable.FirstOf(files, "proc/1/mountinfo", "proc/self/mountinfo") is { } path ? Read(files, path) : null;

    /// <summary>Null: there is no such file, or it can't be read.</summary>
    public static MountTable? Read(HostReader files, string path)
    {
        var table = new MountTable(path);
        var understood = true;
        var read = TextTable.Read(files, path, line =>
        {
            understood &= table.Add(files, line);
            return true;
        });
        table.IsWhole = read == true && understood;
        return read is null ? null : table;
    }

    /// <summary>The mount in which a file lies.</summary>
    public Mount? Containing(string file)
    {
        for (var path = file; path.Length > 1; path = path[..Math.Max(0, path.LastIndexOf('/'))])
        {
            if (_byPoint.TryGetValue(path, out var mount))
            {
                return mount;
            }
        }

        return Root;
    }

    /// <summary>Mounted over another, the later line is what one sees.</summary>
    private bool Add(HostReader files, string line)
    {
        if (!Mount.TryParse(line, out var mount))
        {
            files.ReportMalformed(Path, line);
            return false;
        }

        _all.Add(mount);
        _byPoint[mount.Point] = mount;
        if (mount.Point == "/" && (Root is null || mount.Type != "rootfs"))
        {
            Root = mount;
        }

        return true;
    }
}
