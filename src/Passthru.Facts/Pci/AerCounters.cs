using System.Globalization;

namespace Passthru.Facts.Pci;

/// <summary>
/// Errors that a function has signalled since it was found. Sources: <c>aer_dev_correctable</c>, <c>aer_dev_nonfatal</c>,
/// <c>aer_dev_fatal</c> (drivers/pci/pcie/aer.c), cached by the kernel; absent where the firmware keeps AER to itself.
/// </summary>
public sealed record AerCounters
{
    public ulong? Correctable { get; init; }

    public ulong? Nonfatal { get; init; }

    public ulong? Fatal { get; init; }

    /// <summary>The last line, <c>TOTAL_ERR_COR 12</c>.</summary>
    public static bool TryParseTotal(ReadOnlySpan<char> text, out ulong total)
    {
        total = 0;
        var start = text.LastIndexOf("TOTAL_ERR_");
        var line = start < 0 ? [] : text[start..];
        var space = line.IndexOf(' ');
        return space > 0 && ulong.TryParse(line[(space + 1)..].Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out total);
    }
}
