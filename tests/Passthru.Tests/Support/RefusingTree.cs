using Passthru.Facts.Reading.Trees;

namespace Passthru.Tests.Support;

/// <summary>Other files, some of which the kernel refuses, and all that was asked for.</summary>
internal sealed class RefusingTree(IFileTree files, Func<string, bool> isRefused, Errno refusal = Errno.AccessDenied) : IFileTree
{
    private readonly List<string> _asked = [];

    public IReadOnlyList<string> Asked => _asked;

    public int Read(string path, Span<byte> buffer) => Refuses(path) ? -(int)refusal : files.Read(path, buffer);

    public Errno List(string path, List<string> names) => Refuses(path) ? refusal : files.List(path, names);

    public Errno Link(string path, out string target)
    {
        target = "";
        return Refuses(path) ? refusal : files.Link(path, out target);
    }

    public Errno StatIdentity(string path, out FileIdentity identity)
    {
        identity = default;
        return Refuses(path) ? refusal : files.StatIdentity(path, out identity);
    }

    public Errno StatNode(string path, out FileNode node)
    {
        node = default;
        return Refuses(path) ? Errno.AccessDenied : files.StatNode(path, out node);
    }

    public Errno StatVersion(string path, out FileVersion version)
    {
        version = default;
        return Refuses(path) ? refusal : files.StatVersion(path, out version);
    }

    public Errno Extract(string path, StreamExtract digest) => Refuses(path) ? refusal : files.Extract(path, digest);

    public Errno Scan(string path, LineFilter filter) => Refuses(path) ? refusal : files.Scan(path, filter);

    private bool Refuses(string path)
    {
        _asked.Add(path);
        return isRefused(path);
    }
}
