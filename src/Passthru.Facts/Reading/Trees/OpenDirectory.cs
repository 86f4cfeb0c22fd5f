using System.Text;

namespace Passthru.Facts.Reading.Trees;

/// <summary>A directory that was looked up once: what is in it is opened from there, without the way from the root.</summary>
/// <param name="tree">The tree it is a directory of, for what a link leads out of it.</param>
/// <param name="root">The root below which it was found.</param>
/// <param name="directory">Its path.</param>
/// <param name="descriptor">The directory, or minus the <see cref="Errno"/> that every question is answered with.</param>
internal sealed class OpenDirectory(DirectoryTree tree, RootDirectory root, string directory, int descriptor) : DescriptorTree, IDirectory
{
    public override unsafe Errno Link(string path, out string target)
    {
        if (descriptor < 0 || path.Length == 0 || path.Contains('/', StringComparison.Ordinal))
        {
            return base.Link(path, out target);
        }

        target = "";
        var buffer = stackalloc byte[LongestPath];
        var length = Libc.ReadLinkAt(descriptor, path, buffer, LongestPath);
        if (length < 0)
        {
            return Libc.LastError;
        }

        target = Encoding.UTF8.GetString(buffer, (int)length);
        return Errno.None;
    }

    /// <summary>
    /// A link of <c>/proc/PID/fd</c> leads to the open file itself, wherever that is. openat2(2) below a root refuses such links
    /// (EXDEV, or ELOOP), and only such; statx(2) follows them.
    /// </summary>
    public override Errno StatNode(string path, out FileNode node)
    {
        var error = base.StatNode(path, out node);
        if (error is not (Errno.CrossDeviceLink or Errno.TooManyLinks) || descriptor < 0)
        {
            return error;
        }

        const uint basic = 0x7ff;   // STATX_BASIC_STATS
        error = Libc.StatX(descriptor, path, 0, basic, out var status) == 0 ? Errno.None : Libc.LastError;
        node = Node(status);
        return error;
    }

    public override IDirectory Enter(string below) => tree.Enter($"{directory}/{below}");

    public void Dispose()
    {
        if (descriptor >= 0)
        {
            _ = Libc.Close(descriptor);
        }
    }

    internal override int Open(string path, int flags)
    {
        if (descriptor < 0)
        {
            return descriptor;
        }

        var opened = root.OpenIn(descriptor, path.Length == 0 ? "." : path, flags);
        return opened == -(int)Errno.TooManyLinks ? tree.Open($"{directory}/{path}", flags) : opened;
    }

    internal override bool IsSysfs(string path) => tree.IsSysfs(directory);

    private protected override Errno StatusOf(string path, out Libc.FileStatus status)
    {
        status = default;
        if (descriptor < 0)
        {
            return (Errno)(-descriptor);
        }

        var error = path.Contains('/', StringComparison.Ordinal) ? Errno.TooManyLinks : Status(descriptor, path, out status);
        return error == Errno.TooManyLinks || status.IsLink ? base.StatusOf(path, out status) : error;
    }
}
