namespace Passthru.Facts.Boot.Modprobe;

/// <summary>A file of records that end in a NUL, of which few are wanted.</summary>
internal static class NulRecords
{
    public delegate bool RecordTest(ReadOnlySpan<byte> record);

    private const int LongestRecord = 64 * 1024;
    private const int MaxKept = 1024 * 1024;

    /// <summary>The records that are wanted, as they stand; of these the same.</summary>
    public static byte[] Matching(Stream stream, RecordTest isWanted)
    {
        using var kept = new MemoryStream();
        var buffer = new byte[2 * LongestRecord];
        var length = 0;
        while (stream.Read(buffer, length, buffer.Length - length) is var read and > 0 && kept.Length < MaxKept)
        {
            length += read;
            var start = 0;
            while (buffer.AsSpan(start, length - start).IndexOf((byte)0) is var end and >= 0)
            {
                if (isWanted(buffer.AsSpan(start, end)))
                {
                    kept.Write(buffer.AsSpan(start, end + 1));
                }

                start += end + 1;
            }

            // A record that does not fit is none of a module.
            length = length - start > LongestRecord ? 0 : length - start;
            buffer.AsSpan(start, length).CopyTo(buffer);
        }

        return kept.ToArray();
    }
}
