namespace Passthru.Facts.Files;

/// <summary>A tree in which one file is another tree's.</summary>
/// <param name="tree">All the rest.</param>
/// <param name="path">The file that is asked for.</param>
/// <param name="other">Where it really is.</param>
/// <param name="otherPath">Its path there.</param>
public sealed class SubstitutedFile(IFileTree tree, string path, IFileTree other, string otherPath) : IFileTree
{
    public int Read(string path, Span<byte> buffer) => TreeOf(path).Read(PathOf(path), buffer);

    public Errno List(string path, List<string> names) => TreeOf(path).List(PathOf(path), names);

    public Errno Link(string path, out string target) => TreeOf(path).Link(PathOf(path), out target);

    public Errno Identify(string path, out FileIdentity identity) => TreeOf(path).Identify(PathOf(path), out identity);

    public Errno Examine(string path, out FileVersion version) => TreeOf(path).Examine(PathOf(path), out version);

    public Errno StatNode(string path, out FileNode node) => TreeOf(path).StatNode(PathOf(path), out node);

    public Errno Digest(string path, StreamDigest digest) => TreeOf(path).Digest(PathOf(path), digest);

    public Errno Scan(string path, LineFilter filter) => TreeOf(path).Scan(PathOf(path), filter);

    private IFileTree TreeOf(string asked) => asked == path ? other : tree;

    private string PathOf(string asked) => asked == path ? otherPath : asked;
}
