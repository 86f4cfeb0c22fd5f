using System.Text;
using System.Xml;
using Passthru.Facts.Guests;
using Passthru.Facts.Guests.Libvirt;

namespace Passthru.Facts.Redacting;

/// <summary>Files of libvirt with the elements and attributes that its readers look at.</summary>
internal static class DomainRedaction
{
    /// <summary>Elements without their namespace, and the attributes of each.</summary>
    private static readonly Dictionary<string, string[]> Kept = new()
    {
        ["domstatus"] = ["state", "pid"],
        ["domain"] = [],
        ["name"] = [],
        ["metadata"] = [],
        ["libosinfo"] = [],
        ["os"] = ["id", "firmware"],
        ["type"] = ["arch", "machine"],
        ["loader"] = ["type"],
        ["memory"] = ["unit"],
        ["currentMemory"] = ["unit"],
        ["memoryBacking"] = [],
        ["nosharepages"] = [],
        ["hugepages"] = [],
        ["devices"] = [],
        ["hostdev"] = ["mode", "type", "model", "managed"],
        ["interface"] = ["type", "managed"],
        ["actual"] = ["type", "managed"],
        ["disk"] = ["type"],
        ["source"] = ["network", "managed"],
        ["address"] = ["type", "domain", "bus", "slot", "function"],
        ["rom"] = ["bar", "enabled", "file"],
        ["video"] = [],
        ["model"] = ["type"],
        ["memballoon"] = ["model"],
        ["networkstatus"] = [],
        ["network"] = [],
        ["forward"] = ["mode", "managed"],
        ["pf"] = ["dev"],
        ["commandline"] = [],
    };

    private static readonly string[] WithText = ["name", "loader", "memory", "currentMemory"];

    public static string Of(string text, NewNames? names)
    {
        if (!XmlTree.TryParse(text, out var root, out _))
        {
            return GuestRedaction.Word;
        }

        var kept = new StringBuilder();
        using (var writer = XmlWriter.Create(kept, new XmlWriterSettings { OmitXmlDeclaration = true, Indent = true }))
        {
            Write(writer, root, root.Name is "domain" or "domstatus" ? names : null);
        }

        return kept.Append('\n').ToString();
    }

    /// <summary>The root stays whatever it is; below it, what is not known goes with all that is in it.</summary>
    private static void Write(XmlWriter writer, Element element, NewNames? names)
    {
        var (space, name) = Split(element.Name);
        writer.WriteStartElement(name, space);
        foreach (var attribute in Kept.GetValueOrDefault(name, []))
        {
            if (element[attribute] is { } value)
            {
                writer.WriteAttributeString(attribute, value);
            }
        }

        if (WithText.Contains(name) && element.Text is { Length: > 0 } text)
        {
            writer.WriteString(name == "name" && names is not null ? names.Of(text) : text);
        }

        foreach (var argument in QemuDeviceArguments.Bare(DomainDevices.QemuArguments(element)))
        {
            writer.WriteStartElement("arg", space);
            writer.WriteAttributeString("value", argument);
            writer.WriteEndElement();
        }

        foreach (var child in element.Children.Where(child => Kept.ContainsKey(Split(child.Name).Name)))
        {
            Write(writer, child, names);
        }

        writer.WriteEndElement();
    }

    /// <summary><c>{namespace}name</c>.</summary>
    private static (string Space, string Name) Split(string name) =>
        name.LastIndexOf('}') is > 0 and var end ? (name[1..end], name[(end + 1)..]) : ("", name);
}
