using System.Text.RegularExpressions;

namespace Passthru.Tests.Support;

/// <summary>A sample on a page of metrics, to be told again as that of a target at some time.</summary>
internal sealed partial record PageLine(string Name, string Labels, string Value)
{
    public static IEnumerable<PageLine> Of(string page) =>
        Line().Matches(page).Select(match => new PageLine(match.Groups[1].Value, match.Groups[2].Value, match.Groups[3].Value));

    /// <summary>The series of a host, as OpenMetrics writes it.</summary>
    public string Series(string host) => $"{Name}{{job=\"passthru\",instance=\"{host}\"{(Labels.Length > 0 ? "," : "")}{Labels}}}";

    [GeneratedRegex(@"^([a-z_:]\w*)(?:\{(.*)\})? (\S+)$", RegexOptions.Multiline)]
    private static partial Regex Line();
}
