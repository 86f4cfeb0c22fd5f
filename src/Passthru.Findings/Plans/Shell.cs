using System.Collections.Immutable;

namespace Passthru.Findings.Plans;

/// <summary>Commands for a POSIX shell.</summary>
internal static class Shell
{
    private const string Harmless = "@%+=:,./_-";

    /// <summary>The word as one argument, whatever is in it. What no terminal should get is left out: no name of a device has it.</summary>
    public static string Quote(string word)
    {
        var plain = new string([.. word.Where(letter => !char.IsControl(letter))]);
        return plain.Length > 0 && plain.All(letter => char.IsAsciiLetterOrDigit(letter) || Harmless.Contains(letter))
            ? plain
            : $"'{plain.Replace("'", "'\\''", StringComparison.Ordinal)}'";
    }

    /// <summary>Adds lines to the end of a file.</summary>
    public static string Append(string file, IEnumerable<string> lines) => $"printf '%s\\n' {string.Join(' ', lines.Select(Quote))} >> {Quote($"/{file}")}";

    /// <summary>Makes a file of lines.</summary>
    public static string Write(string file, IEnumerable<string> lines) => $"printf '%s\\n' {string.Join(' ', lines.Select(Quote))} > {Quote($"/{file}")}";

    /// <summary>Takes whole lines out of a file.</summary>
    public static string Remove(string file, IEnumerable<string> lines) =>
        $"sed -i {string.Join(' ', lines.Select(line => $"-e {Quote($"/^{Pattern(line)}$/d")}"))} {Quote($"/{file}")}";

    /// <summary>Takes a word, and the blank after it, out of a file wherever it stands.</summary>
    public static string RemoveWord(string file, string word) =>
        $"sed -i {Quote($"s/\\b{Pattern(word)}\\( \\|\\([\"']\\|$\\)\\)/\\2/g")} {Quote($"/{file}")}";

    /// <summary>A text as a basic regular expression of sed that means this text alone, between slashes.</summary>
    public static string Pattern(string text) => string.Concat(text.Select(letter => ".*[]^$\\/".Contains(letter) ? $"\\{letter}" : $"{letter}"));

    /// <summary>A text as what sed puts in place of a pattern.</summary>
    public static string Replacement(string text) => string.Concat(text.Select(letter => "&\\/".Contains(letter) ? $"\\{letter}" : $"{letter}"));

    public static ImmutableArray<string> All(params ReadOnlySpan<string?> commands)
    {
        var some = ImmutableArray.CreateBuilder<string>();
        foreach (var command in commands)
        {
            if (command is not null)
            {
                some.Add(command);
            }
        }

        return some.DrainToImmutable();
    }
}
