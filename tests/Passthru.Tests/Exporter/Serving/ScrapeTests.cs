using System.Net.Http.Headers;
using Passthru.Exporter.Metrics;
using Passthru.Exporter.Observing;
using Passthru.Facts.Pci;
using Passthru.Facts.Reading;
using Passthru.Findings;
using Passthru.Tests.EndToEnd;
using Passthru.Tests.Support;

namespace Passthru.Tests.Exporter.Serving;

/// <summary>What is written once and sent again has to be what would be written now.</summary>
public sealed class ScrapeTests
{
    private const string OpenMetrics = "application/openmetrics-text";
    private static readonly HttpClient Client = new();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Each_page_says_what_is_in_either_format_before_and_after_a_change()
    {
        var now = Seen("nouveau");
        await using var server = await ServedPage.Of(() => now);
        for (var round = 0; round < 2; round++)
        {
            foreach (var (driver, other) in new[] { ("nouveau", "vfio-pci"), ("vfio-pci", "nouveau") })
            {
                now = Seen(driver);
                foreach (var format in new[] { "text/plain", OpenMetrics, "text/plain" })
                {
                    var page = await MetricsEndpoint(server, format);
                    Assert.Contains($"driver=\"{driver}\"", page, StringComparison.Ordinal);
                    Assert.DoesNotContain($"driver=\"{other}\"", page, StringComparison.Ordinal);
                }
            }
        }
    }

    [Fact]
    public async Task How_the_read_went_is_of_this_read_though_the_host_says_the_same()
    {
        var seen = Seen("nouveau");
        var seconds = 0;
        await using var server = await ServedPage.Of(() =>
            seen with { Facts = seen.Facts with { Collectors = [new CollectorRun(Collector.Pci, TimeSpan.FromSeconds(++seconds), [])] } });
        Assert.Contains("passthru_collector_duration_seconds{collector=\"pci\"} 1\n", await MetricsEndpoint(server, "text/plain"), StringComparison.Ordinal);
        Assert.Contains("passthru_collector_duration_seconds{collector=\"pci\"} 2\n", await MetricsEndpoint(server, "text/plain"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_served_page_is_the_printed_one()
    {
        var seen = Seen("nouveau");
        await using var server = await ServedPage.Of(() => seen);
        using var printed = new MemoryStream();
        await MetricsText.WriteAsync(new View(seen.Facts, seen.Report, All: false, Process: null), printed);
        Assert.Equal(System.Text.Encoding.UTF8.GetString(printed.ToArray()), await MetricsEndpoint(server, "text/plain"));
    }

    [Fact]
    public async Task OpenMetrics_ends_once_however_many_pieces_the_page_has()
    {
        var facts = TopologyHosts.Huge();
        await using var server = await ServedPage.Of(facts);
        for (var i = 0; i < 2; i++)
        {
            var page = await MetricsEndpoint(server, OpenMetrics);
            Assert.InRange(page.Split('\n').Length, 2_000, int.MaxValue);
            Assert.EndsWith("\n# EOF\n", page, StringComparison.Ordinal);
            Assert.Single(page.Split('\n'), line => line == "# EOF");
            var heads = page.Split('\n').Where(line => line.StartsWith("# TYPE ", StringComparison.Ordinal)).ToList();
            Assert.Distinct(heads);
        }
    }

    [Fact]
    public async Task Many_at_once_get_whole_pages_while_the_host_changes()
    {
        var reads = 0;
        Observation[] states = [Seen("nouveau"), Seen("vfio-pci")];
        await using var server = await ServedPage.Of(() => states[Interlocked.Increment(ref reads) / 3 % 2]);
        var pages = await Task.WhenAll(Enumerable.Range(0, 60).Select(i => MetricsEndpoint(server, i % 2 == 0 ? "text/plain" : OpenMetrics)));
        Assert.Equal(4, pages.Distinct().Count());
        Assert.All(pages, page => Assert.Contains("passthru_build_info{", page, StringComparison.Ordinal));
    }

    private static Observation Seen(string driver)
    {
        var facts = Some.Facts(Some.Function() with { Driver = new PciDriver(driver, PciDriver.IsVfioName(driver)) });
        return new Observation(facts, Diagnosis.Assess(facts));
    }

    private static async Task<string> MetricsEndpoint(ServedPage server, string format)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, $"{server.Address}/metrics");
        request.Headers.Accept.Add(MediaTypeWithQualityHeaderValue.Parse(format));
        using var answer = await Client.SendAsync(request, Cancel);
        Assert.Equal(format, answer.Content.Headers.ContentType?.MediaType);
        return await answer.Content.ReadAsStringAsync(Cancel);
    }
}
