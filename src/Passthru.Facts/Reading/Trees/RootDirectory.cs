using Microsoft.Win32.SafeHandles;

namespace Passthru.Facts.Reading.Trees;

/// <summary>An opened directory that paths start from.</summary>
internal sealed class RootDirectory : IDisposable
{
    private readonly SafeFileHandle _directory;
    private readonly bool _isSlash;
    private bool _withoutOpenAt2;

    public RootDirectory(string path)
    {
        var descriptor = Libc.OpenAt(-1, Path.GetFullPath(path), Libc.PathOnly | Libc.Directory | Libc.CloseOnExec);
        if (descriptor < 0)
        {
            throw new DirectoryNotFoundException($"{path}: {Libc.LastError.Message()}");
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

    /// <summary>
    /// Opens what is in a directory that was opened before. Where a link would have to be followed the answer is ELOOP: only
    /// from the root can be told where it may lead.
    /// </summary>
    public int OpenIn(int directory, string name, int flags)
    {
        var opened = _isSlash || _withoutOpenAt2 ? Libc.OpenAt(directory, name, flags)
            : IsFile(name, flags) ? Libc.OpenAt(directory, name, flags | Libc.NoFollow)
            : Libc.OpenWithoutLinks(directory, name, flags);
        return opened < 0 ? -(int)Libc.LastError : opened;
    }

    public void Dispose() => _directory.Dispose();

    /// <summary>A single name, opened for what it holds: there openat(2) says all that openat2(2) would, for a tenth less.</summary>
    private static bool IsFile(string name, int flags) =>
        (flags & (Libc.PathOnly | Libc.Directory)) == 0 && !name.StartsWith('.') && !name.Contains('/', StringComparison.Ordinal);

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
