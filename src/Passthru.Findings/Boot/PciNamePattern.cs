using System.Text.RegularExpressions;
using Passthru.Facts.Pci;
using Passthru.Facts.Values;

namespace Passthru.Findings.Boot;

/// <summary>Addresses of functions in lines of udev's rules and scripts, with udev's wildcards.</summary>
internal static partial class PciNamePattern
{
    public static bool FindsIn(string text, PciAddress function)
    {
        var name = function.ToString();
        return Names().Matches(text).Any(match => Fits(match.Value, name));
    }

    public static bool AreIn(string text) => Names().IsMatch(text);

    private static bool Fits(string pattern, string name) => Glob.Matches(pattern, name) || Glob.Matches($"0000:{pattern}", name);

    [GeneratedRegex(@"(?:[0-9a-fA-F]{4,8}:)?[0-9a-fA-F*?]{1,2}:[0-9a-fA-F*?]{1,2}\.(?:[0-7*?]|\[[0-7-]+\])")]
    private static partial Regex Names();
}
