using System.Globalization;

namespace Passthru.Facts.Pci;

/// <summary>
/// The PCI Express link of a function. Sources: <c>current_link_speed</c>, <c>current_link_width</c>, <c>max_link_speed</c>,
/// <c>max_link_width</c>, all of which wake sleeping hardware when read.
/// </summary>
public sealed record LinkFacts
{
    /// <summary>Transfers per second of one lane.</summary>
    public double? Speed { get; init; }

    public double? MaxSpeed { get; init; }

    /// <summary>Lanes; 0 while the link is down.</summary>
    public int? Width { get; init; }

    public int? MaxWidth { get; init; }

    /// <summary><c>8.0 GT/s PCIe</c> is 8e9 transfers per second; <c>Unknown</c> is NaN: understood, and no number.</summary>
    public static bool TryParseSpeed(ReadOnlySpan<char> text, out double transfersPerSecond)
    {
        transfersPerSecond = double.NaN;
        if (text.StartsWith("Unknown"))
        {
            return true;
        }

        var unit = text.IndexOf(" GT/s");
        if (unit < 0 || !decimal.TryParse(text[..unit], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var giga) || giga > 1_000_000)
        {
            return false;
        }

        transfersPerSecond = (double)(giga * 1_000_000_000);
        return true;
    }

    /// <summary>
    /// A count of lanes (PCIe 6.0, 7.5.3.6: 1, 2, 4, 8, 12, 16, 32). The kernel prints 0 for no link and, of a register it
    /// could not read, 63 or 255: understood, and -1.
    /// </summary>
    public static bool TryParseWidth(ReadOnlySpan<char> text, out int lanes)
    {
        if (!int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out lanes))
        {
            return false;
        }

        lanes = lanes is 0 or 1 or 2 or 4 or 8 or 12 or 16 or 32 ? lanes : -1;
        return true;
    }
}
