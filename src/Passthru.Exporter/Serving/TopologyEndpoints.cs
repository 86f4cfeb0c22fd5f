using Microsoft.AspNetCore.Http;
using Passthru.Exporter.Page;
using Passthru.Exporter.Topology;

namespace Passthru.Exporter.Serving;

/// <summary>Answers those who want to see how the host is wired: people with a page, programs with JSON.</summary>
internal sealed class TopologyEndpoints(ObservationEndpoint observed, string telemetryPath)
{
    public Task Page(HttpContext context) => observed.Answer(context, observation =>
    {
        var headers = context.Response.Headers;
        headers.ContentSecurityPolicy = PageStyle.ContentSecurityPolicy;
        headers["Referrer-Policy"] = "no-referrer";
        return Write(context, "text/html; charset=utf-8", TopologyPage.Html(observation, telemetryPath));
    });

    public Task Json(HttpContext context) => observed.Answer(context, observation =>
        Write(context, "application/json; charset=utf-8", TopologyJson.Render(TopologyView.From(observation.Facts, observation.Report))));

    private static Task Write(HttpContext context, string contentType, string text)
    {
        var headers = context.Response.Headers;
        headers.XContentTypeOptions = "nosniff";
        headers.CacheControl = "no-store";
        context.Response.ContentType = contentType;
        return Gzip.Around(context, () => context.Response.WriteAsync(text));
    }
}
