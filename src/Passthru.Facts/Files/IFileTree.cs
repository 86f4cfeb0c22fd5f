namespace Passthru.Facts.Files;

/// <summary>
/// The files below one root: a live host's, an unpacked fixture's, a capture's. A path is relative to the root, starts
/// without a slash (<c>sys/class/iommu</c>), and no symbolic link on the way leads out of the root.
/// </summary>
public interface IFileTree
{
    /// <summary>Reads the start of a file. Returns the bytes read (all of the buffer: there may be more), or minus an <see cref="Errno"/>.</summary>
    int Read(string path, Span<byte> buffer);

    /// <summary>The names in a directory, in no order.</summary>
    Errno List(string path, List<string> names);

    /// <summary>Where a symbolic link points, as it is written. Anything else answers <see cref="Errno.InvalidArgument"/>.</summary>
    Errno Link(string path, out string target);

    /// <summary>What tells this file from a later one of the same name. Follows symbolic links.</summary>
    Errno Identify(string path, out FileIdentity identity);

    /// <summary>Shows a file line by line to <paramref name="filter"/>, until that has seen enough.</summary>
    Errno Scan(string path, LineFilter filter);
}

/// <summary>Inode number and, where the file system has one, the time of birth: a directory made anew has another.</summary>
public readonly record struct FileIdentity(ulong Inode, long BornSeconds, uint BornNanoseconds);

/// <summary>What a scan thinks of a line, given without its line feed.</summary>
public delegate LineVerdict LineFilter(ReadOnlySpan<byte> line);

/// <summary>What to do with a line: a recording stores what was kept, and nothing else of the file.</summary>
public enum LineVerdict
{
    Skip,
    Keep,
    KeepAndStop,
}
