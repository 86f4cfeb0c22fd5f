using System.Globalization;
using System.Text;

namespace Passthru.Facts.Values;

/// <summary>
/// Names in which bytes are written as <c>\xNN</c>, as udev, device-mapper and systemd do it: <c>my\x20disk</c>
/// (udev_util_encode_string, dm_mangle, unit_name_escape).
/// </summary>
public static class HexEscapes
{
    private const string Start = "\\x";
    private const int Length = 4;

    /// <summary>The name in plain; what is no complete escape stays.</summary>
    public static string Decode(string text)
    {
        if (!text.Contains(Start, StringComparison.Ordinal))
        {
            return text;
        }

        var bytes = new List<byte>();
        var at = 0;
        while (at < text.Length)
        {
            if (text.AsSpan(at).StartsWith(Start)
                && at + Length <= text.Length
                && byte.TryParse(text.AsSpan(at + Start.Length, 2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var code))
            {
                bytes.Add(code);
                at += Length;
            }
            else
            {
                var next = text.IndexOf('\\', at + 1) is var end and >= 0 ? end : text.Length;
                bytes.AddRange(Encoding.UTF8.GetBytes(text[at..next]));
                at = next;
            }
        }

        return Encoding.UTF8.GetString([.. bytes]);
    }
}
