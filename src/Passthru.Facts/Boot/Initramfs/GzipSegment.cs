using System.Buffers.Binary;
using System.IO.Compression;
using Passthru.Facts.Reading.Trees;

namespace Passthru.Facts.Boot.Initramfs;

/// <summary>
/// What gzip has packed at the front of a stream. The decoder reads too far; where the packed data ends is told by their last four
/// bytes, the length of the plain data (RFC 1952, 2.3.1, ISIZE), before zeros, another segment, or nothing.
/// </summary>
internal sealed class GzipSegment(SegmentStream stream) : ReadingStream
{
    /// <summary>The decoder reads by 8 KiB.</summary>
    private const int ReadAhead = 8 * 1024;

    /// <summary>Header and trailer of gzip: no packed data are shorter.</summary>
    private const int ShortestSegment = 18;

    private readonly long _start = stream.Position;
    private readonly GZipStream _plain = new(stream, CompressionMode.Decompress, leaveOpen: true);
    private uint _length;
    private bool _isDone;

    public override int Read(Span<byte> buffer)
    {
        var read = _isDone ? 0 : _plain.Read(buffer);
        _length += (uint)read;
        if (read == 0 && !buffer.IsEmpty && !_isDone)
        {
            _isDone = true;
            GoBack();
        }

        return read;
    }

    protected override void Dispose(bool disposing)
    {
        _plain.Dispose();
        base.Dispose(disposing);
    }

    /// <exception cref="InvalidDataException">The end was not found, and what comes after is not zeros.</exception>
    private void GoBack()
    {
        Span<byte> size = stackalloc byte[4];
        BinaryPrimitives.WriteUInt32LittleEndian(size, _length);
        var behind = stream.Behind(ReadAhead);
        for (var at = 0; behind[at..].IndexOf(size) is var found and >= 0; at += found + 1)
        {
            var rest = behind[(at + found + size.Length)..];
            var isLongEnough = stream.Position - rest.Length >= _start + ShortestSegment;
            if (isLongEnough && (rest.IsEmpty || rest[0] == 0 || Cpio.IsHeader(rest) || Decompression.IsPacked(rest)))
            {
                stream.Seek(-rest.Length, SeekOrigin.Current);
                return;
            }
        }

        if (behind.IndexOfAnyExcept((byte)0) >= 0 && behind[^1] != 0)
        {
            throw new InvalidDataException("end of gzip not found");
        }
    }
}
