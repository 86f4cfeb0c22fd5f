using System.Collections.Immutable;
using System.Text;
using Passthru.Facts.Values;

namespace Passthru.Facts.Vms.Proxmox;

/// <summary>
/// Splits <c>args:</c> as Proxmox does (split_args in PVE/Tools.pm, which is shellwords of Perl's Text::ParseWords): a backslash
/// keeps the next letter, except between single quotes, and a text with an open quote gives no words at all.
/// </summary>
internal static class ShellWords
{
    public static EquatableArray<string> Split(string text)
    {
        var words = ImmutableArray.CreateBuilder<string>();
        var at = 0;
        while (true)
        {
            while (at < text.Length && char.IsWhiteSpace(text[at]))
            {
                at++;
            }

            if (at == text.Length)
            {
                return words.DrainToImmutable();
            }

            if (Word(text, ref at) is not { } word)
            {
                return [];
            }

            words.Add(word);
        }
    }

    /// <summary>Null: a quote, or a backslash, has nothing to end it.</summary>
    private static string? Word(string text, ref int at)
    {
        var word = new StringBuilder();
        var quote = '\0';
        for (; at < text.Length; at++)
        {
            var letter = text[at];
            if (quote == '\0' && char.IsWhiteSpace(letter))
            {
                return word.ToString();
            }

            if (letter == quote || (quote == '\0' && letter is ('"' or '\'')))
            {
                quote = quote == '\0' ? letter : '\0';
            }
            else if (letter == '\\')
            {
                if (++at == text.Length)
                {
                    return null;
                }

                word.Append(quote == '\'' ? "\\" : "").Append(text[at]);
            }
            else
            {
                word.Append(letter);
            }
        }

        return quote == '\0' ? word.ToString() : null;
    }
}
