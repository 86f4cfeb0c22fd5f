using System.Buffers.Binary;
using SharpCompress.Compressors;
using SharpCompress.Compressors.BZip2;
using SharpCompress.Compressors.LZMA;
using SharpCompress.Compressors.Xz;
using SharpCompress.Compressors.ZStandard;

namespace Passthru.Facts.Boot.Initramfs;

/// <summary>The compressions that makers of images use, by their first bytes, as lib/decompress.c tells them apart. LZO is not understood.</summary>
internal static class Decompression
{
    /// <summary>Memory that a decoder may take for what it looks back at: xz -9 takes 64 MiB, zstd refuses more than 128 MiB by itself.</summary>
    private const long LargestDictionary = 128L * 1024 * 1024;

    /// <summary>A segment that is packed begins so. What lzma writes begins like a length, and does not count.</summary>
    public static bool IsPacked(ReadOnlySpan<byte> start) =>
        start is [0x1f, 0x8b, 8, ..] or [0xfd, (byte)'7', (byte)'z', (byte)'X', (byte)'Z', 0, ..] or [0x28, 0xb5, 0x2f, 0xfd, ..] or [0x02, 0x21, 0x4c, 0x18, ..]
            or [(byte)'B', (byte)'Z', (byte)'h', ..];

    /// <summary>What is decompressed ends with the compressed data; what comes after stays to be read.</summary>
    /// <exception cref="InvalidDataException">Another compression, or none.</exception>
    public static Stream Open(SegmentStream compressed)
    {
        var start = compressed.Peek(32);
        return start switch
        {
            [0x1f, 0x8b or 0x9e, ..] => new GzipSegment(compressed),
            [0xfd, (byte)'7', (byte)'z', (byte)'X', (byte)'Z', 0, ..] => new XZStream(DictionaryBytes(start) <= LargestDictionary
                ? compressed
                : throw new InvalidDataException("xz with too large a dictionary")),
            [0x28, 0xb5, 0x2f, 0xfd, ..] => new DecompressionStream(new ZstandardFrames(compressed), 0, checkEndOfStream: true, leaveOpen: true),
            [0x02, 0x21, 0x4c, 0x18, ..] => new Lz4LegacyStream(compressed),
            [(byte)'B', (byte)'Z', (byte)'h', ..] => BZip2Stream.Create(compressed, CompressionMode.Decompress, decompressConcatenated: false, leaveOpen: true),
            [0x5d, 0, 0, ..] => Lzma(compressed),
            _ => throw new InvalidDataException("unknown compression"),
        };
    }

    /// <summary>The format of <c>lzma</c>: properties, size of the dictionary, and the length of what is packed, all ones where a mark ends it.</summary>
    private static LzmaStream Lzma(SegmentStream compressed)
    {
        const int properties = 5;
        Span<byte> header = stackalloc byte[properties + sizeof(long)];
        compressed.ReadExactly(header);
        return BinaryPrimitives.ReadUInt32LittleEndian(header[1..]) <= LargestDictionary
            ? LzmaStream.Create(header[..properties].ToArray(), compressed, inputSize: -1, BinaryPrimitives.ReadInt64LittleEndian(header[properties..]), leaveOpen: true)
            : throw new InvalidDataException("lzma with too large a dictionary");
    }

    /// <summary>
    /// The dictionary of the first block: stream header (12 bytes), block header with its size, flags, and one filter, LZMA2 (0x21)
    /// with one byte of properties (xz file format 1.2, 3.1 and 5.3.1).
    /// </summary>
    private static long DictionaryBytes(ReadOnlySpan<byte> start)
    {
        const int blockFlags = 13;
        const int sizesPresent = 0xc0;
        if (start.Length <= 17 || (start[blockFlags] & 0x03) != 0)
        {
            return long.MaxValue;
        }

        var filter = blockFlags + 1;
        for (var sizes = System.Numerics.BitOperations.PopCount((uint)(start[blockFlags] & sizesPresent)); sizes > 0; sizes--)
        {
            while (filter < start.Length && (start[filter++] & 0x80) != 0)
            {
            }
        }

        return filter + 2 < start.Length && start[filter] == 0x21 && start[filter + 1] == 1 && start[filter + 2] is var bits and < 40
            ? (2L | (bits & 1)) << ((bits / 2) + 11)
            : long.MaxValue;
    }

    /// <summary>The next four bytes as a number; null at the end.</summary>
    internal static uint? NextNumber(Stream stream)
    {
        Span<byte> bytes = stackalloc byte[4];
        var read = stream.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false);
        return read == bytes.Length ? BinaryPrimitives.ReadUInt32LittleEndian(bytes)
            : read == 0 ? null
            : throw new EndOfStreamException();
    }
}
