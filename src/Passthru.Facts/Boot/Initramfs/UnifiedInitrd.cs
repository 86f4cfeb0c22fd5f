using System.Buffers.Binary;
using Passthru.Facts.Reading.Trees;

namespace Passthru.Facts.Boot.Initramfs;

/// <summary>The section <c>.initrd</c> of a unified kernel image (PE format, sections 3.3 and 4; systemd-stub(7)).</summary>
internal static class UnifiedInitrd
{
    private const int Header = 0x3c;
    private const int SectionBytes = 40;
    private const int FarthestTable = 16 * 1024;

    /// <summary>The stream itself where it is no PE file.</summary>
    /// <exception cref="InvalidDataException">It has no such section, or several (profiles), of which one is chosen at boot.</exception>
    public static SegmentStream Open(SegmentStream file)
    {
        if (!file.Peek(2).SequenceEqual("MZ"u8))
        {
            return file;
        }

        var start = file.Peek(FarthestTable);
        var pe = (int)BinaryPrimitives.ReadUInt32LittleEndian(start[Header..]);
        var coff = start[pe..];
        if (!coff.StartsWith("PE\0\0"u8))
        {
            throw new InvalidDataException("no PE file");
        }

        var table = coff[(24 + BinaryPrimitives.ReadUInt16LittleEndian(coff[20..]))..];
        (uint Size, uint Place)? found = null;
        for (var left = BinaryPrimitives.ReadUInt16LittleEndian(coff[6..]); left > 0; left--, table = table[SectionBytes..])
        {
            if (table[..8].SequenceEqual(".initrd\0"u8))
            {
                found = found is null
                    ? (BinaryPrimitives.ReadUInt32LittleEndian(table[8..]), BinaryPrimitives.ReadUInt32LittleEndian(table[20..]))
                    : throw new InvalidDataException("several initrds");
            }
        }

        var (size, place) = found ?? throw new InvalidDataException("no initrd");
        file.Skip(place);
        return new SegmentStream(new Part(file, size), size);
    }

    /// <summary>The next bytes of a stream, so many and no more.</summary>
    private sealed class Part(Stream stream, long length) : ReadingStream
    {
        private long _left = length;

        public override int Read(Span<byte> buffer)
        {
            var read = stream.Read(buffer[..(int)Math.Min(buffer.Length, _left)]);
            _left -= read;
            return read > 0 || _left == 0 || buffer.IsEmpty ? read : throw new EndOfStreamException();
        }
    }
}
