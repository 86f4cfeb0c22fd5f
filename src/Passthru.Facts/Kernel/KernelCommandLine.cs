using System.Collections.Immutable;
using Passthru.Facts.Values;

namespace Passthru.Facts.Kernel;

/// <summary>One word of the command line; <see cref="Value"/> is null without an equals sign.</summary>
public readonly record struct KernelParameter(string Name, string? Value)
{
    /// <summary>The same parameter for the kernel, which makes no difference between dashes and underscores (parameq in kernel/params.c).</summary>
    public bool Is(string name)
    {
        if (Name.Length != name.Length)
        {
            return false;
        }

        for (var i = 0; i < name.Length; i++)
        {
            if (Underscored(Name[i]) != Underscored(name[i]))
            {
                return false;
            }
        }

        return true;
    }

    private static char Underscored(char c) => c == '-' ? '_' : c;
}

/// <summary>
/// The command line the kernel was started with, cut into words as the kernel does it: next_arg in lib/cmdline.c. What follows
/// <c>--</c> is for init. Source: <c>/proc/cmdline</c>.
/// </summary>
public sealed record KernelCommandLine(EquatableArray<KernelParameter> Parameters)
{
    /// <summary>isspace() of lib/ctype.c, ASCII.</summary>
    private const string Space = " \t\n\v\f\r";

    public static KernelCommandLine Parse(ReadOnlySpan<char> text)
    {
        var parameters = ImmutableArray.CreateBuilder<KernelParameter>();
        for (text = text.TrimStart(Space); text.Length > 0; text = text.TrimStart(Space))
        {
            var parameter = Next(ref text);
            if (parameter is { Name: "--", Value: null })
            {
                break;
            }

            parameters.Add(parameter);
        }

        return new KernelCommandLine(parameters.DrainToImmutable());
    }

    /// <summary>Every value given to a parameter, in order; later ones win or add up, as the parameter likes.</summary>
    public IEnumerable<string> ValuesOf(string name) =>
        Parameters.Where(parameter => parameter.Is(name)).Select(parameter => parameter.Value ?? "");

    private static KernelParameter Next(ref ReadOnlySpan<char> text)
    {
        var quoted = text[0] == '"';
        var word = quoted ? text[1..] : text;
        var inQuote = quoted;
        var equals = 0;
        var end = 0;
        for (; end < word.Length && (inQuote || !Space.Contains(word[end])); end++)
        {
            if (equals == 0 && word[end] == '=')
            {
                equals = end;
            }

            inQuote ^= word[end] == '"';
        }

        text = word[end..];
        word = word[..end];
        return equals == 0
            ? new KernelParameter(WithoutLastQuote(word, quoted).ToString(), null)
            : new KernelParameter(word[..equals].ToString(), ValueOf(word[(equals + 1)..], quoted));
    }

    /// <summary>Quotes around the value are not part of it; those inside stay.</summary>
    private static string ValueOf(ReadOnlySpan<char> value, bool wholeWordQuoted)
    {
        var quoted = value.StartsWith('"');
        return WithoutLastQuote(quoted ? value[1..] : value, quoted || wholeWordQuoted).ToString();
    }

    private static ReadOnlySpan<char> WithoutLastQuote(ReadOnlySpan<char> word, bool quoted) =>
        quoted && word.EndsWith('"') ? word[..^1] : word;
}
