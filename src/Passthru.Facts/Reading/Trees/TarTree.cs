using System.Formats.Tar;
using System.IO.Compression;

namespace Passthru.Facts.Reading.Trees;

/// <summary>A tar archive as the root of a host, held in memory; its links are resolved inside it.</summary>
public sealed class TarTree : IFileTree
{
    private const int MaxLinks = 40;    // MAXSYMLINKS, include/linux/namei.h

    /// <summary>Of what is unpacked, heads and names and copies that a later one replaces included; the largest host makes a tenth of it.</summary>
    private const long MaxBytes = 128L * 1024 * 1024;
    private readonly Directory _root = new();

    private TarTree()
    {
    }

    /// <exception cref="InvalidDataException">Not a tar archive, or one that would not fit into memory.</exception>
    public static TarTree Load(string file)
    {
        using var stream = File.OpenRead(file);
        var isGzip = stream.ReadByte() == 0x1f && stream.ReadByte() == 0x8b;
        stream.Position = 0;
        try
        {
            using Stream plain = isGzip ? new GZipStream(stream, CompressionMode.Decompress) : stream;
            return Load(plain);
        }
        catch (Exception e) when (e is InvalidDataException or FormatException or EndOfStreamException or ArgumentException)
        {
            throw new InvalidDataException($"{file}: no tar archive", e);
        }
        catch (TooLargeException e)
        {
            throw new InvalidDataException($"{file}: {e.Message}", e);
        }
    }

    public static TarTree Load(Stream tar)
    {
        var files = new TarTree();
        using var bounded = new BoundedStream(tar, MaxBytes);
        using var reader = new TarReader(bounded, leaveOpen: true);
        while (reader.GetNextEntry() is { } entry)
        {
            files.Add(entry);
        }

        return files;
    }

    /// <summary>Files and, where a target is given, links; a later one of the same name counts.</summary>
    internal static TarTree From(IEnumerable<(string Path, byte[] Content, string? Target)> entries)
    {
        var files = new TarTree();
        foreach (var (path, content, target) in entries)
        {
            files.Add(path, _ => target is null ? new Content(content) : new Symlink(target));
        }

        return files;
    }

    public int Read(string path, Span<byte> buffer)
    {
        var error = Find(path, followLast: true, out var node);
        if (error != Errno.None)
        {
            return -(int)error;
        }

        if (node is not Content { Bytes: var bytes })
        {
            return -(int)Errno.IsADirectory;
        }

        var length = Math.Min(bytes.Length, buffer.Length);
        bytes.AsSpan(0, length).CopyTo(buffer);
        return length;
    }

    public Errno List(string path, List<string> names)
    {
        var error = Find(path, followLast: true, out var node);
        if (error == Errno.None && node is not Directory)
        {
            return Errno.NotADirectory;
        }

        if (node is Directory directory)
        {
            names.AddRange(directory.Entries.Keys);
        }

        return error;
    }

    public Errno Link(string path, out string target)
    {
        var error = Find(path, followLast: false, out var node);
        target = (node as Symlink)?.Target ?? "";
        return error != Errno.None ? error : node is Symlink ? Errno.None : Errno.InvalidArgument;
    }

    public Errno StatIdentity(string path, out FileIdentity identity)
    {
        identity = default;
        return Find(path, followLast: true, out _);
    }

    /// <summary>An archive may hold times; but they are those of whoever made it.</summary>
    public Errno StatVersion(string path, out FileVersion version)
    {
        version = default;
        return Find(path, followLast: true, out _);
    }

    public Errno StatNode(string path, out FileNode node)
    {
        var error = Find(path, followLast: true, out var found);
        node = found is Content content ? content.Stat : new FileNode(0x41ed, 0, 0);
        return error;
    }

    public Errno Extract(string path, StreamExtract digest) => Stream(path, content => digest(content));

    public Errno Scan(string path, LineFilter filter) => Stream(path, content => LineScanner.Scan(content, filter));

