using System.IO.Compression;
using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;

namespace Passthru.Exporter.Serving;

/// <summary>
/// Compression for those who ask. ASP.NET's own middleware would do it, at the price of a Brotli encoder in memory that no
/// scraper asks for.
/// </summary>
internal static class Gzip
{
    public static async Task Around(HttpContext context, Func<Task> write)
    {
        context.Response.Headers.Vary = HeaderNames.AcceptEncoding;
        if (!IsAccepted(context.Request))
        {
            await write();
            return;
        }

        context.Response.Headers.ContentEncoding = "gzip";
        var body = context.Response.Body;
        await using var gzip = new GZipStream(body, CompressionLevel.Fastest, leaveOpen: true);
        context.Response.Body = gzip;
        await write();
        context.Response.Body = body;
    }

    private static bool IsAccepted(HttpRequest request) =>
        StringWithQualityHeaderValue.TryParseList(request.Headers.AcceptEncoding, out var accepted)
        && accepted.Any(encoding => encoding.Value == "gzip" && encoding.Quality != 0);
}
