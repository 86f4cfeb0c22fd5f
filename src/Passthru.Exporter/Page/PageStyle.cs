using System.Text;

namespace Passthru.Exporter.Page;

/// <summary>The page's one style sheet, and a policy that lets nothing else into the page.</summary>
internal static class PageStyle
{
    /// <summary>
    /// SHA-256 of the sheet, in base64; a test says when it has changed. Not worked out here: that takes OpenSSL, and where it is missing the
    /// runtime ends the process.
    /// </summary>
    private const string Extract = "YkrMVd7uYxA3VStKbaiPX/rEQvxvETUq1XxRMhCSe5g=";

    public static readonly string Css = Read();

    /// <summary>CSP 3: no script, no request, no frame, and of styles only the sheet with this hash.</summary>
    public const string ContentSecurityPolicy =
        $"default-src 'none'; style-src 'sha256-{Extract}'; "
        + "img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

    private static string Read()
    {
        using var resource = typeof(PageStyle).Assembly.GetManifestResourceStream("page.css")!;
        return new StreamReader(resource, Encoding.UTF8).ReadToEnd();
    }
}
