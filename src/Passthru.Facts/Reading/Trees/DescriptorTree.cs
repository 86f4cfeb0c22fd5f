using System.Buffers.Binary;
using System.Text;

namespace Passthru.Facts.Reading.Trees;

/// <summary>
/// Answers every question with the system calls for it, once something says how a path is opened. Opens for reading only, and
/// never waits for a pipe.
/// </summary>
public abstract class DescriptorTree : IFileTree
{
    private protected const int LongestPath = 4096;   // PATH_MAX
    private const int ForReading = Libc.ReadOnly | Libc.NonBlocking | Libc.CloseOnExec | Libc.NoControllingTerminal;

    private protected DescriptorTree()
    {
    }

    public unsafe int Read(string path, Span<byte> buffer)
    {
        var file = Open(path, ForReading);
        if (file < 0)
        {
            return file;
        }

        try
        {
            // An attribute of sysfs comes whole with the first read; a file of procfs may come in pieces.
            var once = IsSysfs(path);
            var filled = 0;
            fixed (byte* start = buffer)
            {
                while (filled < buffer.Length)
                {
                    var read = Libc.Read(file, start + filled, buffer.Length - filled);
                    if (read < 0)
                    {
                        return -(int)Libc.LastError;
                    }

                    filled += (int)read;
                    if (read == 0 || once)
                    {
                        break;
                    }
                }
            }

            return filled == 0 && !IsRegular(file) ? -(int)Errno.TryAgain : filled;
        }
        finally
        {
            _ = Libc.Close(file);
        }
    }

    public unsafe Errno List(string path, List<string> names)
    {
        var directory = Open(path, Libc.ReadOnly | Libc.Directory | Libc.CloseOnExec);
        if (directory < 0)
        {
            return (Errno)(-directory);
        }

        try
        {
            var buffer = stackalloc byte[16 * 1024];
            nint read;
            while ((read = Libc.GetDirectoryEntries(directory, buffer, 16 * 1024)) > 0 && names.Count <= IFileTree.MaxNames)
            {
                AddNames(new ReadOnlySpan<byte>(buffer, (int)read), names);
            }

            return read < 0 ? Libc.LastError : Errno.None;
        }
        finally
        {
            _ = Libc.Close(directory);
        }
    }

    public virtual unsafe Errno Link(string path, out string target)
    {
        target = "";
        var link = Open(path, Libc.PathOnly | Libc.NoFollow | Libc.CloseOnExec);
        if (link < 0)
        {
            return (Errno)(-link);
        }

        try
        {
            var buffer = stackalloc byte[LongestPath];
            var length = Libc.ReadLinkAt(link, "", buffer, LongestPath);
            if (length < 0)
            {
                // Asked of what is no link, the kernel says ENOENT for the empty name; elsewhere it says EINVAL.
                return Libc.LastError == Errno.NoSuchFile ? Errno.InvalidArgument : Libc.LastError;
            }

            target = Encoding.UTF8.GetString(buffer, (int)length);
            return Errno.None;
        }
        finally
        {
            _ = Libc.Close(link);
        }
    }

    public Errno StatIdentity(string path, out FileIdentity identity)
    {
        var error = StatusOf(path, out var status);
        identity = new FileIdentity(status.Inode, status.BornSeconds, status.BornNanoseconds);
        return error;
    }

    public Errno StatVersion(string path, out FileVersion version)
    {
        var error = StatusOf(path, out var status);
        version = new FileVersion(status.Inode, status.Size, status.ModifiedSeconds, status.ModifiedNanoseconds);
        return error;
    }

    public virtual Errno StatNode(string path, out FileNode node)
    {
        var error = StatusOf(path, out var status);
        node = Node(status);
        return error;
    }

    public Errno Extract(string path, StreamExtract digest) => Stream(path, content => digest(content));

    public Errno Scan(string path, LineFilter filter) => Stream(path, content => LineScanner.Scan(content, filter));

    public abstract IDirectory Enter(string directory);

    /// <summary>The descriptor, or minus an <see cref="Errno"/>.</summary>
    internal abstract int Open(string path, int flags);

    internal abstract bool IsSysfs(string path);

    private Errno Stream(string path, Action<Stream> read)
    {
        var file = Open(path, ForReading);
        if (file < 0)
        {
            return (Errno)(-file);
        }

        using var stream = new DescriptorStream(file);
        try
        {
            read(stream);
            return Errno.None;
        }
        catch (IOException e)
        {
            return (Errno)e.HResult;
        }
    }

    private protected virtual Errno StatusOf(string path, out Libc.FileStatus status)
    {
        status = default;
        var file = Open(path, Libc.PathOnly | Libc.CloseOnExec);
        if (file < 0)
        {
            return (Errno)(-file);
        }

        try
        {
            return Status(file, "", out status);
        }
        finally
        {
            _ = Libc.Close(file);
        }
    }

    /// <summary>struct linux_dirent64: inode (8 bytes), offset (8), record length (2), type (1), name up to a NUL.</summary>
    private static void AddNames(ReadOnlySpan<byte> entries, List<string> names)
    {
        while (entries.Length > 19)
        {
            var length = BinaryPrimitives.ReadUInt16LittleEndian(entries[16..]);
            var name = entries[19..length];
            name = name[..name.IndexOf((byte)0)];
            if (!name.SequenceEqual("."u8) && !name.SequenceEqual(".."u8))
            {
                names.Add(Encoding.UTF8.GetString(name));
            }

            entries = entries[length..];
        }
    }

    private protected static FileNode Node(Libc.FileStatus status) => new(status.Mode, status.DeviceMajor, status.DeviceMinor);

    private static bool IsRegular(int file) => Status(file, "", out var status) == Errno.None && status.IsRegular;

    /// <summary>Of what is in an opened directory, or with an empty path of what is opened itself; a link is not followed.</summary>
    private protected static Errno Status(int descriptor, string path, out Libc.FileStatus status)
    {
        const int emptyPathOrLink = 0x1100;   // AT_EMPTY_PATH | AT_SYMLINK_NOFOLLOW
        const uint basicAndBirth = 0xfff;     // STATX_BASIC_STATS | STATX_BTIME
        return Libc.StatX(descriptor, path, emptyPathOrLink, basicAndBirth, out status) == 0 ? Errno.None : Libc.LastError;
    }
}
