using System.Security.Cryptography;
using System.Text;

namespace Passthru.Exporter.Serving;

/// <summary>The page's one style sheet, and a policy that lets nothing else into the page.</summary>
internal static class PageStyle
{
    public static readonly string Css = Read();

    /// <summary>CSP 3: no script, no request, no frame, and of styles only the sheet with this hash.</summary>
    public static readonly string ContentSecurityPolicy =
        $"default-src 'none'; style-src 'sha256-{Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(Css)))}'; "
        + "img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

    private static string Read()
    {
        using var resource = typeof(PageStyle).Assembly.GetManifestResourceStream("page.css")!;
        return new StreamReader(resource, Encoding.UTF8).ReadToEnd();
    }
}
