using Passthru.Facts.Reading.Trees;

namespace Passthru.Facts.Reading.Supervision;

/// <summary>
/// Digests of large files, made on a thread of its own one after the other, once for each state of a file. Nobody waits for one: who
/// asks too early gets the answer with a later question.
/// </summary>
public sealed class BackgroundExtractor(IFileTree tree)
{
    /// <summary>A small file is done by then.</summary>
    private static readonly TimeSpan Grace = TimeSpan.FromMilliseconds(250);

    /// <summary>The running kernel and the next one have an image each.</summary>
    private const int MaxKept = 4;

    private readonly Lock _lock = new();
    private readonly List<(string Path, FileVersion Version, Task<(byte[]? Extract, Errno Error)> Work)> _works = [];

    /// <summary>False: not yet.</summary>
    internal bool TryTake(string path, FileVersion version, StreamExtract digest, out byte[]? result, out Errno error)
    {
        var work = WorkFor(path, version, digest, out var isNew);
        var isDone = work is not null && (work.IsCompleted || (isNew && work.Wait(Grace)));
        (result, error) = isDone ? work!.Result : (null, Errno.None);
        return isDone;
    }

    /// <summary>Null: another file is being read. What was refused is tried again, for that may change without the file.</summary>
    private Task<(byte[]? Extract, Errno Error)>? WorkFor(string path, FileVersion version, StreamExtract digest, out bool isNew)
    {
        lock (_lock)
        {
            isNew = false;
            var at = _works.FindIndex(work => work.Path == path);
            if (at >= 0 && _works[at] is { Work: var known } && _works[at].Version == version && (!known.IsCompleted || known.Result.Error == Errno.None))
            {
                return known;
            }

            if (_works.Exists(work => !work.Work.IsCompleted))
            {
                return null;
            }

            if (at >= 0 || _works.Count == MaxKept)
            {
                _works.RemoveAt(Math.Max(at, 0));
            }

            var work = Task.Factory.StartNew(() => Make(path, digest), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
            _works.Add((path, version, work));
            isNew = true;
            return work;
        }
    }

    private (byte[]? Extract, Errno Error) Make(string path, StreamExtract digest)
    {
        byte[]? made = null;
        var error = tree.Extract(path, content => made = digest(content));
        return (made, error);
    }
}
