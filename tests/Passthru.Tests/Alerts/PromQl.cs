using System.Text.RegularExpressions;

namespace Passthru.Tests.Alerts;

/// <summary>What a PromQL expression names; no parser (promtool is one), but enough to hold names against the contract.</summary>
internal static partial class PromQl
{
    private static readonly HashSet<string> Keywords = ["and", "or", "unless", "bool", "offset", "group_left", "group_right", "on", "by", "without", "ignoring"];

    /// <summary>Each metric with the labels that are matched on it, and the function whose argument it is.</summary>
    public static IEnumerable<(string Metric, string[] Labels, string Function)> Selectors(string expression)
    {
        var text = Grouping().Replace(Strings().Replace(expression, "''"), " ");
        foreach (Match match in Selector().Matches(text))
        {
            var name = match.Groups["name"].Value;
            if (!Keywords.Contains(name))
            {
                yield return (name, [.. Matcher().Matches(match.Groups["matchers"].Value).Select(it => it.Groups[1].Value)], match.Groups["function"].Value);
            }
        }
    }

    /// <summary>Labels that the expression groups or joins by.</summary>
    public static IEnumerable<string> GroupingLabels(string expression) =>
        Grouping().Matches(Strings().Replace(expression, "''"))
            .SelectMany(match => match.Groups[1].Value.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries));

    /// <summary>Labels that the expression makes, by label_replace, label_join or count_values.</summary>
    public static IEnumerable<string> MadeLabels(string expression) => Made().Matches(expression).Select(match => match.Groups[1].Value);

    /// <summary>The queries that a template makes, with the arguments of printf filled in by a text.</summary>
    public static IEnumerable<string> Queries(string template) =>
        Printf().Matches(template).Select(match => Regex.Unescape(match.Groups[1].Value).Replace("%q", "\"x\"", StringComparison.Ordinal));

    [GeneratedRegex("""
        "(?:[^"\\]|\\.)*"|'[^']*'
        """, RegexOptions.IgnorePatternWhitespace)]
    private static partial Regex Strings();

    [GeneratedRegex(@"\b(?:on|by|without|ignoring|group_left|group_right)\s*\(([^)]*)\)")]
    private static partial Regex Grouping();

    [GeneratedRegex(@"(?:(?<function>\b[a-z_]+)\s*\(\s*)?(?<![\w:\[.])(?>(?<name>[A-Za-z_:][\w:]*))(?!\s*\()\s*(?:\{(?<matchers>[^}]*)\})?")]
    private static partial Regex Selector();

    [GeneratedRegex("""(?:\), |\()"([a-z_]+)", (?="|\w)""")]
    private static partial Regex Made();

    [GeneratedRegex(@"(\w+)\s*(?:=~|!~|!=|=)")]
    private static partial Regex Matcher();

    [GeneratedRegex("""printf "((?:[^"\\]|\\.)*)"\s+(?:\(or )?\$""")]
    private static partial Regex Printf();
}
