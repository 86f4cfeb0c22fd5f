using System.Globalization;
using System.Text;

namespace Passthru.Facts.Usage.Storage;

/// <summary>Names as udev and device-mapper write them: <c>my\x20disk</c> (udev_util_encode_string, dm_mangle).</summary>
internal static class UdevText
{
    public static string Decode(string text)
    {
        if (!text.Contains("\\x", StringComparison.Ordinal))
        {
            return text;
        }

        var plain = new StringBuilder();
        for (var i = 0; i < text.Length; i++)
        {
            if (text.AsSpan(i).StartsWith("\\x")
                && i + 3 < text.Length
                && byte.TryParse(text.AsSpan(i + 2, 2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var code))
            {
                plain.Append((char)code);
                i += 3;
            }
            else
            {
                plain.Append(text[i]);
            }
        }

        return plain.ToString();
    }
}
