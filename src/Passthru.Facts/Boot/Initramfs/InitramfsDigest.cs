namespace Passthru.Facts.Boot.Initramfs;

/// <summary>
/// What is wanted of an image: its files of modprobe.d, and which modules it carries. The digest is an image again, a small one,
/// of which the digest is the same.
/// </summary>
internal static class InitramfsDigest
{
    /// <summary>A file whose presence tells that whoever made the image copies the host's own files of modprobe.d.</summary>
    public static readonly string[] Markers = ["conf/initramfs.conf", "usr/lib/dracut/hostonly-files", "lib/dracut/hostonly-files"];

    private const long MostCompressed = 1L << 30;
    private const long MostPlain = 4L << 30;
    private const int LargestFile = 256 * 1024;
    private const int MostKept = 8 * 1024 * 1024;
    private const uint File = 0x81a4;
    private const uint Link = 0xa1ff;

    /// <summary>Empty: it could not be read.</summary>
    public static byte[] Of(Stream image)
    {
        var kept = new Kept();
        try
        {
            ReadArchives(new SegmentStream(image, MostCompressed), kept, isCompressed: false);
            return kept.Archives > 0 ? kept.ToArchive() : [];
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            // Decoders meet foreign bytes with whatever comes to their mind: all of it means that this is no image.
            return [];
        }
    }

    /// <summary>Entries of a digest.</summary>
    public static List<(string Path, byte[] Content, string? Target)> Entries(byte[] digest)
    {
        var entries = new List<(string, byte[], string?)>();
        var stream = new SegmentStream(new MemoryStream(digest), MostKept);
        while (Cpio.ReadHeader(stream) is { } entry)
        {
            var content = Cpio.ReadContent(stream, entry, wanted: true)!;
            entries.Add((entry.Name, content, entry.IsLink ? System.Text.Encoding.UTF8.GetString(content) : null));
        }

        return entries;
    }

    /// <summary>Archives, one after the other, with zeros between them; the last may be compressed (init/initramfs.c, unpack_to_rootfs).</summary>
    private static void ReadArchives(SegmentStream stream, Kept kept, bool isCompressed)
    {
        for (var read = 0; HasMore(stream, isCompressed && read > 0); read++)
        {
            if (Cpio.IsHeader(stream.Peek(6)))
            {
                ReadArchive(stream, kept);
            }
            else if (!isCompressed)
            {
                using var plain = Decompression.Of(stream);
                ReadArchives(new SegmentStream(plain, MostPlain), kept, isCompressed: true);
                return;
            }
            else
            {
                throw new InvalidDataException("no archive");
            }
        }
    }

    /// <summary>What comes after a complete archive need not be compressed as the archive is: zeros up to the end of a block of the disk.</summary>
    private static bool HasMore(SegmentStream stream, bool mayEnd)
    {
        try
        {
            stream.SkipZeros();
            return stream.Peek(1).Length > 0;
        }
        catch (Exception) when (mayEnd)
        {
            return false;
        }
    }

    private static void ReadArchive(SegmentStream stream, Kept kept)
    {
        kept.Archives++;
        while (Cpio.ReadHeader(stream) is { } entry)
        {
            var content = Cpio.ReadContent(stream, entry, kept.Wants(entry) && entry.Size <= LargestFile);
            kept.Add(entry, content);
        }
    }

    private sealed class Kept
    {
        private readonly SortedDictionary<string, (uint Mode, byte[] Content)> _entries = new(StringComparer.Ordinal);
        private readonly Dictionary<(uint, uint, uint), List<string>> _waiting = [];
        private int _bytes;

        public int Archives { get; set; }

        public bool Wants(CpioEntry entry) => IsConfiguration(entry) || (entry.Size > 0 && _waiting.ContainsKey(entry.Inode));

        public void Add(CpioEntry entry, byte[]? content)
        {
            if (IsConfiguration(entry))
            {
                Keep(entry.Name, entry.IsLink ? Link : File, content ?? []);
            }
            else if (Markers.Contains(entry.Name) || (entry.IsFile && IsModule(entry.Name)))
            {
                Keep(entry.Name, File, []);
            }

            AddToHardLinks(entry, content);
        }

        public byte[] ToArchive()
        {
            using var archive = new MemoryStream();
            foreach (var (name, (mode, content)) in _entries)
            {
                Cpio.Write(archive, name, mode, content);
            }

            Cpio.WriteTrailer(archive);
            return archive.ToArray();
        }

        private static bool IsConfiguration(CpioEntry entry) =>
            (entry.IsFile || entry.IsLink)
            && entry.Name.EndsWith(".conf", StringComparison.Ordinal)
            && BootReader.Directories.Contains(entry.Name[..Math.Max(0, entry.Name.LastIndexOf('/'))]);

        private static bool IsModule(string name) =>
            name.Contains("lib/modules/", StringComparison.Ordinal) && InitramfsReader.ModuleName(name) is not null;

        /// <summary>Of files with one inode only the last has the content.</summary>
        private void AddToHardLinks(CpioEntry entry, byte[]? content)
        {
            if (entry is { IsFile: true, Size: 0 } && IsConfiguration(entry))
            {
                if (!_waiting.TryGetValue(entry.Inode, out var names))
                {
                    _waiting[entry.Inode] = names = [];
                }

                names.Add(entry.Name);
            }
            else if (content is not null && entry.IsFile && _waiting.Remove(entry.Inode, out var names))
            {
                names.ForEach(name => Keep(name, File, content));
            }
        }

        private void Keep(string name, uint mode, byte[] content)
        {
            const int perEntry = 256;
            _bytes += name.Length + content.Length + perEntry;
            if (_bytes > MostKept)
            {
                throw new InvalidDataException("more modules than any kernel has");
            }

            _entries[name] = (mode, content);
        }
    }
}
