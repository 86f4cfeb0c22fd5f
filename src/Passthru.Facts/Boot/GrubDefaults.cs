using System.Text;

namespace Passthru.Facts.Boot;

/// <summary>
/// The command line that <c>/etc/default/grub</c> and its snippets assign. They are scripts; of a shell's language only
/// assignments of texts, and of the same two variables, are understood.
/// </summary>
internal static class GrubDefaults
{
    private const string Always = "GRUB_CMDLINE_LINUX";
    private const string Default = "GRUB_CMDLINE_LINUX_DEFAULT";

    public static bool Concerns(ReadOnlySpan<byte> line) => line.IndexOf("GRUB_CMDLINE_LINUX"u8) >= 0 && !line.TrimStart(" \t"u8).StartsWith((byte)'#');

    /// <param name="lines">Of all files, in the order in which they are read.</param>
    /// <returns>As grub-mkconfig puts it together; null: something else stands in one of the lines.</returns>
    public static string? CommandLine(IEnumerable<string> lines)
    {
        var values = new Dictionary<string, string> { [Always] = "", [Default] = "" };
        foreach (var line in lines)
        {
            var text = line.Trim();
            text = text.StartsWith("export ", StringComparison.Ordinal) ? text["export ".Length..].TrimStart() : text;
            var equals = text.IndexOf('=');
            if (equals < 0)
            {
                continue;
            }

            var adds = equals > 0 && text[equals - 1] == '+';
            var name = text[..(adds ? equals - 1 : equals)];
            if (!values.TryGetValue(name, out var before))
            {
                // GRUB_CMDLINE_LINUX_RECOVERY and the like; but not a condition, or two commands in a line.
                if (name.All(c => char.IsAsciiLetterOrDigit(c) || c == '_'))
                {
                    continue;
                }

                return null;
            }

            if (Value(text[(equals + 1)..], values) is not { } value)
            {
                return null;
            }

            values[name] = adds ? before + value : value;
        }

        return $"{values[Always]} {values[Default]}".Trim();
    }

    /// <summary>One word of a shell, quoted or not; null for anything more.</summary>
    private static string? Value(string word, Dictionary<string, string> variables)
    {
        var value = new StringBuilder();
        char? quote = null;
        for (var i = 0; i < word.Length; i++)
        {
            var c = word[i];
            if (c == quote)
            {
                quote = null;
            }
            else if (quote is null && c is '"' or '\'')
            {
                quote = c;
            }
            else if (c == '\\' && quote != '\'')
            {
                i++;
                value.Append(i < word.Length ? word[i] : "");
            }
            else if (c == '$' && quote != '\'')
            {
                if (!TryVariable(word, ref i, variables, out var known))
                {
                    return null;
                }

                value.Append(known);
            }
            else if (c == '`' && quote != '\'')
            {
                return null;
            }
            else if (quote is null && c is ' ' or '\t' or ';')
            {
                var rest = word[i..].TrimStart(' ', '\t', ';');
                return rest.Length == 0 || rest[0] == '#' ? value.ToString() : null;
            }
            else
            {
                value.Append(c);
            }
        }

        return quote is null ? value.ToString() : null;
    }

    private static bool TryVariable(string word, ref int at, Dictionary<string, string> variables, out string? value)
    {
        var braced = at + 1 < word.Length && word[at + 1] == '{';
        var start = at + (braced ? 2 : 1);
        var end = start;
        while (end < word.Length && (char.IsAsciiLetterOrDigit(word[end]) || word[end] == '_'))
        {
            end++;
        }

        var closed = !braced || (end < word.Length && word[end] == '}');
        at = braced ? end : end - 1;
        return variables.TryGetValue(word[start..end], out value) && closed;
    }
}
