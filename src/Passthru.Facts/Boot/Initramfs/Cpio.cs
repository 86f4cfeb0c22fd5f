using System.Globalization;
using System.Text;

namespace Passthru.Facts.Boot.Initramfs;

/// <summary>A header of the format newc (Documentation/driver-api/early-userspace/buffer-format.rst).</summary>
/// <param name="Name">Without a leading slash or dot.</param>
/// <param name="Mode">Kind and permissions, as in struct stat.</param>
/// <param name="Inode">Together with the device: files of one inode have their content with the last of them.</param>
/// <param name="Size">Bytes of content that follow.</param>
internal readonly record struct CpioEntry(string Name, uint Mode, (uint Number, uint Major, uint Minor) Inode, uint Size)
{
    public bool IsFile => (Mode & 0xf000) == 0x8000;

    public bool IsLink => (Mode & 0xf000) == 0xa000;
}

/// <summary>Reads and writes archives of the format newc.</summary>
internal static class Cpio
{
    private const int HeaderLength = 110;
    private const int LongestName = 4096;
    private const string Trailer = "TRAILER!!!";

    public static bool IsHeader(ReadOnlySpan<byte> start) => start.StartsWith("070701"u8) || start.StartsWith("070702"u8);

    /// <summary>Null: the archive ends here.</summary>
    /// <exception cref="InvalidDataException">This is none.</exception>
    public static CpioEntry? ReadHeader(SegmentStream stream)
    {
        Span<byte> header = stackalloc byte[HeaderLength];
        stream.ReadExactly(header);
        if (!IsHeader(header))
        {
            throw new InvalidDataException("no cpio header");
        }

        var nameLength = Field(header, 11);
        if (nameLength is 0 or > LongestName)
        {
            throw new InvalidDataException("no name");
        }

        var bytes = new byte[nameLength];
        stream.ReadExactly(bytes);
        stream.Skip(Padding(HeaderLength + nameLength));
        var name = Encoding.UTF8.GetString(bytes).TrimEnd('\0');
        return name == Trailer
            ? null
            : new CpioEntry(name.TrimStart('.', '/'), Field(header, 1), (Field(header, 0), Field(header, 7), Field(header, 8)), Field(header, 6));
    }

    /// <summary>The content of an entry and the padding after it; null: it was passed over.</summary>
    public static byte[]? ReadContent(SegmentStream stream, CpioEntry entry, bool wanted)
    {
        byte[]? content = null;
        if (wanted)
        {
            content = new byte[entry.Size];
            stream.ReadExactly(content);
        }
        else
        {
            stream.Skip(entry.Size);
        }

        stream.Skip(Padding(entry.Size));
        return content;
    }

    public static void Write(Stream archive, string name, uint mode, ReadOnlySpan<byte> content)
    {
        var bytes = Encoding.UTF8.GetBytes(name + '\0');
        Span<uint> fields = [0, mode, 0, 0, 1, 0, (uint)content.Length, 0, 0, 0, 0, (uint)bytes.Length, 0];
        archive.Write("070701"u8);
        foreach (var field in fields)
        {
            archive.Write(Encoding.ASCII.GetBytes(field.ToString("X8", CultureInfo.InvariantCulture)));
        }

        archive.Write(bytes);
        archive.Write(new byte[Padding(HeaderLength + bytes.Length)]);
        archive.Write(content);
        archive.Write(new byte[Padding(content.Length)]);
    }

    public static void WriteTrailer(Stream archive) => Write(archive, Trailer, 0, []);

    /// <summary>Thirteen fields of eight hexadecimal digits after the magic.</summary>
    private static uint Field(ReadOnlySpan<byte> header, int index) =>
        uint.TryParse(header.Slice(6 + (8 * index), 8), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var value)
            ? value
            : throw new InvalidDataException("no number");

    private static int Padding(long length) => (int)(-length & 3);
}
