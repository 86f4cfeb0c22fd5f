using System.Net.Http.Json;
using System.Text.Json;
using Passthru.Tests.Alerts;
using Passthru.Tests.Dashboards;
using Passthru.Tests.EndToEnd;
using Passthru.Tests.Support;

[assembly: AssemblyFixture(typeof(DemoPrometheus))]

namespace Passthru.Tests.Dashboards;

/// <summary>A Prometheus that has watched the demo fleet, for all tests that ask it; made when the first of them does.</summary>
public sealed class DemoPrometheus : IAsyncDisposable
{
    private readonly TemporaryDirectory _directory = new();
    private readonly Lazy<Task<Daemon>> _server;

    public DemoPrometheus() => _server = new(Start);

    /// <summary>The last moment that the fleet has been watched at.</summary>
    public long End { get; } = DemoFleet.End(DateTimeOffset.UtcNow.ToUnixTimeSeconds());

    internal Task<Daemon> Server => _server.Value;

    /// <summary>Starts on blocks that are there; consoles are those that are shipped.</summary>
    internal static async Task<Daemon> On(string data)
    {
        using var directory = new TemporaryDirectory();
        var config = directory.Write("prometheus.yml", "scrape_configs: []\n");
        return await Daemon.Prometheus(config, data, Published.FreePort(), $"--web.console.templates={Path.Join(Golden.Repository, "deploy/consoles")}");
    }

    /// <summary>What a query answers at the end.</summary>
    public async Task<IReadOnlyList<JsonElement>> Instant(string query) => await Ask(await Server, $"query?query={Uri.EscapeDataString(query)}&time={End}");

    /// <summary>What a query answers from one time to another.</summary>
    internal static Task<IReadOnlyList<JsonElement>> Range(Daemon server, string query, Moments times) =>
        Ask(server, $"query_range?query={Uri.EscapeDataString(query)}&start={times.From}&end={times.To}&step={times.Step}");

    public async ValueTask DisposeAsync()
    {
        if (_server.IsValueCreated)
        {
            (await Server).Dispose();
        }

        _directory.Dispose();
    }

    private async Task<Daemon> Start()
    {
        var data = Path.Join(_directory.Path, "data");
        await DemoFleet.Write(data, End);
        return await On(data);
    }

    private static async Task<IReadOnlyList<JsonElement>> Ask(Daemon server, string path)
    {
        using var answer = await server.Client.GetAsync($"/api/v1/{path}", TestContext.Current.CancellationToken);
        var json = await answer.Content.ReadFromJsonAsync<JsonElement>(TestContext.Current.CancellationToken);
        Assert.True(answer.IsSuccessStatusCode, $"{json}: {path}");
        return [.. json.GetProperty("data").GetProperty("result").EnumerateArray()];
    }
}
