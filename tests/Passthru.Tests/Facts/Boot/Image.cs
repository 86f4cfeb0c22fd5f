using System.IO.Compression;
using System.Text;
using K4os.Compression.LZ4;
using Passthru.Facts.Boot.Initramfs;
using SharpCompress.Compressors.BZip2;
using SharpCompress.Compressors.LZMA;

namespace Passthru.Tests.Facts.Boot;

/// <summary>Images made by hand, in parts.</summary>
internal static class Image
{
    private const uint Link = 0xa1ff;
    private const uint Regular = 0x81a4;

    /// <summary>An archive; a content that begins with an arrow is where a link leads.</summary>
    public static byte[] Archive(params (string Name, string Content)[] files)
    {
        using var archive = new MemoryStream();
        foreach (var (name, content) in files)
        {
            var isLink = content.StartsWith("-> ", StringComparison.Ordinal);
            Cpio.Write(archive, name, isLink ? Link : Regular, Encoding.UTF8.GetBytes(isLink ? content[3..] : content));
        }

        Cpio.WriteTrailer(archive);
        return archive.ToArray();
    }

    public static byte[] Gzip(byte[] plain)
    {
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Fastest, leaveOpen: true))
        {
            gzip.Write(plain);
        }

        return packed.ToArray();
    }

    public static byte[] Zstandard(byte[] plain)
    {
        using var packed = new MemoryStream();
        using (var zstd = new SharpCompress.Compressors.ZStandard.CompressionStream(packed, 3, 0, leaveOpen: true))
        {
            zstd.Write(plain, 0, plain.Length);
        }

        return packed.ToArray();
    }

    public static byte[] Lz4(byte[] plain, int blockSize)
    {
        using var packed = new MemoryStream();
        packed.Write([0x02, 0x21, 0x4c, 0x18]);
        foreach (var block in plain.Chunk(blockSize))
        {
            var target = new byte[LZ4Codec.MaximumOutputSize(block.Length)];
            var length = LZ4Codec.Encode(block, target);
            packed.Write(BitConverter.GetBytes(length));
            packed.Write(target.AsSpan(0, length));
        }

        return packed.ToArray();
    }

    public static byte[] BZip2(byte[] plain)
    {
        using var packed = new MemoryStream();
        using (var bzip2 = BZip2Stream.Create(packed, SharpCompress.Compressors.CompressionMode.Compress, decompressConcatenated: false, leaveOpen: true))
        {
            bzip2.Write(plain);
        }

        return packed.ToArray();
    }

    /// <summary>As the program <c>lzma</c> writes it: the length is not told, and a mark ends the data.</summary>
    public static byte[] Lzma(byte[] plain)
    {
        using var packed = new MemoryStream();
        using (var lzma = LzmaStream.Create(new LzmaEncoderProperties(eos: true), false, packed))
        {
            lzma.Write(plain);
        }

        return [0x5d, 0, 0, 0x10, 0, .. Enumerable.Repeat((byte)0xff, 8), .. packed.ToArray()];
    }

    /// <summary>A PE file with these sections.</summary>
    public static byte[] Unified(params (string Name, byte[] Content)[] sections)
    {
        const int header = 64;
        const int table = header + 24;
        var place = table + (40 * sections.Length);
        var file = new byte[place + sections.Sum(section => section.Content.Length)];
        "MZ"u8.CopyTo(file);
        BitConverter.TryWriteBytes(file.AsSpan(0x3c), header);
        "PE\0\0"u8.CopyTo(file.AsSpan(header));
        BitConverter.TryWriteBytes(file.AsSpan(header + 6), (ushort)sections.Length);
        foreach (var (index, (name, content)) in sections.Index())
        {
            var row = file.AsSpan(table + (40 * index), 40);
            Encoding.ASCII.GetBytes(name).CopyTo(row);
            BitConverter.TryWriteBytes(row[8..], content.Length);
            BitConverter.TryWriteBytes(row[20..], place);
            content.CopyTo(file.AsSpan(place));
            place += content.Length;
        }

        return file;
    }

    public static InitramfsFacts Read(params byte[][] parts) =>
        InitramfsReader.From("boot/initrd.img", "6.12", null, InitramfsExtract.From(new MemoryStream([.. parts.SelectMany(part => part)])));
}
