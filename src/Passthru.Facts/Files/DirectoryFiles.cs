using System.Buffers.Binary;
using System.Text;
using Microsoft.Win32.SafeHandles;

namespace Passthru.Facts.Files;

/// <summary>
/// A directory as the root of a host: <c>/</c>, <c>/host</c> in a container, an unpacked fixture. Opens for reading only, never
/// waits for a pipe, and below a root other than <c>/</c> resolves every link inside that root (openat2, Linux 5.6; on an older
/// kernel, or where a sandbox refuses that call, absolute links lead where they say).
/// </summary>
public sealed class DirectoryFiles : IFileTree, IDisposable
{
    private const int ForReading = Libc.ReadOnly | Libc.NonBlocking | Libc.CloseOnExec | Libc.NoControllingTerminal;
    private readonly Root _rest;
    private readonly Root _sysfs;
    private readonly Root _procfs;

    /// <param name="root">The directory that stands for <c>/</c>.</param>
    /// <param name="sysfs">Where <c>sys</c> is, when not below the root.</param>
    /// <param name="procfs">Where <c>proc</c> is, when not below the root.</param>
    /// <exception cref="DirectoryNotFoundException">One of them is not a directory that can be opened.</exception>
    public DirectoryFiles(string root, string? sysfs = null, string? procfs = null)
    {
        _rest = new Root(root);
        _sysfs = sysfs is null ? _rest : new Root(sysfs);
        _procfs = procfs is null ? _rest : new Root(procfs);
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
            var once = path.StartsWith("sys/", StringComparison.Ordinal);
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
            while ((read = Libc.GetDirectoryEntries(directory, buffer, 16 * 1024)) > 0 && names.Count <= HostFiles.MostNames)
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

    public unsafe Errno Link(string path, out string target)
    {
        target = "";
        var link = Open(path, Libc.PathOnly | Libc.NoFollow | Libc.CloseOnExec);
        if (link < 0)
        {
            return (Errno)(-link);
        }

        try
        {
            var buffer = stackalloc byte[4096];
            var length = Libc.ReadLinkAt(link, "", buffer, 4096);
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

    public Errno Identify(string path, out FileIdentity identity)
    {
        var error = StatusOf(path, out var status);
        identity = new FileIdentity(status.Inode, status.BornSeconds, status.BornNanoseconds);
        return error;
    }

    public Errno Examine(string path, out FileVersion version)
    {
        var error = StatusOf(path, out var status);
        version = new FileVersion(status.Inode, status.Size, status.ModifiedSeconds, status.ModifiedNanoseconds);
        return error;
    }

    public Errno Digest(string path, StreamDigest digest) => Stream(path, content => digest(content));

    public Errno Scan(string path, LineFilter filter) => Stream(path, content => LineScanner.Scan(content, filter));

    public void Dispose()
    {
        _rest.Dispose();
        _sysfs.Dispose();
        _procfs.Dispose();
    }

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

    private Errno StatusOf(string path, out Libc.FileStatus status)
    {
        status = default;
        var file = Open(path, Libc.PathOnly | Libc.CloseOnExec);
        if (file < 0)
        {
            return (Errno)(-file);
        }

        try
        {
            return Status(file, out status);
        }
        finally
        {
            _ = Libc.Close(file);
        }
    }

    /// <summary>The descriptor, or minus an <see cref="Errno"/>.</summary>
    private int Open(string path, int flags)
    {
        if (_sysfs != _rest && path.StartsWith("sys/", StringComparison.Ordinal))
        {
            return _sysfs.Open(path[4..], flags);
        }

        if (_procfs != _rest && path.StartsWith("proc/", StringComparison.Ordinal))
        {
            return _procfs.Open(path[5..], flags);
        }

        return _rest.Open(path, flags);
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

    private static bool IsRegular(int file) => Status(file, out var status) == Errno.None && (status.Mode & 0xf000) == 0x8000;

    private static Errno Status(int file, out Libc.FileStatus status)
    {
        const int emptyPath = 0x1000;      // AT_EMPTY_PATH
        const uint basicAndBirth = 0xfff;  // STATX_BASIC_STATS | STATX_BTIME
        return Libc.StatX(file, "", emptyPath, basicAndBirth, out status) == 0 ? Errno.None : Libc.LastError;
    }

    /// <summary>An opened directory that paths start from.</summary>
    private sealed class Root : IDisposable
    {
        private readonly SafeFileHandle _directory;
        private readonly bool _isSlash;
        private bool _withoutOpenAt2;

        public Root(string path)
        {
            var descriptor = Libc.OpenAt(-1, Path.GetFullPath(path), Libc.PathOnly | Libc.Directory | Libc.CloseOnExec);
            if (descriptor < 0)
            {
                throw new DirectoryNotFoundException($"{path}: {Libc.LastError.Words()}");
            }

            _directory = new SafeFileHandle(descriptor, ownsHandle: true);
            _isSlash = Path.GetFullPath(path) == "/";
        }

        public int Open(string path, int flags)
        {
            var root = (int)_directory.DangerousGetHandle();
            if (!_isSlash && !_withoutOpenAt2)
            {
                var inRoot = OpenInRoot(root, path, flags, out var error);
                if (error == Errno.None)
                {
                    return inRoot;
                }

                // EPERM may come from the file, or from a sandbox that does not know the call and then refuses the root as well.
                var refused = error is Errno.FunctionNotImplemented or Errno.NotPermitted && !CanOpenInRoot(root);
                if (!refused)
                {
                    return -(int)error;
                }

                _withoutOpenAt2 = true;
            }

            var opened = Libc.OpenAt(root, path, flags);
            return opened < 0 ? -(int)Libc.LastError : opened;
        }

        public void Dispose() => _directory.Dispose();

        /// <summary>EAGAIN: somewhere in the system something was renamed or mounted, and the kernel is not sure of a ".." (openat2(2)).</summary>
        private static int OpenInRoot(int root, string path, int flags, out Errno error)
        {
            const int mostTries = 32;
            for (var tries = 1; ; tries++)
            {
                var opened = Libc.OpenInRoot(root, path, flags);
                error = opened < 0 ? Libc.LastError : Errno.None;
                if (error != Errno.TryAgain || tries == mostTries)
                {
                    return opened;
                }
            }
        }

        private static bool CanOpenInRoot(int root)
        {
            var descriptor = Libc.OpenInRoot(root, ".", Libc.PathOnly | Libc.Directory | Libc.CloseOnExec);
            return descriptor >= 0 && Libc.Close(descriptor) == 0;
        }
    }
}
