using Passthru.Facts.Files;
using Passthru.Facts.KernelLog;

namespace Passthru.Facts;

/// <summary>What lives on between the reads of one host, with threads of its own, so that no read has to wait for it.</summary>
/// <param name="KernelLog">Null: there is no log to follow.</param>
/// <param name="Digests">Reads images of several hundred megabytes.</param>
public sealed record AsideReaders(KernelLogFollower? KernelLog, DigestWorker Digests) : IDisposable
{
    /// <param name="root">The directory or the archive.</param>
    /// <param name="tree">The same, opened.</param>
    public static AsideReaders Of(string root, IFileTree tree) => new(KernelLogFollower.Of(root), new DigestWorker(tree));

    public void Dispose() => KernelLog?.Dispose();
}
