using Passthru.Facts.Capture;
using Passthru.Facts.Vms.Qemu;

namespace Passthru.Facts.Vms.Libvirt;

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
        ["disk"] = ["type", "device"],
        ["source"] = ["network", "managed", "dev", "file", "pool", "volume"],
        ["address"] = ["type", "domain", "bus", "slot", "function"],
        ["rom"] = ["bar", "enabled", "file"],
        ["video"] = [],
        ["model"] = ["type"],
        ["memballoon"] = ["model"],
        ["pool"] = ["type"],
        ["target"] = [],
        ["path"] = [],
        ["networkstatus"] = [],
        ["network"] = [],
        ["forward"] = ["mode", "managed"],
        ["pf"] = ["dev"],
        ["commandline"] = [],
    };

    private static readonly string[] WithText = ["name", "path", "loader", "memory", "currentMemory"];

    public static string? Redact(string[] path, string text, Pseudonyms? names) =>
        path is ["etc" or "run", "libvirt", ..] or ["var", "run", "libvirt", ..] or ["run", "user", _, "libvirt", ..] && path[^1].EndsWith(".xml", StringComparison.Ordinal) ? Redact(text, names) : null;

    private static string Redact(string text, Pseudonyms? names)
    {
        if (!XmlTree.TryParse(text, out var root, out _))
        {
            return Redaction.LeftOut;
        }

        return XmlText.Render(Reduced(root, root.Name is "domain" or "domstatus" ? names : null));
    }

    /// <summary>The root stays whatever it is; below it, what is not known goes with all that is in it.</summary>
    private static Element Reduced(Element element, Pseudonyms? names)
    {
        var reduced = new Element(element.Name);
        var name = XmlText.LocalName(element.Name);
        foreach (var attribute in Kept.GetValueOrDefault(name, []))
        {
            if (element[attribute] is { } value)
            {
                reduced.Add(attribute, attribute == "file" && name == "source" ? InDirectory(value) : value);
            }
        }

        if (WithText.Contains(name) && element.Text is { Length: > 0 } text)
        {
            reduced.AddText(name == "name" && names is not null ? names.Of(text) : text);
        }

        foreach (var argument in QemuDeviceArguments.Bare(DomainDevices.QemuArguments(element)))
        {
            var kept = new Element(element.Name[..^name.Length] + "arg");
            kept.Add("value", argument);
            reduced.Add(kept);
        }

        foreach (var child in element.Children.Where(child => Kept.ContainsKey(XmlText.LocalName(child.Name))))
        {
            reduced.Add(Reduced(child, names));
        }

        return reduced;
    }

    /// <summary>Where the image of a disk lies; its name is that of the domain, often.</summary>
    private static string InDirectory(string file) => $"{file[..(file.LastIndexOf('/') + 1)]}disk";
}
