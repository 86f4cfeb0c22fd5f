using System.Text;
using Passthru.Facts.Reading.Trees;

namespace Passthru.Facts.Boot.Initramfs;

/// <summary>
/// What is kept of an image: modules by name, settings with the links that lead to them, and of scripts and lists the lines
/// that load modules or name drivers.
/// </summary>
internal sealed class KeptEntries
{
    private const int LargestFile = 256 * 1024;
    private const int MaxKept = 8 * 1024 * 1024;
    private const int MaxLinks = 40;
    private const int PerEntry = 256;
    private const uint File = 0x81a4;
    private const uint Link = 0xa1ff;

    private readonly SortedDictionary<string, (uint Mode, byte[] Content)> _entries = new(StringComparer.Ordinal);
    private readonly Dictionary<(uint, uint, uint), List<string>> _waiting = [];
    private int _bytes;

    public int Archives { get; set; }

    public static bool Wants(CpioEntry entry) => entry.IsLink || (entry.IsFile && entry.Size <= LargestFile && MayBeWanted(entry.Name));

    public void Add(CpioEntry entry, byte[]? content)
    {
        if (entry.IsLink)
        {
            Keep(entry.Name, Link, content ?? []);
        }
        else if (entry.IsFile && MayBeWanted(entry.Name))
        {
            Keep(entry.Name, File, content ?? []);
            ShareContent(entry, content);
        }
        else if (entry.IsFile && (ImageFiles.IsMarker(entry.Name) || IsModule(entry.Name)))
        {
            Keep(entry.Name, File, []);
        }
    }

    /// <summary>An archive of what counts: of the other files, which may hold secrets, nothing is left.</summary>
    public byte[] ToArchive()
    {
        var wanted = _entries.Keys.Where(name => IsModule(name) || ImageFiles.IsMarker(name) || ImageFiles.KeptOf(name) is not null).ToHashSet();
        foreach (var name in _entries.Keys.Where(IsConfiguration))
        {
            Follow(name, wanted);
        }

        using var archive = new MemoryStream();
        foreach (var (name, (mode, content)) in _entries.Where(entry => wanted.Contains(entry.Key)))
        {
            Cpio.Write(archive, name, mode, mode == File && ImageFiles.KeptOf(name) is { } kept ? Encoding.UTF8.GetBytes(kept(Encoding.UTF8.GetString(content))) : content);
        }

        Cpio.WriteTrailer(archive);
        return archive.ToArray();
    }

    /// <summary>Takes along the links on the way to a file, of its directories too.</summary>
    private void Follow(string path, HashSet<string> wanted)
    {
        for (var links = 0; links < MaxLinks; links++)
        {
            var link = Prefixes(path).FirstOrDefault(prefix => _entries.TryGetValue(prefix, out var entry) && entry.Mode == Link);
            wanted.Add(link ?? path);
            if (link is null)
            {
                return;
            }

            path = SymlinkPath.Resolve(link, Encoding.UTF8.GetString(_entries[link].Content)) + path[link.Length..];
        }
    }

    private static IEnumerable<string> Prefixes(string path)
    {
        for (var at = path.IndexOf('/', StringComparison.Ordinal); at >= 0; at = path.IndexOf('/', at + 1))
        {
            yield return path[..at];
        }

        yield return path;
    }

    private static bool MayBeWanted(string name) =>
        name.EndsWith(".conf", StringComparison.Ordinal) || name.Contains("modprobe", StringComparison.Ordinal) || ImageFiles.KeptOf(name) is not null;

    private static bool IsConfiguration(string name) =>
        name.EndsWith(".conf", StringComparison.Ordinal) && Modprobe.ModprobeReader.Directories.Contains(name[..Math.Max(0, name.LastIndexOf('/'))]);

    private static bool IsModule(string name) => name.Contains("lib/modules/", StringComparison.Ordinal) && InitramfsReader.ModuleName(name) is not null;

    /// <summary>Of files with one inode only the last has the content.</summary>
    private void ShareContent(CpioEntry entry, byte[]? content)
    {
        if (entry.Size == 0)
        {
            if (!_waiting.TryGetValue(entry.Inode, out var names))
            {
                _waiting[entry.Inode] = names = [];
            }

            names.Add(entry.Name);
        }
        else if (content is not null && _waiting.Remove(entry.Inode, out var names))
        {
            names.ForEach(name => Keep(name, File, content));
        }
    }

    private void Keep(string name, uint mode, byte[] content)
    {
        _bytes += name.Length + content.Length + PerEntry;
        if (_bytes > MaxKept)
        {
            throw new InvalidDataException("more modules than any kernel has");
        }

        _entries[name] = (mode, content);
    }
}
