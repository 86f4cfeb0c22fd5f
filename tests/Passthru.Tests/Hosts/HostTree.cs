using System.Text;

namespace Passthru.Tests.Hosts;

/// <summary>The files of a host in memory: path → text, bytes, symbolic link or directory. Paths are relative ("sys/...").</summary>
internal sealed class HostTree
{
    private readonly SortedDictionary<string, byte[]> _files = new(StringComparer.Ordinal);
    private readonly SortedDictionary<string, string> _links = new(StringComparer.Ordinal);
    private readonly SortedSet<string> _directories = new(StringComparer.Ordinal);

    public IEnumerable<string> Files => _files.Keys;

    /// <summary>Link path → target, relative to the directory of the link, as sysfs writes them.</summary>
    public IReadOnlyDictionary<string, string> Links => _links;

    public HostTree Bytes(string path, byte[] bytes)
    {
        _files[path] = bytes;
        return this;
    }

    public HostTree Text(string path, string text) => Bytes(path, Encoding.UTF8.GetBytes(text));

    /// <summary>An attribute as the kernel prints nearly all of them: one line.</summary>
    public HostTree Line(string path, string line) => Text(path, line + "\n");

    /// <summary>Links to another path of the tree, which need not exist: sysfs links dangle for a moment when a device goes.</summary>
    public HostTree Link(string path, string target)
    {
        _links[path] = Path.GetRelativePath("/" + Path.GetDirectoryName(path), "/" + target);
        return this;
    }

    /// <summary>A link whose text is no path of the tree: what a descriptor of a process leads to.</summary>
    public HostTree LinkText(string path, string text)
    {
        _links[path] = text;
        return this;
    }

    public HostTree Directory(string path)
    {
        _directories.Add(path);
        return this;
    }

    /// <summary>Takes a path, and all below it, out again; links that point to it stay.</summary>
    public HostTree Remove(string path)
    {
        bool Gone(string other) => other == path || other.StartsWith(path + "/", StringComparison.Ordinal);
        _files.Keys.Where(Gone).ToList().ForEach(file => _files.Remove(file));
        _links.Keys.Where(Gone).ToList().ForEach(link => _links.Remove(link));
        _directories.RemoveWhere(Gone);
        return this;
    }

    /// <summary>Content of one file, for tests that look at a host without writing it.</summary>
    public byte[] Read(string path) => _files[path];

    public void WriteTo(string directory)
    {
        foreach (var path in _directories)
        {
            System.IO.Directory.CreateDirectory(Path.Combine(directory, path));
        }
        foreach (var (path, bytes) in _files)
        {
            File.WriteAllBytes(InMadeDirectory(directory, path), bytes);
        }
        foreach (var (path, target) in _links)
        {
            File.CreateSymbolicLink(InMadeDirectory(directory, path), target);
        }
    }

    private static string InMadeDirectory(string directory, string path)
    {
        var full = Path.Combine(directory, path);
        System.IO.Directory.CreateDirectory(Path.GetDirectoryName(full)!);
        return full;
    }
}
