namespace Passthru.Exporter.Logging;

/// <summary>Whether journald reads what this program writes: systemd names the stream, and a shell in a service inherits the name without the stream.</summary>
internal static class JournalStream
{
    public static bool IsStandardError => Is(Environment.GetEnvironmentVariable("JOURNAL_STREAM"), Target("/proc/self/fd/2"));

    /// <param name="stream">Device and inode, as systemd sets <c>JOURNAL_STREAM</c>.</param>
    /// <param name="target">What the descriptor is: <c>socket:[4711]</c>.</param>
    internal static bool Is(string? stream, string? target) =>
        stream?.Split(':') is [_, { Length: > 0 } inode] && target == $"socket:[{inode}]";

    private static string? Target(string link)
    {
        try
        {
            return new FileInfo(link).LinkTarget;
        }
        catch (IOException)
        {
            return null;
        }
    }
}
