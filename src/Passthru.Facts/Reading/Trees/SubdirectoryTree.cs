namespace Passthru.Facts.Reading.Trees;

/// <summary>A directory of a tree that knows whole paths only.</summary>
internal sealed class SubdirectoryTree(IFileTree tree, string directory) : IDirectory
{
    public int Read(string path, Span<byte> buffer) => tree.Read(Whole(path), buffer);

    public Errno List(string path, List<string> names) => tree.List(Whole(path), names);

    public Errno Link(string path, out string target) => tree.Link(Whole(path), out target);

    public Errno StatIdentity(string path, out FileIdentity identity) => tree.StatIdentity(Whole(path), out identity);

    public Errno StatVersion(string path, out FileVersion version) => tree.StatVersion(Whole(path), out version);

    public Errno StatNode(string path, out FileNode node) => tree.StatNode(Whole(path), out node);

    public Errno Extract(string path, StreamExtract digest) => tree.Extract(Whole(path), digest);

    public Errno Scan(string path, LineFilter filter) => tree.Scan(Whole(path), filter);

    public void Dispose()
    {
    }

    private string Whole(string path) => path.Length == 0 ? directory : $"{directory}/{path}";
}
