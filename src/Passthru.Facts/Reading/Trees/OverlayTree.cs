namespace Passthru.Facts.Reading.Trees;

/// <summary>A tree in which one file is another tree's.</summary>
/// <param name="tree">All the rest.</param>
/// <param name="path">The file that is asked for.</param>
/// <param name="other">Where it really is.</param>
/// <param name="otherPath">Its path there.</param>
public sealed class OverlayTree(IFileTree tree, string path, IFileTree other, string otherPath) : IFileTree
{
    public int Read(string path, Span<byte> buffer) => TreeOf(path).Read(PathOf(path), buffer);

    public Errno List(string path, List<string> names) => TreeOf(path).List(PathOf(path), names);

    public Errno Link(string path, out string target) => TreeOf(path).Link(PathOf(path), out target);

    public Errno StatIdentity(string path, out FileIdentity identity) => TreeOf(path).StatIdentity(PathOf(path), out identity);

    public Errno StatVersion(string path, out FileVersion version) => TreeOf(path).StatVersion(PathOf(path), out version);

    public Errno StatNode(string path, out FileNode node) => TreeOf(path).StatNode(PathOf(path), out node);

    public Errno Extract(string path, StreamExtract digest) => TreeOf(path).Extract(PathOf(path), digest);

    public Errno Scan(string path, LineFilter filter) => TreeOf(path).Scan(PathOf(path), filter);

    private IFileTree TreeOf(string asked) => asked == path ? other : tree;

    private string PathOf(string asked) => asked == path ? otherPath : asked;
}
