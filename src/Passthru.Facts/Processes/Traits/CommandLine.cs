using System.Text;
using Passthru.Facts.Reading;

namespace Passthru.Facts.Processes.Traits;

/// <summary>The arguments of a process, the program first. Source: <c>/proc/PID/cmdline</c>, each ended by a NUL.</summary>
internal static class CommandLine
{
    /// <summary>A virtual machine with a hundred disks has 30 KB.</summary>
    private const int Longest = 256 * 1024;

    /// <summary>
    /// None for a kernel thread, a process that ended, one that left no line; null where it is refused or does not come. The kernel
    /// takes the process's mmap lock for it (get_mm_cmdline in fs/proc/base.c), which one that hangs in the kernel may never give back.
    /// </summary>
    public static IReadOnlyList<string>? Read(HostReader files, int pid)
    {
        var path = $"proc/{pid}/cmdline";
        var bytes = files.Noting(() => files.MayBlock(path, () => files.Bytes(path, Longest)), out var isComplete);
        return bytes is not null ? Split(bytes) : isComplete ? [] : null;
    }

    public static IReadOnlyList<string> Split(ReadOnlySpan<byte> bytes)
    {
        var text = Encoding.UTF8.GetString(bytes.TrimEnd("\n\0"u8));
        return text.Length == 0 ? [] : text.Split('\0');
    }
}
