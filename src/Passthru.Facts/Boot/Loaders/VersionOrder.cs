namespace Passthru.Facts.Boot.Loaders;

/// <summary>
/// Versions as boot loaders sort them: runs of digits by number, other runs as text, digits after letters, <c>~</c> before all
/// (strverscmp_improved in systemd's src/fundamental/string-util-fundamental.c, rpmvercmp in GRUB's blscfg).
/// </summary>
internal sealed class VersionOrder : IComparer<string>
{
    public static readonly VersionOrder Instance = new();

    public int Compare(string? x, string? y)
    {
        var one = (x ?? "").AsSpan();
        var other = (y ?? "").AsSpan();
        while (true)
        {
            one = WithoutSeparators(one);
            other = WithoutSeparators(other);
            var early = (other.StartsWith('~') ? 1 : 0) - (one.StartsWith('~') ? 1 : 0);
            if (early != 0)
            {
                return early;
            }

            one = one.TrimStart('~');
            other = other.TrimStart('~');
            if (one.IsEmpty || other.IsEmpty)
            {
                return one.Length.CompareTo(other.Length);
            }

            var order = CompareRuns(Run(ref one), Run(ref other));
            if (order != 0)
            {
                return order;
            }
        }
    }

    private static int CompareRuns(ReadOnlySpan<char> one, ReadOnlySpan<char> other)
    {
        var (first, second) = (char.IsAsciiDigit(one[0]), char.IsAsciiDigit(other[0]));
        if (first != second)
        {
            return first ? 1 : -1;
        }

        if (!first)
        {
            return one.SequenceCompareTo(other);
        }

        one = one.TrimStart('0');
        other = other.TrimStart('0');
        return one.Length != other.Length ? one.Length.CompareTo(other.Length) : one.SequenceCompareTo(other);
    }

    private static ReadOnlySpan<char> WithoutSeparators(ReadOnlySpan<char> text)
    {
        while (!text.IsEmpty && !char.IsAsciiLetterOrDigit(text[0]) && text[0] != '~')
        {
            text = text[1..];
        }

        return text;
    }

    /// <summary>The digits or the letters at the start, which are taken off.</summary>
    private static ReadOnlySpan<char> Run(ref ReadOnlySpan<char> text)
    {
        var digits = char.IsAsciiDigit(text[0]);
        var end = 1;
        while (end < text.Length && char.IsAsciiLetterOrDigit(text[end]) && char.IsAsciiDigit(text[end]) == digits)
        {
            end++;
        }

        var run = text[..end];
        text = text[end..];
        return run;
    }
}
