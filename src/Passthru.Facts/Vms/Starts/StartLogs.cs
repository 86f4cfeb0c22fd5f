using System.Text;
using Passthru.Facts.Reading;
using Passthru.Facts.Reading.Trees;
using Passthru.Facts.Values;

namespace Passthru.Facts.Vms.Starts;

/// <summary>What one read leaves for the next: the lines of each log as long as it stays as it is, and starts that logs no longer reach.</summary>
public sealed record StartLogCache
{
    public static readonly StartLogCache Empty = new();

    internal IReadOnlyDictionary<string, StartLog> Logs { get; init; } = new Dictionary<string, StartLog>();

    internal IReadOnlyDictionary<string, EquatableArray<VmStart>> Starts { get; init; } = new Dictionary<string, EquatableArray<VmStart>>();
}

/// <summary>The lines that matter of one version of a log.</summary>
internal sealed record StartLog(FileVersion Version, string[] Lines);

/// <summary>The door to logs of starts: each version of a file is read once.</summary>
internal sealed class StartLogs(StartLogCache known)
{
    /// <summary>Starts of one VM that are remembered; a host is rebooted before.</summary>
    private const int MaxStarts = 1000;

    private readonly Dictionary<string, StartLog> _logs = [];
    private readonly Dictionary<string, EquatableArray<VmStart>> _starts = [];

    public StartLogCache Memory => new() { Logs = _logs, Starts = _starts };

    /// <summary>The lines that <paramref name="keep"/> keeps; null: there is no such file, or it can't be read, which is an issue.</summary>
    public string[]? Lines(HostReader files, string path, Func<string, string?> keep)
    {
        if (files.VersionIfCaptured(path) is not { } version)
        {
            return null;
        }

        if (version.Modified is null || known.Logs.GetValueOrDefault(path) is not { } log || log.Version != version)
        {
            if (files.Extract(path, content => LogTail.Extract(content, keep)) is not { } kept)
            {
                return null;
            }

            log = new StartLog(version, Encoding.UTF8.GetString(kept).Split('\n', StringSplitOptions.RemoveEmptyEntries));
        }

        _logs[path] = log;
        return log.Lines;
    }

    /// <summary>The starts with those before them that an earlier read saw, so that a count does not fall when a log is turned.</summary>
    public EquatableArray<VmStart> WithEarlier(string vm, IReadOnlyList<VmStart> starts)
    {
        var first = starts.Count > 0 ? starts[0].At : DateTimeOffset.MaxValue;
        var all = known.Starts.GetValueOrDefault(vm).Where(start => start.At < first).Concat(starts);
        return _starts[vm] = [.. all.TakeLast(MaxStarts)];
    }
}
