using System.Text;
using Passthru.Facts.Reading.Trees;

namespace Passthru.Tests.Support;

/// <summary>A tree made of a few lines: contents, links, refusals, and files that do not answer.</summary>
internal sealed class FakeTree : IFileTree
{
    private readonly Dictionary<string, byte[]> _contents = [];
    private readonly Dictionary<string, string> _links = [];
    private readonly Dictionary<string, Errno> _refused = [];
    private readonly Dictionary<string, ManualResetEventSlim> _silent = [];
    private readonly Dictionary<string, HashSet<string>> _directories = new() { [""] = [] };
    private readonly Dictionary<string, long> _modified = [];
    private readonly Dictionary<string, ulong> _inodes = [];
    private readonly Dictionary<string, FileNode> _nodes = [];
    private readonly List<string> _read = [];

    /// <summary>What was read, in order.</summary>
    public IReadOnlyList<string> ReadPaths
    {
        get
        {
            lock (_read)
            {
                return [.. _read];
            }
        }
    }

    public FakeTree With(string path, string content) => With(path, Encoding.UTF8.GetBytes(content));

    public FakeTree With(string path, byte[] content)
    {
        _contents[path] = content;
        AddParents(path);
        return this;
    }

    /// <summary>When a file was last changed, in seconds since 1970.</summary>
    public FakeTree Modified(string path, long seconds)
    {
        _modified[path] = seconds;
        return this;
    }

    /// <summary>What had that name is gone, and something else has it now.</summary>
    public FakeTree Anew(string path)
    {
        _inodes[path] = _inodes.GetValueOrDefault(path) + 1;
        return this;
    }

    public FakeTree WithLink(string path, string target)
    {
        _links[path] = target;
        AddParents(path);
        return this;
    }

    /// <summary>What statx says of a path.</summary>
    public FakeTree WithNode(string path, FileNode node)
    {
        _nodes[path] = node;
        AddParents(path);
        return this;
    }

    public FakeTree WithDirectory(string path)
    {
        _directories.TryAdd(path, []);
        AddParents(path);
        return this;
    }

    public FakeTree Refusing(string path, Errno error)
    {
        _refused[path] = error;
        AddParents(path);
        return this;
    }

    /// <summary>A file that holds its reader until the event is set.</summary>
    public FakeTree Silent(string path, ManualResetEventSlim until, string content = "")
    {
        _silent[path] = until;
        return With(path, content);
    }

    public int Read(string path, Span<byte> buffer)
    {
        lock (_read)
        {
            _read.Add(path);
        }

        if (_silent.TryGetValue(path, out var until))
        {
            until.Wait();
        }

        if (Refusal(path) is { } error)
        {
            return -(int)error;
        }

        if (!_contents.TryGetValue(path, out var content))
        {
            return -(int)(_directories.ContainsKey(path) ? Errno.IsADirectory : Errno.NoSuchFile);
        }

        var length = Math.Min(content.Length, buffer.Length);
        content.AsSpan(0, length).CopyTo(buffer);
        return length;
    }

    public Errno List(string path, List<string> names)
    {
        if (Refusal(path) is { } error)
        {
            return error;
        }

        if (!_directories.TryGetValue(path, out var inside))
        {
            return Errno.NoSuchFile;
        }

        names.AddRange(inside);
        return Errno.None;
    }

    public Errno Link(string path, out string target)
    {
        var found = _links.TryGetValue(path, out var written);
        target = written ?? "";
        return Refusal(path) ?? (found ? Errno.None : Exists(path) ? Errno.InvalidArgument : Errno.NoSuchFile);
    }

    public Errno StatIdentity(string path, out FileIdentity identity)
    {
        identity = new FileIdentity(_inodes.GetValueOrDefault(path), 0, 0);
        return Refusal(path) ?? (Exists(path) ? Errno.None : Errno.NoSuchFile);
    }

    public Errno StatNode(string path, out FileNode node)
    {
        node = _nodes.GetValueOrDefault(path, new FileNode(0x81a4, 0, 0));
        return Refusal(path) ?? (_nodes.ContainsKey(path) || _contents.ContainsKey(path) || _directories.ContainsKey(path) ? Errno.None : Errno.NoSuchFile);
    }

    public Errno StatVersion(string path, out FileVersion version)
    {
        version = new FileVersion(1, _contents.GetValueOrDefault(path)?.Length ?? 0, _modified.GetValueOrDefault(path), 0);
        return StatIdentity(path, out _);
    }

    public Errno Extract(string path, StreamExtract digest) => Stream(path, content => digest(content));

    public Errno Scan(string path, LineFilter filter) => Stream(path, content => LineScanner.Scan(content, filter));

    private Errno Stream(string path, Action<Stream> read)
    {
        if (Refusal(path) is { } error)
        {
            return error;
        }

        if (!_contents.TryGetValue(path, out var content))
        {
            return Errno.NoSuchFile;
        }

        read(new MemoryStream(content));
        return Errno.None;
    }

    private Errno? Refusal(string path) => _refused.TryGetValue(path, out var error) ? error : null;

    private bool Exists(string path) => _contents.ContainsKey(path) || _links.ContainsKey(path) || _directories.ContainsKey(path);

    private void AddParents(string path)
    {
        var slash = path.LastIndexOf('/');
        var above = slash < 0 ? "" : path[..slash];
        if (!_directories.TryGetValue(above, out var inside))
        {
            _directories[above] = inside = [];
            AddParents(above);
        }

        inside.Add(path[(slash + 1)..]);
    }
}
