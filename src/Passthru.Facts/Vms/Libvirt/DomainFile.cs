using Passthru.Facts.HostDependencies.Chains;
using Passthru.Facts.Reading;

namespace Passthru.Facts.Vms.Libvirt;

/// <summary>
/// A file that describes a domain: <c>&lt;domain&gt;</c>, or the same inside a
/// <c>&lt;domstatus state='running' reason='booted' pid='4711'&gt;</c> (virDomainObjFormat).
/// </summary>
internal sealed record DomainFile(string Path, string Name, Element Domain, Element? Status)
{
    /// <summary>Many times what the largest have.</summary>
    private const int LongestFile = 1 << 20;

    /// <summary>virDomainState as text; all others, paused among them, mean that it was started and has not ended.</summary>
    public bool IsStarted => Status?["state"] is not ("shutoff" or "crashed");

    public int? Pid => Number.TryParse(Status?["pid"], out var pid) && pid > 0 ? pid : null;

    /// <summary>Null, and an issue where that is worth one, for what can't be read or is no domain.</summary>
    public static DomainFile? Read(HostReader files, string path)
    {
        if (Root(files, path) is not { } root)
        {
            return null;
        }

        var status = root.Name == "domstatus" ? root : null;
        var domain = status is null ? root : status.Down("domain");
        if (domain is { Name: "domain" } && domain.Down("name")?.Text is { } name && DevicePath.IsName(name))
        {
            return new DomainFile(path, name, domain, status);
        }

        files.ReportMalformed(path, "no domain with a name");
        return null;
    }

    /// <summary>The outermost element of any of libvirt's files.</summary>
    public static Element? Root(HostReader files, string path)
    {
        if (files.LongText(path, LongestFile) is not { } text)
        {
            return null;
        }

        if (XmlTree.TryParse(text, out var root, out var line))
        {
            return root;
        }

        // Not the text itself: passwords of displays stand in these files.
        files.ReportMalformed(path, $"XML at line {line}");
        return null;
    }
}
