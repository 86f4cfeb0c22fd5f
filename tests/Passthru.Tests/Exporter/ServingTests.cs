using System.Net;
using Microsoft.AspNetCore.Http;
using Passthru.Exporter.Observing;
using Passthru.Exporter.Serving;
using Passthru.Tests.Support;

namespace Passthru.Tests.Exporter;

public sealed class ServingTests
{
    [Theory]
    [InlineData(null, 10_000)]
    [InlineData("5", 4_750)]
    [InlineData("0.2", 100)]
    [InlineData("60", 10_000)]
    [InlineData("nonsense", 10_000)]
    [InlineData("-1", 10_000)]
    [InlineData("1e999", 10_000)]
    public void A_scrape_may_take_what_the_scraper_waits_less_the_way_back(string? announced, int milliseconds)
    {
        var request = new DefaultHttpContext().Request;
        request.Headers["X-Prometheus-Scrape-Timeout-Seconds"] = announced;
        Assert.Equal(milliseconds, ScrapeTimeout.For(request, TimeSpan.FromSeconds(10)).TotalMilliseconds);
    }

    [Fact]
    public async Task Scrapes_at_the_same_time_share_one_read_and_the_next_reads_anew()
    {
        var reads = 0;
        using var go = new ManualResetEventSlim();
        var shared = new ReadCoalescer(() =>
        {
            Interlocked.Increment(ref reads);
            go.Wait();
            var facts = Some.Facts();
            return new Observation(facts, Passthru.Findings.Diagnosis.Assess(facts));
        });
        Task<Observation>[] scrapes = [.. Enumerable.Range(0, 20).Select(_ => shared.Next())];
        go.Set();
        var seen = await Task.WhenAll(scrapes);
        Assert.Single(seen.Distinct());
        Assert.Equal(1, reads);
        Assert.NotSame(seen[0], await shared.Next());
        Assert.Equal(2, reads);
    }

    [Fact]
    public async Task A_read_that_failed_is_not_shared_with_the_next_scrape()
    {
        var reads = 0;
        var shared = new ReadCoalescer(() => reads++ == 0 ? throw new TimeoutException() : new Observation(Some.Facts(), Passthru.Findings.Diagnosis.Assess(Some.Facts())));
        await Assert.ThrowsAsync<TimeoutException>(shared.Next);
        Assert.NotNull(await shared.Next());
    }

    [Theory]
    [InlineData(":10068", null)]
    [InlineData("127.0.0.1:9000", "127.0.0.1:9000")]
    [InlineData("[::1]:9000", "[::1]:9000")]
    [InlineData("0.0.0.0:1", "0.0.0.0:1")]
    [InlineData("unix:/run/x.sock", "/run/x.sock")]
    public void Addresses_to_listen_on_are_those_of_other_exporters(string text, string? endPoint) =>
        Assert.Equal(endPoint, ListenAddress.Parse(text).EndPoint?.ToString());

    [Theory]
    [InlineData("")]
    [InlineData("10068")]
    [InlineData("host:")]
    [InlineData(":65536")]
    [InlineData(":-1")]
    [InlineData("unix:")]
    public void Anything_else_is_none(string text) => Assert.Throws<FormatException>(() => ListenAddress.Parse(text));

    [Fact]
    public void A_name_is_resolved() => Assert.Equal(IPAddress.Loopback, ((IPEndPoint)ListenAddress.Parse("127.1:1").EndPoint!).Address);
}
