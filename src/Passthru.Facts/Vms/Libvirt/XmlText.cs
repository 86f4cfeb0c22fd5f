using System.Security;
using System.Text;

namespace Passthru.Facts.Vms.Libvirt;

/// <summary>
/// Elements to text, the way back from <see cref="XmlTree"/>: each on a line of its own, except within a text, and without attributes that
/// are of a namespace. XmlWriter would make the program half a megabyte larger.
/// </summary>
internal static class XmlText
{
    public static string Render(Element root)
    {
        var text = new StringBuilder();
        Write(text, root, outerSpace: "", line: "\n");
        return text.Append('\n').ToString();
    }

    /// <summary>Names are <c>{namespace}name</c>, or without a namespace the name alone.</summary>
    public static string LocalName(string name) => name[(name.LastIndexOf('}') + 1)..];

    private static void Write(StringBuilder text, Element element, string outerSpace, string line)
    {
        var name = LocalName(element.Name);
        var space = element.Name.Length == name.Length ? "" : element.Name[1..^(name.Length + 1)];
        text.Append('<').Append(name);
        if (space != outerSpace)
        {
            WriteAttribute(text, "xmlns", space);
        }

        foreach (var (attribute, value) in element.Attributes.Where(attribute => !attribute.Name.StartsWith('{')))
        {
            WriteAttribute(text, attribute, value);
        }

        if (element is { Text.Length: 0 } && !element.Children.Any())
        {
            text.Append(" />");
            return;
        }

        text.Append('>').Append(Escaped(element.Text ?? ""));
        WriteChildren(text, element, space, line);
        text.Append("</").Append(name).Append('>');
    }

    private static void WriteChildren(StringBuilder text, Element element, string space, string line)
    {
        var isMixed = element.Text is not { Length: 0 };
        foreach (var child in element.Children)
        {
            text.Append(isMixed ? "" : line + "  ");
            Write(text, child, space, line + "  ");
        }

        text.Append(isMixed ? "" : line);
    }

    private static void WriteAttribute(StringBuilder text, string name, string value) =>
        text.Append(' ').Append(name).Append("=\"").Append(EscapedLine(value)).Append('"');

    private static string EscapedLine(string value) =>
        Escaped(value).Replace("\n", "&#xA;", StringComparison.Ordinal).Replace("\t", "&#x9;", StringComparison.Ordinal);

    /// <summary>What a reader would take for markup or for the end of a line.</summary>
    private static string Escaped(string value) => SecurityElement.Escape(value).Replace("\r", "&#xD;", StringComparison.Ordinal);
}
