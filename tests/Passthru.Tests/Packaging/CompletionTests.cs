using Passthru.Tests.EndToEnd;
using Passthru.Tests.Support;

namespace Passthru.Tests.Packaging;

/// <summary>bash and zsh offer what <c>--help</c> lists. The shells run what is shipped.</summary>
public sealed class CompletionTests
{
    private static readonly string Directory = Path.Join(Golden.Repository, "deploy/deb/completion");

    public static TheoryData<string> Verbs => [.. HelpTexts.Verbs, ""];

    [Theory]
    [MemberData(nameof(Verbs))]
    public async Task Bash_offers_the_flags_of_a_command(string verb) =>
        Assert.Equal(await HelpTexts.FlagsOf(verb), await Bash($"{verb} --"));

    [Theory]
    [MemberData(nameof(Verbs))]
    public async Task Zsh_offers_the_flags_of_a_command(string verb)
    {
        var offered = await Zsh(verb);
        Assert.Equal(await HelpTexts.FlagsOf(verb), offered.Where(spec => spec.TrimStart('*').StartsWith("--", StringComparison.Ordinal))
            .Select(spec => spec.TrimStart('*').Split('[', '=')[0]).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Bash_offers_commands_and_words()
    {
        Assert.Equal((await HelpTexts.VerbsBelow("")).Order(StringComparer.Ordinal), await Bash(""));
        Assert.Equal((await HelpTexts.VerbsBelow("baseline")).Order(StringComparer.Ordinal), await Bash("baseline "));
        Assert.Equal(["check"], await Bash("ch"));
        Assert.Equal(["debug", "error", "info", "warn"], await Bash("serve --log.level = "));
        Assert.Equal(["markdown"], await Bash("topology --format = m"));
        Assert.Equal(["json", "text"], await Bash("check --format = "));
    }

    [Fact]
    public async Task Zsh_offers_commands()
    {
        var commands = Assert.Single(await Zsh(""), spec => spec.StartsWith("1:", StringComparison.Ordinal));
        foreach (var verb in await HelpTexts.VerbsBelow(""))
        {
            Assert.Contains($"{verb}\\:", commands, StringComparison.Ordinal);
        }
    }

    /// <summary>What is offered for the last word of a line; words stand apart as bash takes them apart.</summary>
    private static async Task<string[]> Bash(string line)
    {
        const string script = """
            . "$1"; shift
            COMP_WORDS=(passthru-exporter "$@"); COMP_CWORD=$#
            _passthru_exporter; printf '%s\n' "${COMPREPLY[@]}"
            """;
        var words = line.Split(' ').Where((word, at) => word != "" || at == line.Count(c => c == ' '));
        return Lines(await Tools.Run("", "bash", ["--norc", "-c", script, "bash", Path.Join(Directory, "passthru-exporter"), .. words]));
    }

    /// <summary>What the function tells zsh's _arguments.</summary>
    private static async Task<string[]> Zsh(string verb)
    {
        const string script = """
            _arguments() { print -rl -- "${@//$'\n'/ }" }
            run() { local -a words=(passthru-exporter "${@:2}"); source $1 }
            run "$@"
            """;
        return Lines(await Tools.Run("", "zsh", ["-f", "-c", script, "zsh", Path.Join(Directory, "_passthru-exporter"), .. verb.Split(' ', StringSplitOptions.RemoveEmptyEntries), ""]));
    }

    private static string[] Lines((int Code, string Said) result)
    {
        Assert.Equal(0, result.Code);
        return [.. result.Said.Split('\n', StringSplitOptions.RemoveEmptyEntries).Order(StringComparer.Ordinal)];
    }
}
