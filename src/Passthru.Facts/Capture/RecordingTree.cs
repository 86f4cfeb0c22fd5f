using System.Formats.Tar;
using Passthru.Facts.Reading.Trees;

namespace Passthru.Facts.Capture;

/// <summary>Passes every question on to another tree and keeps the answers, to be written down as a capture.</summary>
public sealed class RecordingTree(IFileTree files) : IFileTree
{
    private readonly SortedDictionary<string, byte[]> _contents = new(StringComparer.Ordinal);
    private readonly SortedDictionary<string, string> _links = new(StringComparer.Ordinal);
    private readonly SortedSet<string> _directories = new(StringComparer.Ordinal);
    private readonly SortedSet<string> _seen = new(StringComparer.Ordinal);
    private readonly SortedDictionary<string, string[]> _listings = new(StringComparer.Ordinal);
    private readonly SortedSet<string> _absent = new(StringComparer.Ordinal);
    private readonly SortedDictionary<string, int> _refused = new(StringComparer.Ordinal);
    private readonly SortedDictionary<string, long> _modified = new(StringComparer.Ordinal);
    private readonly SortedDictionary<string, FileNode> _nodes = new(StringComparer.Ordinal);

    public int Read(string path, Span<byte> buffer)
    {
        var read = files.Read(path, buffer);
        if (Note(path, read < 0 ? (Errno)(-read) : Errno.None))
        {
            _contents[path] = buffer[..read].ToArray();
        }

        return read;
    }

    public Errno List(string path, List<string> names)
    {
        var error = files.List(path, names);
        if (Note(path, error))
        {
            _listings[path] = [.. names.Order(StringComparer.Ordinal)];
            _directories.Add(path);
        }

        return error;
    }

    public Errno Link(string path, out string target)
    {
        var error = files.Link(path, out target);
        if (error != Errno.InvalidArgument && Note(path, error))
        {
            _links[path] = target;
        }

        return error;
    }

    public Errno StatIdentity(string path, out FileIdentity identity)
    {
        var error = files.StatIdentity(path, out identity);
        if (Note(path, error))
        {
            (files.List(path, []) == Errno.None ? _directories : _seen).Add(path);
        }

        return error;
    }

    public Errno StatVersion(string path, out FileVersion version)
    {
        var error = files.StatVersion(path, out version);
        if (StatIdentity(path, out _) == Errno.None && version.Modified is not null)
        {
            _modified[path] = version.ModifiedSeconds;
        }

        return error;
    }

    public Errno StatNode(string path, out FileNode node)
    {
        var error = files.StatNode(path, out node);
        if (Note(path, error))
        {
            _nodes[path] = node;
        }

        return error;
    }

    public Errno Extract(string path, StreamExtract digest)
    {
        byte[] kept = [];
        var error = files.Extract(path, content => kept = digest(content));
        if (Note(path, error) && !(_contents.TryGetValue(path, out var before) && before.Length > 0))
        {
            // Of a file of which two extracts are made the first one counts: of a unified kernel image its texts, not its initrd.
            _contents[path] = kept;
        }

        return error;
    }

    public Errno Scan(string path, LineFilter filter)
    {
        var kept = new MemoryStream();
        var error = files.Scan(path, line =>
        {
            var verdict = filter(line);
            if (verdict != LineVerdict.Skip)
            {
                kept.Write(line);
                kept.WriteByte((byte)'\n');
            }

            return verdict;
        });
        if (Note(path, error))
        {
            _contents[path] = kept.ToArray();
        }

        return error;
    }

    /// <summary>Writes a tar archive that is a root: files, links, directories, and the manifest. The same answers give the same bytes.</summary>
    /// <param name="tar">Where to write.</param>
    /// <param name="version">Version of the program that takes the capture.</param>
    /// <param name="redaction">What not to pass on.</param>
    /// <param name="beside">Files for the reader of the archive, at its top; they answer no question.</param>
    public void WriteTo(Stream tar, string version, Redaction redaction, params ReadOnlySpan<(string Name, byte[] Content)> beside)
    {
        var manifest = new CaptureManifest
        {
            Format = CaptureManifest.CurrentFormat,
            Version = version,
            Listings = Listings(redaction),
            Unread = new SortedSet<string>(_seen.Except(_contents.Keys).Except(_links.Keys).Select(redaction.Path), StringComparer.Ordinal),
            Absent = new SortedSet<string>(_absent.Select(redaction.Path), StringComparer.Ordinal),
            Refused = new SortedDictionary<string, int>(_refused.DistinctBy(one => redaction.Path(one.Key)).ToDictionary(one => redaction.Path(one.Key), one => one.Value), StringComparer.Ordinal),
            Modified = new SortedDictionary<string, long>(_modified.ToDictionary(one => redaction.Path(one.Key), one => one.Value), StringComparer.Ordinal),
            Nodes = new SortedDictionary<string, FileNode>(_nodes.ToDictionary(one => redaction.Path(one.Key), one => one.Value), StringComparer.Ordinal),
        };
        using var writer = new TarWriter(tar, TarEntryFormat.Pax, leaveOpen: true);
        Write(writer, TarEntryType.RegularFile, CaptureManifest.FileName, content: manifest.ToJson());
        foreach (var (name, content) in beside)
        {
            Write(writer, TarEntryType.RegularFile, name, content: content);
        }

        foreach (var directory in DirectoriesToMake())
        {
            Write(writer, TarEntryType.Directory, directory);
        }

        foreach (var (path, target) in _links)
        {
            Write(writer, TarEntryType.SymbolicLink, redaction.Path(path), target: redaction.Target(path, target));
        }

        foreach (var (path, content) in _contents)
        {
            Write(writer, TarEntryType.RegularFile, redaction.Path(path), content: redaction.Content(path, content));
        }
    }

    private SortedDictionary<string, string[]> Listings(Redaction redaction)
    {
        var listings = new SortedDictionary<string, string[]>(StringComparer.Ordinal);
        foreach (var (directory, names) in _listings)
        {
            listings[directory] = [.. names.Select(name => redaction.Path($"{directory}/{name}")[(directory.Length + 1)..])];
        }

        return listings;
    }

    private static void Write(TarWriter writer, TarEntryType type, string path, string? target = null, byte[]? content = null)
    {
        const UnixFileMode readable = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead;
        const UnixFileMode searchable = readable | UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute;
        var entry = new PaxTarEntry(type, path)
        {
            Mode = type == TarEntryType.Directory ? searchable : readable,
            ModificationTime = DateTimeOffset.UnixEpoch,
        };
        if (content is not null)
        {
            entry.DataStream = new MemoryStream(content);
        }

        if (target is not null)
        {
            entry.LinkName = target;
        }

        writer.WriteEntry(entry);
    }

    /// <summary>A directory comes before what is in it; one that is reached through a recorded link is already there.</summary>
    private SortedSet<string> DirectoriesToMake()
    {
        var all = new SortedSet<string>(_directories, StringComparer.Ordinal);
        foreach (var path in _contents.Keys.Concat(_links.Keys).Concat(_directories))
        {
            for (var slash = path.LastIndexOf('/'); slash > 0; slash = path.LastIndexOf('/', slash - 1))
            {
                all.Add(path[..slash]);
            }
        }

        all.ExceptWith(_links.Keys);
        return all;
    }

    /// <summary>True: there is an answer to keep.</summary>
    private bool Note(string path, Errno error)
    {
        if (error == Errno.None)
        {
            return true;
        }

        if (error.IsAbsent())
        {
            _absent.Add(path);
        }
        else
        {
            _refused[path] = (int)error;
        }

        return false;
    }
}
