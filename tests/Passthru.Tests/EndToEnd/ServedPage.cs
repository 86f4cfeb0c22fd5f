using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using Passthru.Exporter.Configuration;
using Passthru.Exporter.Logging;
using Passthru.Exporter.Metrics;
using Passthru.Exporter.Observing;
using Passthru.Exporter.Serving;
using Passthru.Exporter.Serving.Connections;
using Passthru.Facts;
using Passthru.Findings;

namespace Passthru.Tests.EndToEnd;

/// <summary>The HTTP server on a free port of the loopback address, with facts in place of a host.</summary>
internal sealed class ServedPage : IAsyncDisposable
{
    private readonly WebApplication _server;

    private ServedPage(WebApplication server) => _server = server;

    public string Address => _server.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single();

    public static Task<ServedPage> Of(HostFacts facts) => Of(() => new Observation(facts, Diagnosis.Assess(facts)));

    public static async Task<ServedPage> Of(Func<Observation> observe)
    {
        var log = new Log(TextWriter.Null, LogLevel.Error, LogFormat.Logfmt, TimeProvider.System);
        var observed = new ObservationEndpoint(new ReadCoalescer(observe), new IssueLog(log), log, TimeSpan.FromSeconds(30));
        var scrape = new MetricsEndpoint(observed, observation => new View(observation.Facts, observation.Report, All: false, Process: null));
        var server = Server.Build(listen => listen.Listen(IPAddress.Loopback, 0), "/metrics", scrape, new TopologyEndpoints(observed, "/metrics"),
            new RefusalLog(log, TimeProvider.System), protection: null);
        await server.StartAsync();
        return new ServedPage(server);
    }

    public async ValueTask DisposeAsync()
    {
        await _server.StopAsync();
        await _server.DisposeAsync();
    }
}
