using System.Text;

namespace Passthru.Facts.Boot.Loaders;

/// <summary>A word of GRUB's script as it is written, quotes taken off outside of variables.</summary>
/// <param name="Text">As written, without quotes.</param>
/// <param name="Literal">Where a variable must not be put in: characters inside single quotes.</param>
internal readonly record struct GrubWord(string Text, string Literal);

/// <summary>Words, variables and conditions of GRUB's script language (grub-core/script).</summary>
internal static class GrubWords
{
    /// <summary>A word of its own, so that <c>then</c> may follow.</summary>
    private const char Separator = ';';

    public static GrubWord[] Split(string line)
    {
        var words = new List<GrubWord>();
        var text = new StringBuilder();
        var literal = new StringBuilder();
        var isOpen = false;
        char? quote = null;
        for (var i = 0; i < line.Length; i++)
        {
            var c = line[i];
            if (c == quote)
            {
                quote = null;
            }
            else if (quote is null && c is '"' or '\'')
            {
                quote = c;
                isOpen = true;
            }
            else if (c == '\\' && quote != '\'' && i + 1 < line.Length)
            {
                Append(line[++i], isLiteral: true);
            }
            else if (quote is null && c is ' ' or '\t' or Separator)
            {
                End();
                if (c == Separator)
                {
                    words.Add(new GrubWord(";", " "));
                }
            }
            else if (quote is null && c == '#' && !isOpen)
            {
                break;
            }
            else
            {
                Append(c, quote == '\'');
            }
        }

        End();
        return [.. words];

        void Append(char c, bool isLiteral)
        {
            text.Append(c);
            literal.Append(isLiteral ? 'x' : ' ');
            isOpen = true;
        }

        void End()
        {
            if (isOpen)
            {
                words.Add(new GrubWord(text.ToString(), literal.ToString()));
            }

            text.Clear();
            literal.Clear();
            isOpen = false;
        }
    }

    /// <summary>With its variables put in; one that is not set is empty.</summary>
    public static string Expand(GrubWord word, Dictionary<string, string> variables)
    {
        var expanded = new StringBuilder();
        for (var i = 0; i < word.Text.Length; i++)
        {
            if (word.Text[i] != '$' || word.Literal[i] == 'x' || i + 1 == word.Text.Length)
            {
                expanded.Append(word.Text[i]);
                continue;
            }

            var braced = word.Text[i + 1] == '{';
            var start = i + (braced ? 2 : 1);
            var end = start;
            while (end < word.Text.Length && (char.IsAsciiLetterOrDigit(word.Text[end]) || word.Text[end] == '_'))
            {
                end++;
            }

            expanded.Append(Value(word.Text[start..end], variables));
            i = braced && end < word.Text.Length ? end : end - 1;
        }

        return expanded.ToString();
    }

    /// <summary>The command <c>[</c>; of what the boot alone knows (files, features) the answer is yes.</summary>
    public static bool Test(GrubWord[] words, Dictionary<string, string> variables)
    {
        if (Array.FindIndex(words, word => word.Text is "-o") is var either and > 0)
        {
            return Test(words[..either], variables) || Test(words[(either + 1)..], variables);
        }

        if (Array.FindIndex(words, word => word.Text is "-a") is var both and > 0)
        {
            return Test(words[..both], variables) && Test(words[(both + 1)..], variables);
        }

        string Text(int at) => Expand(words[at], variables);
        return words switch
        {
            [] => false,
            [{ Text: "!" }, .. var negated] => !Test(negated, variables),
            [_] => Text(0).Length > 0,
            [{ Text: "-z" }, _] => Text(1).Length == 0,
            [{ Text: "-n" }, _] => Text(1).Length > 0,
            [_, _] => true,
            [_, { Text: "=" or "==" }, _] => Text(0) == Text(2),
            [_, { Text: "!=" }, _] => Text(0) != Text(2),
            _ => true,
        };
    }

    private static string Value(string name, Dictionary<string, string> variables) =>
        variables.TryGetValue(name, out var value) ? value : name.StartsWith("feature_", StringComparison.Ordinal) ? "y" : "";
}
