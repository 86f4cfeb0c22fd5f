using System.Text;
using Passthru.Facts.Kernel;
using Passthru.Facts.Reading;
using Passthru.Facts.Reading.Trees;

namespace Passthru.Facts.Boot.Loaders;

/// <summary>
/// The command line that <c>/etc/default/grub</c> and its snippets assign. They are scripts; of a shell's language only
/// assignments of texts, and of the same two variables, are understood.
/// </summary>
internal static class GrubDefaults
{
    private const string Always = "GRUB_CMDLINE_LINUX";
    private const string Default = "GRUB_CMDLINE_LINUX_DEFAULT";
    private const int MaxLines = 1000;

    /// <summary>Of <c>/etc/default/grub</c> and the files <c>/etc/default/grub.d/*.cfg</c>; null: there is no such file.</summary>
    public static NextCommandLine? Read(HostReader files)
    {
        const string main = "etc/default/grub";
        var lines = new List<string>();
        if (!AddLines(files, main, lines, Concerns))
        {
            return null;
        }

        foreach (var name in files.Names($"{main}.d") ?? [])
        {
            if (name.EndsWith(".cfg", StringComparison.Ordinal))
            {
                AddLines(files, $"{main}.d/{name}", lines, Concerns);
            }
        }

        return new NextCommandLine(main, CommandLine(lines) is { } line ? Parse(line) : null);
    }

    /// <summary>Of <c>KERNEL_CMDLINE[default]</c> in <c>/etc/default/limine</c>, from which limine-entry-tool makes entries.</summary>
    public static NextCommandLine? ReadLimine(HostReader files)
    {
        const string path = "etc/default/limine";
        const string variable = "KERNEL_CMDLINE[default]";
        var lines = new List<string>();
        var read = AddLines(files, path, lines, line => line.TrimStart(" \t"u8).StartsWith("KERNEL_CMDLINE[default]"u8));
        return read && CommandLine(lines.Select(line => line.Trim().Replace(variable, Always, StringComparison.Ordinal))) is { } text
            ? new NextCommandLine(path, Parse(text))
            : null;
    }

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

    private static bool AddLines(HostReader files, string path, List<string> lines, LineTest concerns) => files.Scan(path, line =>
    {
        if (!concerns(line) || lines.Count >= MaxLines)
        {
            return LineVerdict.Skip;
        }

        lines.Add(Encoding.UTF8.GetString(line));
        return LineVerdict.Keep;
    });

    /// <summary>What the boot loader puts in place of a variable (<c>$vt_handoff</c>) is not known here.</summary>
    private static KernelCommandLine Parse(string text)
    {
        var line = KernelCommandLine.Parse(text);
        return new KernelCommandLine([.. line.Parameters.Where(parameter => !parameter.Name.StartsWith('$'))]);
    }

    private delegate bool LineTest(ReadOnlySpan<byte> line);
}
