using System.Collections.Immutable;
using System.Text;

namespace Passthru.Facts.Boot.Modprobe;

/// <summary>
/// Understands files of modprobe.d as kmod does (kmod_config_parse in libkmod/libkmod-config.c): a comment only where the first
/// character of a line is <c>#</c>, keywords in lower case, words between blanks and tabs, and lines that make no sense left out.
/// </summary>
internal sealed class ModprobeText
{
    private static readonly char[] Blanks = [' ', '\t'];
    private readonly List<ModuleOptions> _options = [];
    private readonly List<ModuleLine> _blacklisted = [];
    private readonly List<ModuleLine> _installs = [];
    private readonly List<SoftDependency> _softDependencies = [];
    private readonly List<ModuleAlias> _aliases = [];

    public void Add(string file, string text)
    {
        foreach (var (number, line) in LogicalLines(text))
        {
            if (!line.StartsWith('#'))
            {
                AddLine(line, new ConfigLine(file, number));
            }
        }
    }

    public ModuleConfiguration ToConfiguration() => new()
    {
        Options = [.. _options],
        Blacklisted = [.. _blacklisted],
        Installs = [.. _installs],
        SoftDependencies = [.. _softDependencies],
        Aliases = [.. _aliases],
        VfioIds = VfioPciIds.OfOptions(_options),
    };

    /// <summary>
    /// Lines joined where a backslash ends one, under the number of the first; before any other character a backslash goes and
    /// the character stays (freadline_wrapped in shared/util.c). So a comment goes on, too.
    /// </summary>
    internal static IEnumerable<(int Number, string Text)> LogicalLines(string text)
    {
        var line = new StringBuilder();
        var first = 1;
        var number = 1;
        for (var i = 0; i < text.Length; i++)
        {
            var escaped = text[i] == '\\';
            i += escaped ? 1 : 0;
            if (i == text.Length)
            {
                break;
            }

            number += text[i] == '\n' ? 1 : 0;
            if (text[i] != '\n')
            {
                line.Append(text[i]);
            }
            else if (!escaped)
            {
                yield return (first, line.ToString());
                line.Clear();
                first = number;
            }
        }

        if (line.Length > 0)
        {
            yield return (first, line.ToString());
        }
    }

    private void AddLine(string line, ConfigLine at)
    {
        // A NUL ends a text of C.
        var rest = line.AsSpan(0, line.IndexOf('\0') is var end and >= 0 ? end : line.Length);
        var keyword = NextWord(ref rest);
        if (!TryName(NextWord(ref rest), out var name))
        {
            return;
        }

        // What follows the blank after the name; of most keywords it must not be empty.
        var words = rest.ToString();
        switch (keyword)
        {
            case "alias" when TryName(NextWord(ref rest), out var module):
                _aliases.Add(new ModuleAlias(name, module, at));
                break;
            case "blacklist":
                _blacklisted.Add(new ModuleLine(name, words.Trim(), at));
                break;
            case "options" when words.Length > 0:
                _options.Add(new ModuleOptions(name, words.Replace('\t', ' ').Trim(), at));
                break;
            case "install" when words.Length > 0:
                _installs.Add(new ModuleLine(name, words.Trim(), at));
                break;
            case "softdep" when words.Length > 0:
                _softDependencies.Add(SoftDependencyOf(name, words, at));
                break;
        }
    }

    /// <summary>kmod_config_add_softdep: <c>pre:</c> and <c>post:</c> are words of their own, what comes before either is nothing.</summary>
    private static SoftDependency SoftDependencyOf(string module, string words, ConfigLine at)
    {
        var before = ImmutableArray.CreateBuilder<string>();
        var after = ImmutableArray.CreateBuilder<string>();
        ImmutableArray<string>.Builder? into = null;
        foreach (var word in words.Split((char[])[' ', '\t', '\v', '\f', '\r'], StringSplitOptions.RemoveEmptyEntries))
        {
            if (word is "pre:" or "post:")
            {
                into = word == "pre:" ? before : after;
            }
            else
            {
                into?.Add(word.Replace('-', '_'));
            }
        }

        return new SoftDependency(module, before.DrainToImmutable(), after.DrainToImmutable(), at);
    }

    /// <summary>strtok_r: the next word, and past the one blank after it.</summary>
    private static ReadOnlySpan<char> NextWord(ref ReadOnlySpan<char> rest)
    {
        rest = rest.TrimStart(Blanks);
        var end = rest.IndexOfAny(Blanks);
        var word = end < 0 ? rest : rest[..end];
        rest = end < 0 ? [] : rest[(end + 1)..];
        return word;
    }

    /// <summary>underscores() in shared/util.c: no dash stays outside of brackets, and brackets come in pairs.</summary>
    private static bool TryName(ReadOnlySpan<char> word, out string name)
    {
        var inBrackets = false;
        var text = word.ToString().ToCharArray();
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] == ']' && !inBrackets)
            {
                name = "";
                return false;
            }

            inBrackets = text[i] == '[' || (inBrackets && text[i] != ']');
            text[i] = text[i] == '-' && !inBrackets ? '_' : text[i];
        }

        name = new string(text);
        return text.Length > 0 && !inBrackets;
    }
}
