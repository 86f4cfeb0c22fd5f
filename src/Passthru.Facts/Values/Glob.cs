namespace Passthru.Facts.Values;

/// <summary>Patterns of glob(7) as udev matches them (fnmatch): alternatives between bars, <c>*</c>, <c>?</c> and sets of characters.</summary>
public static class Glob
{
    private const int MaxAlternatives = 16;

    /// <summary>More than any pattern of an address needs, and few enough to try them all.</summary>
    private const int MaxStars = 4;

    public static bool Matches(string pattern, string text) => pattern.Count('*') <= MaxStars && pattern.Split('|', MaxAlternatives).Any(one => MatchesOne(one, text));

    private static bool MatchesOne(ReadOnlySpan<char> pattern, ReadOnlySpan<char> text)
    {
        for (var i = 0; i < pattern.Length; i++)
        {
            if (pattern[i] == '*')
            {
                for (var skip = 0; skip <= text.Length; skip++)
                {
                    if (MatchesOne(pattern[(i + 1)..], text[skip..]))
                    {
                        return true;
                    }
                }

                return false;
            }

            if (text.IsEmpty || !MatchesCharacter(pattern, ref i, text[0]))
            {
                return false;
            }

            text = text[1..];
        }

        return text.IsEmpty;
    }

    private static bool MatchesCharacter(ReadOnlySpan<char> pattern, ref int at, char character)
    {
        if (pattern[at] != '[' || pattern[at..].IndexOf(']') is not (var length and > 1))
        {
            return pattern[at] == '?' || pattern[at] == character;
        }

        var set = pattern.Slice(at + 1, length - 1);
        at += length;
        var isNegated = set[0] is '!' or '^';
        set = isNegated ? set[1..] : set;
        var isIn = false;
        for (var i = 0; i < set.Length; i++)
        {
            var isRange = i + 2 < set.Length && set[i + 1] == '-';
            isIn |= isRange ? character >= set[i] && character <= set[i + 2] : character == set[i];
            i += isRange ? 2 : 0;
        }

        return isIn != isNegated;
    }
}
