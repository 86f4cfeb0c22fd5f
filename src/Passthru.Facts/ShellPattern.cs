using System.IO.Enumeration;
using System.Text.RegularExpressions;

namespace Passthru.Facts;

/// <summary>Names with the shell's wildcards (fnmatch(3)): kmod compares module names so, and udev values.</summary>
public static class ShellPattern
{
    /// <summary>A pattern is foreign text: one that takes longer than this fits nothing.</summary>
    private static readonly TimeSpan Limit = TimeSpan.FromMilliseconds(100);

    public static bool Fits(string pattern, string name) =>
        pattern.Contains('[', StringComparison.Ordinal) ? FitsSets(pattern, name) : FileSystemName.MatchesSimpleExpression(pattern, name, ignoreCase: false);

    private static bool FitsSets(string pattern, string name)
    {
        var sets = Regex.Escape(pattern)
            .Replace("\\[", "[", StringComparison.Ordinal)
            .Replace("[!", "[^", StringComparison.Ordinal)
            .Replace("\\*", ".*", StringComparison.Ordinal)
            .Replace("\\?", ".", StringComparison.Ordinal);
        try
        {
            return Regex.IsMatch(name, $"^{sets}$", RegexOptions.CultureInvariant, Limit);
        }
        catch (Exception exception) when (exception is RegexMatchTimeoutException or RegexParseException)
        {
            return false;
        }
    }
}
