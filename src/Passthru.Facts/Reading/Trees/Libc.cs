using System.Runtime.InteropServices;

namespace Passthru.Facts.Reading.Trees;

/// <summary>
/// The system calls the door needs. Called directly because they cost a third of what File.ReadAllText does, tell a missing
/// file without an exception, and because nothing in .NET resolves a path below a root (openat2).
/// </summary>
internal static partial class Libc
{
    public const int ReadOnly = 0;
    public const int NonBlocking = 0x800;
    public const int CloseOnExec = 0x80000;
    public const int NoControllingTerminal = 0x100;

    /// <summary>O_PATH: names a file without opening it, so without any driver hearing of it.</summary>
    public const int PathOnly = 0x200000;

    /// <summary>O_DIRECTORY and O_NOFOLLOW are the two open flags that differ between x86 and arm.</summary>
    public static readonly int Directory = IsArm ? 0x4000 : 0x10000;

    public static readonly int NoFollow = IsArm ? 0x8000 : 0x20000;

    private static bool IsArm => RuntimeInformation.ProcessArchitecture is Architecture.Arm64 or Architecture.Arm;

    [LibraryImport("libc", EntryPoint = "openat", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int OpenAt(int directory, string path, int flags);

    /// <summary>openat2(2) has no wrapper in glibc; its number is 437 on every architecture.</summary>
    [LibraryImport("libc", EntryPoint = "syscall", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial nint OpenAt2(nint number, nint directory, string path, ref OpenHow how, nint size);

    [LibraryImport("libc", EntryPoint = "read", SetLastError = true)]
    public static unsafe partial nint Read(int descriptor, byte* buffer, nint count);

    [LibraryImport("libc", EntryPoint = "lseek", SetLastError = true)]
    public static partial long Seek(int descriptor, long offset, int whence);

    [LibraryImport("libc", EntryPoint = "close")]
    public static partial int Close(int descriptor);

    [LibraryImport("libc", EntryPoint = "readlinkat", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static unsafe partial nint ReadLinkAt(int directory, string path, byte* buffer, nint count);

    [LibraryImport("libc", EntryPoint = "getdents64", SetLastError = true)]
    public static unsafe partial nint GetDirectoryEntries(int descriptor, byte* buffer, nint count);

    [LibraryImport("libc", EntryPoint = "statx", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int StatX(int directory, string path, int flags, uint mask, out FileStatus status);

    [LibraryImport("libc", EntryPoint = "geteuid")]
    public static partial uint EffectiveUser();

    [LibraryImport("libc", EntryPoint = "poll", SetLastError = true)]
    private static partial int Poll(ref PollDescriptor descriptors, nuint count, int milliseconds);

    [LibraryImport("libc", EntryPoint = "clock_gettime")]
    private static partial int GetTime(int clock, out TimeSpecification time);

    /// <summary>Until there is something to read, or the time is up: false.</summary>
    public static bool WaitForInput(int descriptor, int milliseconds)
    {
        var poll = new PollDescriptor { Descriptor = descriptor, Events = 1 };   // POLLIN
        return Poll(ref poll, 1, milliseconds) > 0;
    }

    /// <summary>Since the machine started, time asleep included (CLOCK_BOOTTIME); null where no such clock is.</summary>
    public static ulong? MicrosecondsSinceBoot()
    {
        const int bootTime = 7;
        return GetTime(bootTime, out var time) == 0 ? ((ulong)time.Seconds * 1_000_000) + ((ulong)time.Nanoseconds / 1000) : null;
    }

    public static bool IsCharacterDevice(string path)
    {
        const int currentDirectory = -100;   // AT_FDCWD
        const uint typeOnly = 1;             // STATX_TYPE
        return StatX(currentDirectory, path, 0, typeOnly, out var status) == 0 && (status.Mode & 0xf000) == 0x2000;
    }

    /// <summary>Whether an open file is the character device of this number.</summary>
    public static bool IsCharacterDevice(int descriptor, uint major, uint minor)
    {
        const int emptyPath = 0x1000;        // AT_EMPTY_PATH
        const uint typeOnly = 1;             // STATX_TYPE
        return StatX(descriptor, "", emptyPath, typeOnly, out var status) == 0
            && (status.Mode & 0xf000) == 0x2000 && (status.DeviceMajor, status.DeviceMinor) == (major, minor);
    }

    /// <summary>Another descriptor of the same open file, at its start, which does not wait for more.</summary>
    public static int Rewound(int descriptor)
    {
        const int duplicate = 1030, setFlags = 4;   // F_DUPFD_CLOEXEC, F_SETFL
        var copy = FileControl(descriptor, duplicate, 0);
        return copy < 0 || FileControl(copy, setFlags, NonBlocking) < 0 || Seek(copy, 0, 0) < 0 ? -1 : copy;
    }

    [LibraryImport("libc", EntryPoint = "fcntl", SetLastError = true)]
    private static partial int FileControl(int descriptor, int command, nint argument);

    /// <summary>Opens below a directory as if that were the root of the file system: no link and no dot-dot leads out of it.</summary>
    public static int OpenInRoot(int root, string path, int flags) => OpenAt2(root, path, flags, resolve: 0x10);   // RESOLVE_IN_ROOT

    /// <summary>Opens what is in a directory, and nothing that a link on the way leads to.</summary>
    public static int OpenWithoutLinks(int directory, string path, int flags) => OpenAt2(directory, path, flags, resolve: 0x0c);   // RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS

    /// <summary>The flags for resolving are those of include/uapi/linux/openat2.h.</summary>
    private static int OpenAt2(int directory, string path, int flags, ulong resolve)
    {
        var how = new OpenHow { Flags = (ulong)(uint)flags, Resolve = resolve };
        return (int)OpenAt2(437, directory, path, ref how, Marshal.SizeOf<OpenHow>());
    }

    public static Errno LastError => (Errno)Marshal.GetLastPInvokeError();

    [StructLayout(LayoutKind.Sequential)]
    private struct TimeSpecification
    {
        public nint Seconds;
        public nint Nanoseconds;
    }

    [StructLayout(LayoutKind.Sequential)]
    private struct PollDescriptor
    {
        public int Descriptor;
        public short Events;
        public short ReturnedEvents;
    }

    [StructLayout(LayoutKind.Sequential)]
    private struct OpenHow
    {
        public ulong Flags;
        public ulong Mode;
        public ulong Resolve;
    }

    /// <summary>The parts of struct statx that are used; its layout is the same on every architecture.</summary>
    [StructLayout(LayoutKind.Explicit, Size = 256)]
    public struct FileStatus
    {
        [FieldOffset(0)] public uint Mask;
        [FieldOffset(28)] public ushort Mode;
        [FieldOffset(32)] public ulong Inode;
        [FieldOffset(40)] public long Size;
        [FieldOffset(80)] public long BornSeconds;
        [FieldOffset(88)] public uint BornNanoseconds;
        [FieldOffset(112)] public long ModifiedSeconds;
        [FieldOffset(120)] public uint ModifiedNanoseconds;
        [FieldOffset(128)] public uint DeviceMajor;
        [FieldOffset(132)] public uint DeviceMinor;

        public readonly bool IsRegular => (Mode & 0xf000) == 0x8000;

        public readonly bool IsLink => (Mode & 0xf000) == 0xa000;
    }
}
