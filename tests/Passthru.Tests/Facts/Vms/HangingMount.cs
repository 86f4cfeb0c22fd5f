using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Passthru.Tests.Facts.Vms;

/// <summary>A file system of FUSE whose server never answers, not even the first greeting: whoever looks into it waits in the kernel until it goes.</summary>
internal sealed partial class HangingMount : IDisposable
{
    private const int Detach = 2;    // MNT_DETACH
    private readonly string _path;
    private readonly SafeFileHandle _server;

    private HangingMount(string path, SafeFileHandle server)
    {
        _path = path;
        _server = server;
    }

    /// <summary>Null: /dev/fuse is not there or may not be used.</summary>
    public static HangingMount? TryOn(string path)
    {
        SafeFileHandle server;
        try
        {
            server = File.OpenHandle("/dev/fuse", FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }

        if (Mount("hang", path, "fuse", 0, $"fd={server.DangerousGetHandle()},rootmode=40000,user_id=0,group_id=0") == 0)
        {
            return new HangingMount(path, server);
        }

        server.Dispose();
        return null;
    }

    /// <summary>Ends the connection, so that all who wait get an error, and takes the mount away.</summary>
    public void Dispose()
    {
        _server.Dispose();
        _ = Unmount(_path, Detach);
    }

    [LibraryImport("libc", EntryPoint = "mount", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Mount(string source, string target, string type, nuint flags, string options);

    [LibraryImport("libc", EntryPoint = "umount2", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Unmount(string target, int flags);
}
