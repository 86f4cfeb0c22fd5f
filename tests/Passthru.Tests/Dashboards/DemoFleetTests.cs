using Passthru.Tests.Alerts;

namespace Passthru.Tests.Dashboards;

/// <summary>The demo fleet for others than tests, and that it shows what it is there for.</summary>
public sealed class DemoFleetTests(DemoPrometheus demo)
{
    /// <summary>
    /// Not a test: writes the fleet for a look at it. In the directory there are afterwards <c>data</c>, for a Prometheus with
    /// <c>--storage.tsdb.retention.time=10y</c>, and <c>end</c>, the time to ask it for.
    /// <code>PASSTHRU_DEMO_FLEET=DIRECTORY artifacts/bin/Passthru.Tests/debug/Passthru.Tests -explicit only -method '*DemoFleetTests.Write'</code>
    /// </summary>
    [Fact(Explicit = true)]
    public async Task Write()
    {
        var directory = Environment.GetEnvironmentVariable("PASSTHRU_DEMO_FLEET");
        Assert.False(string.IsNullOrEmpty(directory), "PASSTHRU_DEMO_FLEET names no directory");
        var end = DemoFleet.End(DateTimeOffset.UtcNow.ToUnixTimeSeconds());
        await DemoFleet.Write(Path.Join(directory, "data"), end);
        await File.WriteAllTextAsync(Path.Join(directory, "end"), $"{end}\n", TestContext.Current.CancellationToken);
    }

    /// <summary>All but what no page of a host can show.</summary>
    [Fact]
    public async Task Nearly_every_alert_fires_in_it()
    {
        var fired = (await demo.Instant("count by (alertname) (ALERTS)")).Select(it => it.GetProperty("metric").GetProperty("alertname").GetString()!);

        Assert.Empty(RuleFile.Shipped.Alerts.Select(rule => rule.Alert!).Distinct().Except([.. fired, .. MistakeTableTests.OfNoHost]));
    }
}
