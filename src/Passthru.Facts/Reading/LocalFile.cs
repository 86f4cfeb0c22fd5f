using System.Runtime.InteropServices;
using Passthru.Facts.Reading.Trees;

namespace Passthru.Facts.Reading;

/// <summary>What is at a path of this machine itself, for files that flags name: told without opening it, which a pipe would make wait.</summary>
public static class LocalFile
{
    /// <param name="path">Absolute, or relative to the working directory.</param>
    /// <param name="followLink">What a link leads to; false: the link.</param>
    public static LocalFileKind KindOf(string path, bool followLink = true)
    {
        const int currentDirectory = -100;                 // AT_FDCWD
        const uint typeOnly = 1;                           // STATX_TYPE
        var flags = followLink ? 0 : 0x100;                // AT_SYMLINK_NOFOLLOW
        if (Libc.StatX(currentDirectory, path, flags, typeOnly, out var status) != 0)
        {
            return Libc.LastError.IsAbsent() ? LocalFileKind.Absent : LocalFileKind.Unresolved;
        }

        return (status.Mode & 0xf000) switch
        {
            0x8000 => LocalFileKind.Regular,
            0x4000 => LocalFileKind.Directory,
            0xc000 => LocalFileKind.Socket,
            0xa000 => LocalFileKind.Link,
            _ => LocalFileKind.Other,
        };
    }

    /// <summary>Why a file of this machine can't be used, in the words of the system: <c>permission denied</c>.</summary>
    public static string Message(Exception trouble) => trouble switch
    {
        FileNotFoundException or DirectoryNotFoundException => Errno.NoSuchFile.Message(),
        UnauthorizedAccessException { InnerException: IOException inner } => Message(inner),
        UnauthorizedAccessException => Errno.AccessDenied.Message(),
        IOException { HResult: > 0 and < 4096 and var number } => Marshal.GetPInvokeErrorMessage(number).ToLowerInvariant(),
        _ => trouble.Message,
    };
}

/// <summary>What a path leads to.</summary>
public enum LocalFileKind
{
    Absent,

    /// <summary>Something in the way of it is refused.</summary>
    Unresolved,
    Regular,
    Directory,
    Socket,
    Link,

    /// <summary>A pipe, or a device.</summary>
    Other,
}
