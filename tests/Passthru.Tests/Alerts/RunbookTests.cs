using Passthru.Tests.Support;

namespace Passthru.Tests.Alerts;

/// <summary>That each alert has its page, each page its alert, and each page all it should say.</summary>
public sealed class RunbookTests
{
    private static readonly string Folder = Path.Join(Golden.Repository, "alerts/runbooks");

    private static readonly string[] Sections = ["## Meaning", "## Impact", "## Diagnosis", "## Fix", "## Prevention", "## False positives"];

    public static TheoryData<string> Names => [.. RuleFile.Shipped.Alerts.Select(rule => rule.Alert!).Distinct()];

    [Fact]
    public void Alerts_and_pages_are_the_same_set() =>
        Assert.Equal(
            RuleFile.Shipped.Alerts.Select(rule => rule.Alert!).Distinct().Order(StringComparer.Ordinal),
            Directory.GetFiles(Folder).Select(file => Path.GetFileNameWithoutExtension(file)).Order(StringComparer.Ordinal));

    [Theory]
    [MemberData(nameof(Names))]
    public void A_page_has_its_sections_and_something_in_each(string name)
    {
        var lines = File.ReadAllLines(Path.Join(Folder, $"{name}.md"));
        Assert.Equal($"# {name}", lines[0]);
        Assert.Equal(Sections, lines.Where(line => line.StartsWith("## ", StringComparison.Ordinal)));
        foreach (var section in Sections)
        {
            var text = lines.SkipWhile(line => line != section).Skip(1).TakeWhile(line => !line.StartsWith("## ", StringComparison.Ordinal));
            Assert.True(text.Sum(line => line.Length) > 20, $"{name} {section}");
        }

        Assert.Contains(lines, line => line.StartsWith("    ", StringComparison.Ordinal));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void A_page_links_to_pages_that_exist(string name)
    {
        var text = File.ReadAllText(Path.Join(Folder, $"{name}.md"));
        foreach (System.Text.RegularExpressions.Match link in System.Text.RegularExpressions.Regex.Matches(text, @"\]\(([^)]+)\)"))
        {
            Assert.True(File.Exists(Path.Join(Folder, link.Groups[1].Value)), $"{name}: {link.Value}");
        }
    }
}
