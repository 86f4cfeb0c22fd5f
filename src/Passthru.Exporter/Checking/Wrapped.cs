using System.Text;

namespace Passthru.Exporter.Checking;

/// <summary>Lines for a terminal of 80 columns. A word that is longer, such as a path, stays whole.</summary>
internal static class Wrapped
{
    private const int Columns = 80;

    /// <summary>The text behind its indentation, later lines below its first word.</summary>
    /// <param name="label">What stands before the first line, as wide as the indentation of the others.</param>
    /// <param name="text">Words with single blanks between them.</param>
    /// <param name="indent">Columns that the label takes; without its escape sequences.</param>
    public static string Text(string label, string text, int indent)
    {
        var lines = new StringBuilder(label);
        var column = indent;
        foreach (var word in text.Split(' '))
        {
            if (column > indent && column + 1 + word.Length > Columns)
            {
                lines.Append('\n').Append(' ', indent);
                column = indent;
            }
            else if (column > indent)
            {
                lines.Append(' ');
                column++;
            }

            lines.Append(word);
            column += word.Length;
        }

        return lines.ToString();
    }
}
