using K4os.Compression.LZ4;
using Passthru.Facts.Reading.Trees;

namespace Passthru.Facts.Boot.Initramfs;

/// <summary>
/// What <c>lz4 -l</c> writes, the one format of LZ4 the kernel reads for its initramfs (lib/decompress_unlz4.c): a magic number,
/// then blocks, each with its length, that grow to 8 MiB at most. The magic number may come again; a length of zero, or another
/// archive in its place, ends it.
/// </summary>
internal sealed class Lz4LegacyStream(SegmentStream compressed) : ReadingStream
{
    private const uint Magic = 0x184c2102;
    private const int LargestBlock = 8 * 1024 * 1024;
    private readonly byte[] _plain = new byte[LargestBlock];
    private byte[] _packed = [];
    private int _start;
    private int _end;

    public override int Read(Span<byte> buffer)
    {
        while (_start == _end)
        {
            if (!NextBlock())
            {
                return 0;
            }
        }

        var count = Math.Min(buffer.Length, _end - _start);
        _plain.AsSpan(_start, count).CopyTo(buffer);
        _start += count;
        return count;
    }

    private bool NextBlock()
    {
        if (Cpio.IsHeader(compressed.Peek(6)) || (compressed.Peek(6) is var next && Decompression.IsPacked(next) && next[0] != 2))
        {
            return false;
        }

        var length = Decompression.NextNumber(compressed);
        if (length == Magic)
        {
            length = Decompression.NextNumber(compressed);
        }

        if (length is null or 0)
        {
            return false;
        }

        var packedLength = length <= LZ4Codec.MaximumOutputSize(LargestBlock) ? (int)length : throw new InvalidDataException("no block of LZ4");
        if (_packed.Length < packedLength)
        {
            _packed = new byte[packedLength];
        }

        compressed.ReadExactly(_packed, 0, packedLength);
        _start = 0;
        _end = LZ4Codec.Decode(_packed.AsSpan(0, packedLength), _plain);
        return _end >= 0 ? true : throw new InvalidDataException("no block of LZ4");
    }
}
