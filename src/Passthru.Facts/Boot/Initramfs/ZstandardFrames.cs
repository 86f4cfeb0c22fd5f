using System.Buffers.Binary;
using Passthru.Facts.Reading.Trees;

namespace Passthru.Facts.Boot.Initramfs;

/// <summary>
/// The frames of Zstandard at the front of a stream, which ends where they end, so that what follows stays to be read
/// (RFC 8878, 3.1.1: header, blocks that tell their size, checksum).
/// </summary>
internal sealed class ZstandardFrames(SegmentStream stream) : ReadingStream
{
    private const uint Magic = 0xfd2fb528;
    private const int LongestHeader = 18;
    private bool _isInFrame;
    private bool _isLastBlock;
    private bool _hasChecksum;
    private int _piece;

    public override int Read(Span<byte> buffer)
    {
        while (_piece == 0)
        {
            if (!NextPiece())
            {
                return 0;
            }
        }

        var read = stream.Read(buffer[..Math.Min(buffer.Length, _piece)]);
        _piece -= read;
        return read > 0 || buffer.IsEmpty ? read : throw new EndOfStreamException();
    }

    /// <summary>Finds out how many bytes belong together next: a header, a block, or a checksum.</summary>
    private bool NextPiece()
    {
        if (!_isInFrame)
        {
            return TryStartFrame();
        }

        if (_isLastBlock)
        {
            _isInFrame = false;
            _piece = _hasChecksum ? 4 : 0;
            return _piece > 0 || TryStartFrame();
        }

        const int blockHeader = 3;
        var start = stream.Peek(blockHeader);
        if (start.Length < blockHeader)
        {
            throw new EndOfStreamException();
        }

        var header = start[0] | (start[1] << 8) | (start[2] << 16);
        const int repeatedByte = 1;
        _isLastBlock = (header & 1) != 0;
        _piece = blockHeader + (((header >> 1) & 3) == repeatedByte ? 1 : header >> 3);
        return true;
    }

    private bool TryStartFrame()
    {
        var start = stream.Peek(LongestHeader);
        if (start.Length < 6 || BinaryPrimitives.ReadUInt32LittleEndian(start) != Magic)
        {
            return false;
        }

        var descriptor = start[4];
        var isSingle = (descriptor & 0x20) != 0;
        ReadOnlySpan<int> dictionaryBytes = [0, 1, 2, 4];
        ReadOnlySpan<int> sizeBytes = [isSingle ? 1 : 0, 2, 4, 8];
        _hasChecksum = (descriptor & 4) != 0;
        _isLastBlock = false;
        _isInFrame = true;
        _piece = 5 + (isSingle ? 0 : 1) + dictionaryBytes[descriptor & 3] + sizeBytes[descriptor >> 6];
        return true;
    }
}
