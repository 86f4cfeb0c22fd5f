using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Passthru.Exporter.Serving.Connections;
using Passthru.Exporter.Serving.Security;

namespace Passthru.Exporter.Serving;

/// <summary>The HTTP server: Kestrel and the few paths there are.</summary>
internal static class Server
{
    /// <param name="listen">Applies the addresses to listen on.</param>
    /// <param name="telemetryPath">Where metrics are.</param>
    /// <param name="scrape">Answers a scrape.</param>
    /// <param name="topology">Answers those who want to see the wiring.</param>
    /// <param name="refusals">Is told of what is turned away.</param>
    /// <param name="protection">Who gets in; null: everybody, over plain HTTP.</param>
    public static WebApplication Build(
        Action<KestrelServerOptions> listen, string telemetryPath, MetricsEndpoint scrape, TopologyEndpoints topology, RefusalLog refusals, WebConfigSource? protection)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.Logging.SetMinimumLevel(Microsoft.Extensions.Logging.LogLevel.Debug).AddProvider(new KestrelLog(refusals));
        builder.WebHost.UseKestrelCore().ConfigureKestrel(server =>
        {
            KestrelSetup.Prepare(server, refusals, protection);
            listen(server);
        });
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = TimeSpan.FromSeconds(5));
        var server = builder.Build();
        RequestDelegate pages = context => Route(context, path => path == telemetryPath ? scrape.Answer : PageAt(path, topology), refusals);
        server.Run(ClientConnection.Busy(protection is null ? pages : new AuthMiddleware(protection, refusals).Before(pages)));
        return server;
    }

    private static Task Route(HttpContext context, Func<string?, RequestDelegate?> pageAt, RefusalLog refusals)
    {
        if (pageAt(context.Request.Path.Value) is not { } page)
        {
            refusals.Tell("no such path", ClientConnection.From(context), context.Request.Path.Value ?? "");
            return PlainText.Answer(context, StatusCodes.Status404NotFound, "404 not found");
        }

        if (!HttpMethods.IsGet(context.Request.Method) && !HttpMethods.IsHead(context.Request.Method))
        {
            context.Response.Headers.Allow = "GET, HEAD";
            return PlainText.Answer(context, StatusCodes.Status405MethodNotAllowed, "405 method not allowed");
        }

        return page(context);
    }

    private static RequestDelegate? PageAt(string? path, TopologyEndpoints topology) => path switch
    {
        "/" => topology.Page,
        "/topology" => topology.Json,
        "/-/healthy" => Ok("Passthru Exporter is Healthy."),
        "/-/ready" => Ok("Passthru Exporter is Ready."),
        _ => null,
    };

    private static RequestDelegate Ok(string text) => context => PlainText.Answer(context, StatusCodes.Status200OK, text);
}