    private Errno Stream(string path, Action<Stream> read)
    {
        var error = Find(path, followLast: true, out var node);
        if (error == Errno.None && node is not Content)
        {
            return Errno.IsADirectory;
        }

        if (node is Content content)
        {
            read(new MemoryStream(content.Bytes, writable: false));
        }

        return error;
    }

    private void Add(TarEntry entry) => Add(entry.Name, before => entry.EntryType switch
    {
        TarEntryType.Directory => before as Directory ?? new Directory(),
        TarEntryType.SymbolicLink => new Symlink(entry.LinkName),
        TarEntryType.HardLink => Find(entry.LinkName, followLast: false, out var same) == Errno.None ? same! : new Content([]),
        _ => new Content(BytesOf(entry)) { Stat = StatOf(entry) },
    });

    private static FileNode StatOf(TarEntry entry)
    {
        const int regular = 0x8000, characterDevice = 0x2000;
        return entry.EntryType == TarEntryType.CharacterDevice && entry is PosixTarEntry device
            ? new FileNode(characterDevice | (int)entry.Mode, (uint)device.DeviceMajor, (uint)device.DeviceMinor)
            : new FileNode(regular | (int)entry.Mode, 0, 0);
    }

    private void Add(string path, Func<Node?, Node> make)
    {
        var parts = Parts(path);
        if (parts.Length == 0 || parts.Contains(".."))
        {
            return;
        }

        var parent = _root;
        foreach (var part in parts[..^1])
        {
            parent.Entries.TryGetValue(part, out var next);
            if (next is not Directory)
            {
                parent.Entries[part] = next = new Directory();
            }

            parent = (Directory)next;
        }

        parent.Entries.TryGetValue(parts[^1], out var before);
        parent.Entries[parts[^1]] = make(before);
    }

    private static byte[] BytesOf(TarEntry entry)
    {
        if (entry.DataStream is not { } data)
        {
            return [];
        }

        if (data.Length > MaxBytes)
        {
            throw new InvalidDataException($"more than {MaxBytes} bytes");
        }

        var bytes = new byte[data.Length];
        data.ReadExactly(bytes);
        return bytes;
    }

    /// <summary>Walks from the root as the kernel does in a chroot: dot-dot at the root stays there, an absolute link starts over.</summary>
    private Errno Find(string path, bool followLast, out Node? node)
    {
        var walked = new List<Directory> { _root };
        var ahead = new Stack<string>(Parts(path).Reverse());
        var links = 0;
        node = _root;
        while (ahead.TryPop(out var part))
        {
            if (part == "..")
            {
                walked.RemoveRange(Math.Max(1, walked.Count - 1), walked.Count > 1 ? 1 : 0);
                node = walked[^1];
                continue;
            }

            if (node is not Directory directory)
            {
                node = null;
                return Errno.NotADirectory;
            }

            if (!directory.Entries.TryGetValue(part, out node))
            {
                return Errno.NoSuchFile;
            }

            if (node is Symlink link && (followLast || ahead.Count > 0))
            {
                if (++links > MaxLinks)
                {
                    node = null;
                    return Errno.TooManyLinks;
                }

                if (link.Target.StartsWith('/'))
                {
                    walked.RemoveRange(1, walked.Count - 1);
                }

                node = walked[^1];
                foreach (var step in Parts(link.Target).Reverse())
                {
                    ahead.Push(step);
                }
            }
            else if (node is Directory below)
            {
                walked.Add(below);
            }
        }

        return Errno.None;
    }

    private static string[] Parts(string path) => [.. path.Split('/').Where(part => part is not ("" or "."))];

    private abstract class Node;

    private sealed class Directory : Node
    {
        public Dictionary<string, Node> Entries { get; } = [];
    }

    private sealed class Content(byte[] bytes) : Node
    {
        public byte[] Bytes => bytes;

        public FileNode Stat { get; init; } = new(0x81a4, 0, 0);
    }

    private sealed class Symlink(string target) : Node
    {
        public string Target => target;
    }
}
