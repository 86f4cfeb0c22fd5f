using System.Globalization;

namespace Passthru.Exporter.Serving.Security;

/// <summary>Durations as Go writes them: <c>1s</c>, <c>500ms</c>, <c>1m30s</c>, <c>0</c>.</summary>
internal static class GoDuration
{
    private static readonly (string Unit, double Seconds)[] Units =
        [("ns", 1e-9), ("us", 1e-6), ("µs", 1e-6), ("ms", 1e-3), ("s", 1), ("m", 60), ("h", 3600)];

    /// <summary>Null: it is none, or longer than a day.</summary>
    public static TimeSpan? Parse(string text)
    {
        var seconds = 0.0;
        for (var rest = text; rest is not ("" or "0");)
        {
            var digits = rest.TakeWhile(c => char.IsAsciiDigit(c) || c == '.').Count();
            var unit = string.Concat(rest[digits..].TakeWhile(c => !char.IsAsciiDigit(c) && c != '.'));
            if (!double.TryParse(rest[..digits], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var count)
                || Array.Find(Units, known => known.Unit == unit) is not { Unit: not null } found)
            {
                return null;
            }

            seconds += count * found.Seconds;
            rest = rest[(digits + unit.Length)..];
        }

        return text != "" && seconds <= 86400 ? TimeSpan.FromSeconds(seconds) : null;
    }
}
