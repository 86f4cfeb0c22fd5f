using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;
using Passthru.Facts.Reading;

namespace Passthru.Exporter.Commands;

/// <summary>
/// Writes a file so that whoever reads it sees the old one or the new one, never a part. The name it has meanwhile does not end
/// in .prom, so that node_exporter's textfile collector passes it over; one that a crash leaves behind does no harm.
/// </summary>
internal static partial class AtomicFile
{
    private const int InvalidArgument = 22;

    private const UnixFileMode ForOwner = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private const UnixFileMode ForAll = ForOwner | UnixFileMode.GroupRead | UnixFileMode.OtherRead;

    /// <exception cref="CannotStartException">The file can't be written.</exception>
    public static void Write(string file, MemoryStream content) => Write(file, content, lasting: false, ForAll);

    /// <summary>The same of what tells much of a host: for its owner alone.</summary>
    /// <exception cref="CannotStartException">The file can't be written.</exception>
    public static void WritePrivate(string file, MemoryStream content) => Write(file, content, lasting: false, ForOwner);

    /// <summary>The same, and it stays so when the power fails right after.</summary>
    /// <exception cref="CannotStartException">The file can't be written.</exception>
    public static void WriteDurable(string file, MemoryStream content) => Write(file, content, lasting: true, ForOwner);

    private static void Write(string file, MemoryStream content, bool lasting, UnixFileMode mode)
    {
        // A name that nobody guesses, made anew (O_EXCL, which follows no link): in a directory that others write to, no file of theirs.
        // A Guid is made of the kernel's random bytes; RandomNumberGenerator would want OpenSSL, which a host may not have.
        var beside = $"{file}.{Guid.NewGuid():N}.tmp";
        try
        {
            using (var stream = new FileStream(beside, new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, UnixCreateMode = mode }))
            {
                content.WriteTo(stream);
                stream.Flush(flushToDisk: lasting);
            }

            File.Move(beside, file, overwrite: true);
            if (lasting)
            {
                FlushDirectoryOf(file);
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            Remove(beside);
            throw new CannotStartException($"{file}: {LocalFile.Message(e)}");
        }
    }

    private static void Remove(string file)
    {
        try
        {
            File.Delete(file);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // The trouble that led here is the one to tell.
        }
    }

    /// <summary>The new name is on the disk once its directory is (fsync(2)); .NET opens no directories.</summary>
    private static void FlushDirectoryOf(string file)
    {
        const int readOnlyCloseOnExec = 0x80000;
        using var directory = Open(Path.GetDirectoryName(Path.GetFullPath(file))!, readOnlyCloseOnExec);
        if (directory.IsInvalid || (Synchronize(directory) < 0 && Marshal.GetLastPInvokeError() != InvalidArgument))
        {
            throw new IOException($"{file}: written, but perhaps not to last: {Marshal.GetLastPInvokeErrorMessage()}");
        }
    }

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial SafeFileHandle Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "fsync", SetLastError = true)]
    private static partial int Synchronize(SafeFileHandle file);
}
