using System.Text.RegularExpressions;
using Passthru.Tests.EndToEnd;

namespace Passthru.Tests.Packaging;

/// <summary>What <c>--help</c> says of each command: what man page and completions have to agree with.</summary>
internal static partial class HelpTexts
{
    public static readonly string[] Verbs = ["serve", "metrics", "check", "topology", "plan", "baseline accept", "baseline diff", "capture", "healthcheck"];

    /// <summary>Flags of a command, <c>--web.listen-address</c>, in order of their names; of the program where there is no command.</summary>
    public static async Task<string[]> FlagsOf(string verb)
    {
        var (code, help, _) = await Published.Run([.. verb.Split(' ', StringSplitOptions.RemoveEmptyEntries), "--help"]);
        Assert.Equal(0, code);
        return [.. FlagOf().Matches(help).Select(match => match.Groups[1].Value).Distinct().Order(StringComparer.Ordinal)];
    }

    /// <summary>Commands below a command, and arguments.</summary>
    public static async Task<string[]> VerbsBelow(string verb)
    {
        var (_, help, _) = await Published.Run([.. verb.Split(' ', StringSplitOptions.RemoveEmptyEntries), "--help"]);
        var at = help.IndexOf("\nCommands:\n", StringComparison.Ordinal);
        return at < 0 ? [] : [.. VerbOf().Matches(help[at..]).Select(match => match.Groups[1].Value)];
    }

    [GeneratedRegex(@"^  (?:-[^ ]+, )*(--[a-z._-]+)", RegexOptions.Multiline)]
    private static partial Regex FlagOf();

    [GeneratedRegex(@"^  ([a-z]+)(?: <[^>]+>)?  ", RegexOptions.Multiline)]
    private static partial Regex VerbOf();
}
