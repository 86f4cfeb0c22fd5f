using Passthru.Facts.Reading.Trees;

namespace Passthru.Exporter.Serving.Security;

/// <summary>What files were like when they were looked at, to see whether they have changed.</summary>
internal sealed class FileStamps
{
    private static readonly DirectoryTree Root = new("/");
    private readonly List<(string Path, Errno Error, FileVersion Version)> _stamps = [];

    /// <param name="path">Absolute; to be called before the file is read, or a change in between would be missed.</param>
    public void Add(string path) => _stamps.Add(Stamp(path));

    public bool StillHold => _stamps.TrueForAll(stamp => Stamp(stamp.Path) == stamp);

    private static (string, Errno, FileVersion) Stamp(string path) => (path, Root.StatVersion(path[1..], out var version), version);
}
