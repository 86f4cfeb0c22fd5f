using System.Runtime.InteropServices;

namespace Passthru.Exporter.Commands;

/// <summary>What the server needs of the system before it starts: short of it, it would fail in the middle of an answer, with a wrong reason.</summary>
internal static partial class ProcessLimits
{
    /// <summary>As many connections as there may be, and what a read of the host opens at one time.</summary>
    private const ulong FewestFiles = 256;

    private const int FewestThreads = 8;
    private const int OpenFiles = 7;   // RLIMIT_NOFILE

    /// <exception cref="CannotStartException">A limit is too low.</exception>
    public static void Check()
    {
        if (GetLimit(OpenFiles, out var limit) == 0 && limit.Soft < FewestFiles)
        {
            throw new CannotStartException($"no more than {limit.Soft} open files are allowed (ulimit -n, LimitNOFILE=), and {FewestFiles} are needed");
        }

        using var end = new ManualResetEventSlim();
        try
        {
            for (var i = 0; i < FewestThreads; i++)
            {
                new Thread(end.Wait, 128 * 1024) { IsBackground = true }.Start();
            }
        }
        catch (OutOfMemoryException)
        {
            throw new CannotStartException("no more threads can be started (ulimit -u, TasksMax=)");
        }
        finally
        {
            end.Set();
        }
    }

    [LibraryImport("libc", EntryPoint = "getrlimit")]
    private static partial int GetLimit(int resource, out Limit limit);

    private struct Limit
    {
        public ulong Soft;
        public ulong Hard;
    }
}
