using System.Text;
using Passthru.Facts.Reading.Trees;

namespace Passthru.Facts.Vms.Starts;

/// <summary>The lines at the end of a log that matter. What is made of them stands for the file in a capture.</summary>
internal static class LogTail
{
    /// <summary>Proxmox turns its index at 50,000 bytes; a log of QEMU's has a command line of some 10,000 for each start.</summary>
    private const int MaxBytes = 256 * 1024;

    /// <param name="content">The file.</param>
    /// <param name="keep">What to keep of a line; null: nothing.</param>
    public static byte[] Extract(Stream content, Func<string, string?> keep)
    {
        var isCut = content.CanSeek && content.Length > MaxBytes;
        if (isCut)
        {
            content.Seek(-MaxBytes, SeekOrigin.End);
        }

        var kept = new StringBuilder();
        LineScanner.Scan(content, line =>
        {
            if (!isCut && keep(Encoding.UTF8.GetString(line)) is { } text)
            {
                kept.Append(text).Append('\n');
            }

            isCut = false;
            return LineVerdict.Skip;
        });
        return Encoding.UTF8.GetBytes(kept.ToString());
    }
}
