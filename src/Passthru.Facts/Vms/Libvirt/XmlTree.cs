using System.Diagnostics.CodeAnalysis;
using System.Xml;

namespace Passthru.Facts.Vms.Libvirt;

/// <summary>
/// Text to elements. Bounded in depth and in number; no document type, nothing fetched from elsewhere. The one place that
/// catches what <see cref="XmlReader"/> throws on a text that is no XML.
/// </summary>
internal static class XmlTree
{
    private const int MaxNodes = 65536;
    private const int MaxDepth = 64;

    private static readonly XmlReaderSettings Settings = new()
    {
        DtdProcessing = DtdProcessing.Prohibit,
        XmlResolver = null,
        IgnoreComments = true,
        IgnoreProcessingInstructions = true,
        IgnoreWhitespace = true,
    };

    /// <param name="text">The whole document.</param>
    /// <param name="root">Its outermost element.</param>
    /// <param name="line">Where it stopped making sense.</param>
    public static bool TryParse(string text, [NotNullWhen(true)] out Element? root, out int line)
    {
        using var reader = XmlReader.Create(new StringReader(text.TrimStart('\ufeff')), Settings);
        try
        {
            root = Build(reader);
            line = (reader as IXmlLineInfo)?.LineNumber ?? 0;
        }
        catch (XmlException bad)
        {
            root = null;
            line = bad.LineNumber;
        }

        return root is not null;
    }

    private static Element? Build(XmlReader reader)
    {
        Element? root = null;
        var open = new Stack<Element>();
        var nodes = 0;
        while (reader.Read())
        {
            switch (reader.NodeType)
            {
                case XmlNodeType.Element:
                    nodes += 1 + reader.AttributeCount;
                    if (nodes > MaxNodes || open.Count == MaxDepth)
                    {
                        return null;
                    }

                    var element = Start(reader, open);
                    root ??= element;
                    break;
                case XmlNodeType.EndElement:
                    open.Pop();
                    break;
                case XmlNodeType.Text or XmlNodeType.CDATA or XmlNodeType.SignificantWhitespace:
                    open.Peek().AddText(reader.Value);
                    break;
            }
        }

        return root;
    }

    private static Element Start(XmlReader reader, Stack<Element> open)
    {
        var element = new Element(NameOf(reader));
        if (open.TryPeek(out var above))
        {
            above.Add(element);
        }

        if (!reader.IsEmptyElement)
        {
            open.Push(element);
        }

        while (reader.MoveToNextAttribute())
        {
            element.Add(NameOf(reader), reader.Value);
        }

        return element;
    }

    private static string NameOf(XmlReader reader) =>
        reader.NamespaceURI.Length == 0 ? reader.LocalName : $"{{{reader.NamespaceURI}}}{reader.LocalName}";
}
