using System.Globalization;

namespace Passthru.Facts.Reading;

/// <summary>Yes and no as attributes of sysfs and parameters of modules print them.</summary>
internal static class Flag
{
    public static bool TryParse(ReadOnlySpan<char> text, out bool value)
    {
        value = text is "1" or "Y" or "y";
        return value || text is "0" or "N" or "n";
    }
}

/// <summary>Decimal numbers, negative ones too.</summary>
internal static class Number
{
    public static bool TryParse(ReadOnlySpan<char> text, out int value) =>
        int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out value);
}
