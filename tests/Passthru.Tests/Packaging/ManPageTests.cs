using System.Text.RegularExpressions;
using Passthru.Tests.EndToEnd;
using Passthru.Tests.Support;

namespace Passthru.Tests.Packaging;

/// <summary>The man page says what <c>--help</c> says, no more and no less.</summary>
public sealed partial class ManPageTests
{
    private static readonly string Page = Path.Join(Golden.Repository, "deploy/deb/passthru-exporter.8");

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task It_names_every_flag_and_no_other()
    {
        var flags = new SortedSet<string>(StringComparer.Ordinal);
        foreach (var verb in HelpTexts.Verbs.Append(""))
        {
            flags.UnionWith((await HelpTexts.FlagsOf(verb)).Where(flag => !Collector().IsMatch(flag)));
        }

        Assert.Equal(flags, Named(await Text()));
    }

    [Fact]
    public async Task It_names_every_collector()
    {
        var collectors = (await HelpTexts.FlagsOf("")).Select(flag => Collector().Match(flag)).Where(match => match.Success).Select(match => match.Groups[1].Value);
        var text = (await Text()).Replace("\n", " ", StringComparison.Ordinal);
        var told = CollectorList().Match(text).Groups[1].Value.Split(", ");
        Assert.Equal(collectors.Distinct().Order(StringComparer.Ordinal), told.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task It_names_every_command()
    {
        var verbs = new List<string>();
        foreach (var verb in await HelpTexts.VerbsBelow(""))
        {
            var below = await HelpTexts.VerbsBelow(verb);
            verbs.AddRange(below.Length == 0 ? [verb] : below.Select(word => $"{verb} {word}"));
        }

        Assert.Equal(HelpTexts.Verbs.Order(StringComparer.Ordinal), verbs.Order(StringComparer.Ordinal));
        var commands = (await Text()).Split(".SH COMMANDS\n")[1].Split("\n.SH ")[0];
        Assert.Equal(verbs.Order(StringComparer.Ordinal), Heading().Matches(commands).Select(match => match.Groups[1].Value).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Man_finds_nothing_to_complain_of() =>
        Assert.Equal((0, ""), await Tools.Run("", "sh", "-c", $"man --warnings -E UTF-8 -l -Tutf8 -Z '{Page}' 2>&1 >/dev/null"));

    /// <summary>As it is read: dashes need no backslash, fonts are gone.</summary>
    private static async Task<string> Text() => (await File.ReadAllTextAsync(Page, Cancel)).Replace("\\-", "-", StringComparison.Ordinal);

    private static SortedSet<string> Named(string text) =>
        new(Flag().Matches(text).Select(match => match.Value).Where(flag => flag is not ("--collector." or "--no-collector.")), StringComparer.Ordinal);

    [GeneratedRegex(@"^--(?:no-)?collector\.([a-z_]+)$")]
    private static partial Regex Collector();

    [GeneratedRegex(@"do not run it: ([a-z_, ]+)\.")]
    private static partial Regex CollectorList();

    [GeneratedRegex(@"--[a-z](?:[a-z._-]*[a-z])?\.?")]
    private static partial Regex Flag();

    [GeneratedRegex(@"^\.TP\n\.BI? ([a-z]+(?: [a-z]+)?)", RegexOptions.Multiline)]
    private static partial Regex Heading();
}
