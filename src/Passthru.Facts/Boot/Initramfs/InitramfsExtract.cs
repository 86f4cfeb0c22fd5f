namespace Passthru.Facts.Boot.Initramfs;

/// <summary>
/// What is wanted of an image (<see cref="KeptEntries"/>). The digest is an image again, a small one, of which the digest is the
/// same.
/// </summary>
internal static class InitramfsExtract
{
    private const long MaxCompressed = 1L << 30;
    private const long MaxPlain = 4L << 30;

    /// <summary>Empty: not all of it could be read.</summary>
    public static byte[] From(Stream image)
    {
        var kept = new KeptEntries();
        try
        {
            ReadSegments(UnifiedInitrd.Open(new SegmentStream(image, MaxCompressed)), kept);
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
        var stream = new SegmentStream(new MemoryStream(digest), MaxPlain);
        while (Cpio.ReadHeader(stream) is { } entry)
        {
            var content = Cpio.ReadContent(stream, entry, wanted: true)!;
            entries.Add((entry.Name, content, entry.IsLink ? System.Text.Encoding.UTF8.GetString(content) : null));
        }

        return entries;
    }

    /// <summary>Archives, one after the other with zeros between them, each plain or compressed in its own way (unpack_to_rootfs in init/initramfs.c).</summary>
    private static void ReadSegments(SegmentStream stream, KeptEntries kept)
    {
        for (stream.SkipZeros(); stream.Peek(1).Length > 0; stream.SkipZeros())
        {
            if (Cpio.IsHeader(stream.Peek(6)))
            {
                ReadArchive(stream, kept);
            }
            else
            {
                ReadCompressed(stream, kept);
            }
        }
    }

    private static void ReadCompressed(SegmentStream stream, KeptEntries kept)
    {
        var start = stream.Position;
        using var plain = Decompression.Open(stream);
        var inside = new SegmentStream(plain, MaxPlain);
        for (inside.SkipZeros(); inside.Peek(1).Length > 0; inside.SkipZeros())
        {
            ReadArchive(inside, kept);
        }

        if (stream.Position <= start)
        {
            throw new InvalidDataException("nothing packed");
        }
    }

    private static void ReadArchive(SegmentStream stream, KeptEntries kept)
    {
        kept.Archives++;
        while (Cpio.ReadHeader(stream) is { } entry)
        {
            kept.Add(entry, Cpio.ReadContent(stream, entry, KeptEntries.Wants(entry)));
        }
    }
}
