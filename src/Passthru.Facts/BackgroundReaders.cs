using Passthru.Facts.KernelLog;
using Passthru.Facts.Reading.Supervision;
using Passthru.Facts.Reading.Trees;

namespace Passthru.Facts;

/// <summary>What lives on between the reads of one host, with threads of its own, so that no read has to wait for it.</summary>
/// <param name="KernelLog">Null: there is no log to follow.</param>
/// <param name="Extractor">Reads images of several hundred megabytes.</param>
public sealed record BackgroundReaders(KernelLogFollower? KernelLog, BackgroundExtractor Extractor) : IDisposable
{
    /// <param name="root">The directory or the archive.</param>
    /// <param name="tree">The same, opened.</param>
    public static BackgroundReaders Start(string root, IFileTree tree) => new(KernelLogFollower.Open(root), new BackgroundExtractor(tree));

    public void Dispose() => KernelLog?.Dispose();
}
