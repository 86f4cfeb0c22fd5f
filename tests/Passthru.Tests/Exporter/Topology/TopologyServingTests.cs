using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using Passthru.Exporter.Observing;
using Passthru.Exporter.Page;
using Passthru.Findings;
using Passthru.Tests.EndToEnd;
using Passthru.Tests.Support;

namespace Passthru.Tests.Exporter.Topology;

/// <summary>The page and its JSON as the server gives them.</summary>
public sealed class TopologyServingTests
{
    private static readonly HttpClient Client = new();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_page_comes_with_a_policy_that_lets_nothing_in()
    {
        await using var server = await ServedPage.Of(TopologyHosts.Small());
        using var page = await Client.GetAsync($"{server.Address}/", Cancel);
        Assert.Equal("text/html; charset=utf-8", page.Content.Headers.ContentType?.ToString());
        Assert.Equal(PageStyle.ContentSecurityPolicy, Assert.Single(page.Headers.GetValues("Content-Security-Policy")));
        Assert.Equal("nosniff", Assert.Single(page.Headers.GetValues("X-Content-Type-Options")));
        Assert.Equal("no-referrer", Assert.Single(page.Headers.GetValues("Referrer-Policy")));
        Assert.Equal("no-store", page.Headers.CacheControl?.ToString());
    }

    [Fact]
    public async Task The_JSON_form_is_that_of_the_command()
    {
        await using var server = await ServedPage.Of(TopologyHosts.Small());
        using var json = JsonDocument.Parse(await Client.GetStringAsync($"{server.Address}/topology", Cancel));
        Assert.Equal("If group 2 breaks, it affects VM 110 and nothing else.", json.RootElement.GetProperty("groups")[2].GetProperty("failureDomain").GetString());
    }

    [Theory]
    [InlineData("GET", "/", 200)]
    [InlineData("HEAD", "/", 200)]
    [InlineData("HEAD", "/topology", 200)]
    [InlineData("POST", "/topology", 405)]
    [InlineData("GET", "/index.html", 404)]
    [InlineData("GET", "/topology/x", 404)]
    [InlineData("GET", "/favicon.ico", 404)]
    public async Task Paths_and_methods_are_few(string method, string path, int status)
    {
        await using var server = await ServedPage.Of(TopologyHosts.Small());
        using var answer = await Client.SendAsync(new HttpRequestMessage(new HttpMethod(method), server.Address + path), Cancel);
        Assert.Equal(status, (int)answer.StatusCode);
    }

    [Fact]
    public async Task A_huge_page_is_small_on_the_wire()
    {
        await using var server = await ServedPage.Of(TopologyHosts.Huge());
        using var request = new HttpRequestMessage(HttpMethod.Get, $"{server.Address}/");
        request.Headers.AcceptEncoding.Add(new StringWithQualityHeaderValue("gzip"));
        using var answer = await Client.SendAsync(request, Cancel);
        Assert.Equal("gzip", Assert.Single(answer.Content.Headers.ContentEncoding));
        Assert.InRange((await answer.Content.ReadAsByteArrayAsync(Cancel)).Length, 1, 100_000);
    }

    [Fact]
    public async Task A_host_that_cannot_be_read_is_503_and_the_time_of_the_last_read()
    {
        var facts = TopologyHosts.Small();
        var reads = 0;
        await using var server = await ServedPage.Of(() => reads++ == 0 ? new Observation(facts, Diagnosis.Assess(facts)) : throw new IOException("there is no sysfs any more"));
        Assert.Contains("<h1>", await Client.GetStringAsync($"{server.Address}/", Cancel), StringComparison.Ordinal);
        using var answer = await Client.GetAsync($"{server.Address}/topology", Cancel);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, answer.StatusCode);
        Assert.Equal("cannot read the host: there is no sysfs any more; last read at 2026-01-02T03:04:05Z\n", await answer.Content.ReadAsStringAsync(Cancel));
    }
}
