using System.Buffers;

namespace Passthru.Facts.Reading.Trees;

/// <summary>Cuts a stream into lines with one buffer, whatever the length of the stream.</summary>
internal static class LineScanner
{
    /// <summary>The longest line shown; the rest of a longer one is passed over. A line of /proc/interrupts has 11 characters a CPU.</summary>
    private const int LongestLine = 64 * 1024;

    /// <summary>No file that is scanned comes near: kallsyms has 10 to 20 MB, pci.ids 1.5 MB.</summary>
    private const long MaxBytes = 256L * 1024 * 1024;

    public static void Scan(Stream stream, LineFilter filter)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(LongestLine);
        try
        {
            Scan(stream, filter, buffer.AsSpan(0, LongestLine));
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private static void Scan(Stream stream, LineFilter filter, Span<byte> buffer)
    {
        var held = 0;
        var passingOver = false;
        for (long total = 0; total < MaxBytes;)
        {
            var read = stream.Read(buffer[held..]);
            total += read;
            var rest = buffer[..(held + read)];
            for (int end; (end = rest.IndexOf((byte)'\n')) >= 0; rest = rest[(end + 1)..])
            {
                if (!passingOver && filter(rest[..end]) == LineVerdict.KeepAndStop)
                {
                    return;
                }

                passingOver = false;
            }

            if (read == 0)
            {
                if (rest.Length > 0 && !passingOver)
                {
                    filter(rest);
                }

                return;
            }

            if (rest.Length == buffer.Length)
            {
                if (!passingOver && filter(rest) == LineVerdict.KeepAndStop)
                {
                    return;
                }

                passingOver = true;
                rest = [];
            }

            rest.CopyTo(buffer);
            held = rest.Length;
        }
    }
}
