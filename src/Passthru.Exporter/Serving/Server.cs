using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Passthru.Exporter.Serving;

/// <summary>The HTTP server: Kestrel and the few paths there are.</summary>
internal static class Server
{
    /// <param name="listen">Applies the addresses to listen on.</param>
    /// <param name="telemetryPath">Where metrics are.</param>
    /// <param name="scrape">Answers a scrape.</param>
    /// <param name="topology">Answers those who want to see the wiring.</param>
    public static WebApplication Build(Action<KestrelServerOptions> listen, string telemetryPath, Scrape scrape, TopologyAnswers topology)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(server =>
        {
            Limit(server);
            listen(server);
        });
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = TimeSpan.FromSeconds(5));
        var server = builder.Build();
        server.Run(context => Route(context, path => path == telemetryPath ? scrape.Answer : PageAt(path, topology)));
        return server;
    }

    /// <summary>Enough for every scraper, too little for whoever wants to keep it busy.</summary>
    private static void Limit(KestrelServerOptions server)
    {
        server.AddServerHeader = false;
        server.ConfigureEndpointDefaults(endpoint => endpoint.Protocols = HttpProtocols.Http1);
        server.Limits.MaxConcurrentConnections = 64;
        server.Limits.MaxRequestBodySize = 0;
        server.Limits.MaxRequestLineSize = 4 * 1024;
        server.Limits.MaxRequestHeadersTotalSize = 16 * 1024;
        server.Limits.RequestHeadersTimeout = TimeSpan.FromSeconds(5);
    }

    private static Task Route(HttpContext context, Func<string?, RequestDelegate?> pageAt)
    {
        if (pageAt(context.Request.Path.Value) is not { } page)
        {
            context.Response.StatusCode = StatusCodes.Status404NotFound;
            return Text("text/plain; charset=utf-8", "404 not found\n")(context);
        }

        if (!HttpMethods.IsGet(context.Request.Method) && !HttpMethods.IsHead(context.Request.Method))
        {
            context.Response.StatusCode = StatusCodes.Status405MethodNotAllowed;
            context.Response.Headers.Allow = "GET, HEAD";
            return Text("text/plain; charset=utf-8", "405 method not allowed\n")(context);
        }

        return page(context);
    }

    private static RequestDelegate? PageAt(string? path, TopologyAnswers topology) => path switch
    {
        "/" => topology.Page,
        "/topology" => topology.Json,
        "/-/healthy" => Text("text/plain; charset=utf-8", "Passthru Exporter is Healthy.\n"),
        "/-/ready" => Text("text/plain; charset=utf-8", "Passthru Exporter is Ready.\n"),
        _ => null,
    };

    private static RequestDelegate Text(string contentType, string text) => context =>
    {
        context.Response.ContentType = contentType;
        return context.Response.WriteAsync(text);
    };
}
