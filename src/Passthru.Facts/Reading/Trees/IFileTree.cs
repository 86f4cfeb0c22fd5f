namespace Passthru.Facts.Reading.Trees;

/// <summary>
/// The files below one root: a live host's, an unpacked fixture's, a capture's. A path is relative to the root, starts
/// without a slash (<c>sys/class/iommu</c>), and no symbolic link on the way leads out of the root.
/// </summary>
public interface IFileTree
{
    /// <summary>No directory that is listed has as many entries; what lies beyond is left out and told.</summary>
    const int MaxNames = 65536;

    /// <summary>Reads the start of a file. Returns the bytes read (all of the buffer: there may be more), or minus an <see cref="Errno"/>.</summary>
    int Read(string path, Span<byte> buffer);

    /// <summary>The names in a directory, in no order.</summary>
    Errno List(string path, List<string> names);

    /// <summary>Where a symbolic link points, as it is written. Anything else answers <see cref="Errno.InvalidArgument"/>.</summary>
    Errno Link(string path, out string target);

    /// <summary>What tells this file from a later one of the same name. Follows symbolic links.</summary>
    Errno StatIdentity(string path, out FileIdentity identity);

    /// <summary>What tells this state of a file from a later one. Follows symbolic links.</summary>
    Errno StatVersion(string path, out FileVersion version);

    /// <summary>Kind, permissions and device number of a file. Follows symbolic links, those of procfs to open files too.</summary>
    Errno StatNode(string path, out FileNode node);

    /// <summary>
    /// Hands a file, however large, to <paramref name="digest"/> as a stream. A recording stores the digest in place of the file,
    /// so a digest of the digest must be the same.
    /// </summary>
    Errno Extract(string path, StreamExtract digest);

    /// <summary>Shows a file line by line to <paramref name="filter"/>, until that has seen enough.</summary>
    Errno Scan(string path, LineFilter filter);

    /// <summary>The same files from one of the directories on, for many questions about one place.</summary>
    IDirectory Enter(string directory) => new SubdirectoryTree(this, directory);
}

/// <summary>A directory of a tree: paths are relative to it, and an empty one is the directory itself.</summary>
public interface IDirectory : IFileTree, IDisposable;

/// <summary>Inode number and, where the file system has one, the time of birth: a directory made anew has another.</summary>
public readonly record struct FileIdentity(ulong Inode, long BornSeconds, uint BornNanoseconds);

/// <summary>Inode number, size and time of the last change of a regular file; zero where the tree does not know.</summary>
public readonly record struct FileVersion(ulong Inode, long Size, long ModifiedSeconds, uint ModifiedNanoseconds)
{
    /// <summary>Null: not known.</summary>
    public DateTimeOffset? Modified =>
        ModifiedSeconds is > 0 and < 253402300800 ? DateTimeOffset.FromUnixTimeSeconds(ModifiedSeconds) : null;
}

/// <summary>The little that is wanted of a large file. Never throws what is not an <see cref="IOException"/> of the stream.</summary>
public delegate byte[] StreamExtract(Stream content);

/// <summary>What a scan thinks of a line, given without its line feed.</summary>
public delegate LineVerdict LineFilter(ReadOnlySpan<byte> line);

/// <summary>What to do with a line: a recording stores what was kept, and nothing else of the file.</summary>
public enum LineVerdict
{
    Skip,
    Keep,
    KeepAndStop,
}
