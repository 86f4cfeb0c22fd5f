namespace Passthru.Facts.Reading.Trees;

/// <summary>
/// A directory as the root of a host: <c>/</c>, <c>/host</c> in a container, an unpacked fixture. Opens for reading only, never
/// waits for a pipe, and below a root other than <c>/</c> resolves every link inside that root (openat2, Linux 5.6; on an older
/// kernel, or where a sandbox refuses that call, absolute links lead where they say).
/// </summary>
public sealed class DirectoryTree : DescriptorTree, IDisposable
{
    private readonly RootDirectory _rest;
    private readonly RootDirectory _sysfs;
    private readonly RootDirectory _procfs;

    /// <param name="root">The directory that stands for <c>/</c>.</param>
    /// <param name="sysfs">Where <c>sys</c> is, when not below the root.</param>
    /// <param name="procfs">Where <c>proc</c> is, when not below the root.</param>
    /// <exception cref="DirectoryNotFoundException">One of them is not a directory that can be opened.</exception>
    public DirectoryTree(string root, string? sysfs = null, string? procfs = null)
    {
        _rest = new RootDirectory(root);
        _sysfs = sysfs is null ? _rest : new RootDirectory(sysfs);
        _procfs = procfs is null ? _rest : new RootDirectory(procfs);
    }

    public override IDirectory Enter(string directory)
    {
        var (root, path) = RootOf(directory);
        return new OpenDirectory(this, root, directory, root.Open(path, Libc.PathOnly | Libc.Directory | Libc.CloseOnExec));
    }

    public void Dispose()
    {
        _rest.Dispose();
        _sysfs.Dispose();
        _procfs.Dispose();
    }

    internal override int Open(string path, int flags)
    {
        var (root, below) = RootOf(path);
        return root.Open(below, flags);
    }

    internal override bool IsSysfs(string path) => Below("sys", path) is not null;

    /// <summary>The directory itself is of the tree that it is the root of.</summary>
    private (RootDirectory Root, string Path) RootOf(string path) =>
        _sysfs != _rest && Below("sys", path) is { } inSysfs ? (_sysfs, inSysfs)
        : _procfs != _rest && Below("proc", path) is { } inProcfs ? (_procfs, inProcfs)
        : (_rest, path);

    /// <summary>The path from <paramref name="directory"/> on; null where it leads elsewhere.</summary>
    private static string? Below(string directory, string path) =>
        path == directory ? "."
        : path.Length > directory.Length && path[directory.Length] == '/' && path.StartsWith(directory, StringComparison.Ordinal) ? path[(directory.Length + 1)..]
        : null;
}
