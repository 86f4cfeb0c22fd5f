using System.Globalization;
using System.Text;

namespace Passthru.Exporter.Text;

/// <summary>Text from outside as one line that does nothing to what stands around it.</summary>
internal static class Printable
{
    /// <summary>
    /// Control characters (a terminal's escape sequences, line ends), marks that turn the direction of writing and what is no
    /// character at all become U+FFFD.
    /// </summary>
    public static string Text(string? text)
    {
        if (text is null || text.All(letter => letter is >= ' ' and < '\x7f'))
        {
            return text ?? "";
        }

        var plain = new StringBuilder(text.Length);
        foreach (var rune in text.EnumerateRunes())
        {
            plain.Append(IsHarmless(rune) ? rune : Rune.ReplacementChar);
        }

        return plain.ToString();
    }

    private static bool IsHarmless(Rune rune) => (rune.Value & 0xfffe) != 0xfffe && Rune.GetUnicodeCategory(rune)
        is not (UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator);
}
