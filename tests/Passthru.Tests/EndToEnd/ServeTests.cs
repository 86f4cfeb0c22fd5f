using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text.Json;
using Passthru.Tests.Hosts;
using Passthru.Tests.Support;

namespace Passthru.Tests.EndToEnd;

/// <summary>The published program serving a fixture host, asked as scrapers ask.</summary>
public sealed class ServeTests(WrittenHosts hosts)
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_binary_prints_the_page_that_was_read()
    {
        var (code, output, errors) = await Published.Run("metrics", $"--path.rootfs={hosts.Root("intel-server")}");
        Assert.Equal((0, ""), (code, errors));
        Assert.Equal(await File.ReadAllTextAsync(Path.Join(Golden.Repository, "tests/hosts/intel-server/metrics.prom"), Cancel), Read.Samples(output));
    }

    [Theory]
    [InlineData("text", "topology.txt")]
    [InlineData("markdown", "topology.md")]
    [InlineData("json", "topology.json")]
    public async Task The_binary_prints_the_topology_that_was_read(string format, string file)
    {
        var (code, output, errors) = await Published.Run("topology", $"--path.rootfs={hosts.Root("pve-acs-override")}", $"--format={format}");
        Assert.Equal((0, ""), (code, errors));
        var golden = await File.ReadAllLinesAsync(Path.Join(Golden.Repository, $"tests/hosts/pve-acs-override/{file}"), Cancel);
        Assert.Equal(golden.Where(IsNoTime), output.TrimEnd('\n').Split('\n').Where(IsNoTime));
        static bool IsNoTime(string line) => !line.Contains("As of ", StringComparison.Ordinal) && !line.Contains("\"takenAt\"", StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_scrape_gets_text_unless_it_asks_for_open_metrics()
    {
        using var server = await Serve("intel-server");
        using var text = await server.Client.GetAsync("/metrics", Cancel);
        Assert.Equal("text/plain; version=0.0.4; charset=utf-8", text.Content.Headers.ContentType?.ToString());
        var page = await text.Content.ReadAsStringAsync(Cancel);
        Assert.Equal((0, ""), await Tools.Run(page, "promtool", "check", "metrics"));
        Assert.Contains("process_resident_memory_bytes ", page, StringComparison.Ordinal);

        using var open = await Ask(server, "/metrics", "application/openmetrics-text; version=1.0.0");
        Assert.Equal("application/openmetrics-text", open.Content.Headers.ContentType?.MediaType);
        Assert.EndsWith("# EOF\n", await open.Content.ReadAsStringAsync(Cancel), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_has_changed_is_in_the_next_page_whether_a_file_was_written_replaced_or_linked_anew()
    {
        const string function = "sys/bus/pci/devices/0000:01:00.0";
        using var host = WrittenHost.Named("intel-desktop");
        using var server = await Published.Serve($"--path.rootfs={host.Root}");
        var before = await Series();
        Assert.Equal(before, await Series());

        var power = Path.Join(host.Root, function, "power_state");
        await File.WriteAllTextAsync(power, "D3hot\n", Cancel);
        var written = await Series();
        await File.WriteAllTextAsync($"{power}.new", "D0\n", Cancel);
        File.Move($"{power}.new", power, overwrite: true);
        var replaced = await Series();
        var driver = Path.Join(host.Root, function, "driver");
        File.Delete(driver);
        File.CreateSymbolicLink(driver, "../../../../bus/pci/drivers/vfio-pci");
        var linked = await Series();

        Assert.Contains(written, line => line.StartsWith("passthru_device_power_state_info{device=\"0000:01:00.0\",state=\"D3hot\"} 1", StringComparison.Ordinal));
        Assert.Equal(before, replaced);
        Assert.Contains(linked, line => line.Contains("device=\"0000:01:00.0\"", StringComparison.Ordinal) && line.Contains("driver=\"vfio-pci\"", StringComparison.Ordinal));

        async Task<List<string>> Series()
        {
            var page = Read.Stable(await server.Client.GetStringAsync("/metrics", Cancel));
            return [.. page.Split('\n').Where(line => line.StartsWith("passthru_", StringComparison.Ordinal))];
        }
    }

    [Fact]
    public async Task A_page_is_compressed_for_those_who_ask()
    {
        using var server = await Serve("vmd");
        using var request = new HttpRequestMessage(HttpMethod.Get, "/metrics");
        request.Headers.AcceptEncoding.Add(new StringWithQualityHeaderValue("gzip"));
        using var answer = await server.Client.SendAsync(request, Cancel);
        Assert.Equal("gzip", Assert.Single(answer.Content.Headers.ContentEncoding));
        await using var gzip = new System.IO.Compression.GZipStream(await answer.Content.ReadAsStreamAsync(Cancel), System.IO.Compression.CompressionMode.Decompress);
        Assert.Contains("passthru_iommu_enabled 1", await new StreamReader(gzip).ReadToEndAsync(Cancel), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("GET", "/", HttpStatusCode.OK, "text/html")]
    [InlineData("HEAD", "/", HttpStatusCode.OK, "text/html")]
    [InlineData("GET", "/topology", HttpStatusCode.OK, "application/json")]
    [InlineData("HEAD", "/topology", HttpStatusCode.OK, "application/json")]
    [InlineData("GET", "/topology/", HttpStatusCode.NotFound, "text/plain")]
    [InlineData("GET", "/-/healthy", HttpStatusCode.OK, "text/plain")]
    [InlineData("GET", "/-/ready", HttpStatusCode.OK, "text/plain")]
    [InlineData("HEAD", "/metrics", HttpStatusCode.OK, "text/plain")]
    [InlineData("GET", "/metrics/", HttpStatusCode.NotFound, "text/plain")]
    [InlineData("GET", "/nothing", HttpStatusCode.NotFound, "text/plain")]
    [InlineData("GET", "/metrics?collect[]=pci", HttpStatusCode.BadRequest, "text/plain")]
    [InlineData("POST", "/metrics", HttpStatusCode.MethodNotAllowed, "text/plain")]
    [InlineData("DELETE", "/", HttpStatusCode.MethodNotAllowed, "text/plain")]
    public async Task Paths_and_methods_are_those_of_other_exporters(string method, string path, HttpStatusCode status, string type)
    {
        using var server = await Serve("vmd");
        using var request = new HttpRequestMessage(new HttpMethod(method), path);
        using var answer = await server.Client.SendAsync(request, Cancel);
        Assert.Equal(status, answer.StatusCode);
        Assert.Equal(type, answer.Content.Headers.ContentType?.MediaType);
    }

    [Fact]
    public async Task It_sees_what_changes_between_two_scrapes()
    {
        using var host = WrittenHost.Named("intel-desktop");
        using var server = await Published.Serve($"--path.rootfs={host.Root}");
        Assert.Contains("device=\"0000:02:00.0\"", await server.Client.GetStringAsync("/metrics", Cancel), StringComparison.Ordinal);
        File.Delete(Path.Join(host.Root, "sys/bus/pci/devices/0000:02:00.0"));
        Assert.DoesNotContain("device=\"0000:02:00.0\"", await server.Client.GetStringAsync("/metrics", Cancel), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_host_that_is_gone_is_503_and_not_an_empty_page()
    {
        using var host = WrittenHost.Named("vmd");
        using var server = await Published.Serve($"--path.rootfs={host.Root}");
        Directory.Move(Path.Join(host.Root, "sys"), Path.Join(host.Root, "gone"));
        using var answer = await server.FreshPage();
        Assert.Equal(HttpStatusCode.ServiceUnavailable, answer.StatusCode);
        Directory.Move(Path.Join(host.Root, "gone"), Path.Join(host.Root, "sys"));
        using var again = await server.Client.GetAsync("/metrics", Cancel);
        Assert.Equal(HttpStatusCode.OK, again.StatusCode);
    }

    [Fact]
    public async Task Sigterm_ends_it_with_0()
    {
        using var server = await Serve("vmd");
        Assert.Equal(0, await server.Terminate());
    }

    [Fact]
    public async Task A_port_that_is_taken_is_one_line_and_1()
    {
        using var taken = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();
        var port = ((IPEndPoint)taken.LocalEndpoint).Port;
        var (code, _, errors) = await Published.Run("serve", $"--path.rootfs={hosts.Root("vmd")}", $"--web.listen-address=127.0.0.1:{port}");
        Assert.Equal((1, $"passthru-exporter: cannot listen on 127.0.0.1:{port}: address already in use\n"), (code, errors.ToLowerInvariant()));
    }

    [Theory]
    [InlineData("203.0.113.1:9", "cannot assign requested address")]
    [InlineData("unix:/nowhere/at/all.sock", "no such directory")]
    public async Task An_address_that_cannot_be_had_is_one_line_and_1(string address, string reason)
    {
        var (code, output, errors) = await Published.Run("serve", $"--web.listen-address={address}");
        Assert.Equal((1, ""), (code, output));
        Assert.Equal($"passthru-exporter: cannot listen on {address}: {reason}\n", errors.ToLowerInvariant());
    }

    [Fact]
    public async Task It_serves_a_unix_socket_and_takes_over_one_left_behind()
    {
        using var directory = new TemporaryDirectory();
        var socket = Path.Join(directory.Path, "x.sock");
        using (var stale = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified))
        {
            stale.Bind(new UnixDomainSocketEndPoint(socket));
        }

        using var server = await Published.Serve($"--path.rootfs={hosts.Root("vmd")}", $"--web.listen-address=unix:{socket}");
        using var client = new HttpClient(new SocketsHttpHandler
        {
            ConnectCallback = async (_, cancel) =>
            {
                var connection = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
                await connection.ConnectAsync(new UnixDomainSocketEndPoint(socket), cancel);
                return new NetworkStream(connection, ownsSocket: true);
            },
        });
        Assert.Contains("passthru_iommu_enabled", await client.GetStringAsync("http://localhost/metrics", Cancel), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Prometheus_scrapes_it()
    {
        using var server = await Serve("intel-server");
        using var directory = new TemporaryDirectory();
        var port = Published.FreePort();
        var config = directory.Write("prometheus.yml", $"""
            global: {"{"} scrape_interval: 1s, scrape_timeout: 1s {"}"}
            scrape_configs:
              - job_name: passthru
                static_configs: [{"{"} targets: ['{server.Address}'] {"}"}]
            """);
        Tools.SkipWithout("prometheus");
        using var prometheus = System.Diagnostics.Process.Start(new System.Diagnostics.ProcessStartInfo(
            "prometheus",
            [$"--config.file={config}", $"--storage.tsdb.path={directory.Path}/data", $"--web.listen-address=127.0.0.1:{port}", "--log.level=error"])
        {
            RedirectStandardError = true,
        })!;
        try
        {
            Assert.Equal("1", await Query(port, "up{job=\"passthru\"}"));
            Assert.Equal("40", await Query(port, "passthru_iommu_groups"));
            Assert.Equal("4", await Query(port, "sum(passthru_devices{owner=\"vfio\"})"));
        }
        finally
        {
            prometheus.Kill();
            await prometheus.WaitForExitAsync(Cancel);
        }
    }

    /// <summary>The value of a query with one result, once there is one.</summary>
    private static async Task<string?> Query(int port, string query)
    {
        using var client = new HttpClient();
        for (var tries = 0; tries < 100; tries++)
        {
            try
            {
                var answer = await client.GetStringAsync($"http://127.0.0.1:{port}/api/v1/query?query={Uri.EscapeDataString(query)}", Cancel);
                using var json = JsonDocument.Parse(answer);
                var results = json.RootElement.GetProperty("data").GetProperty("result");
                if (results.GetArrayLength() == 1)
                {
                    return results[0].GetProperty("value")[1].GetString();
                }
            }
            catch (HttpRequestException)
            {
                // It is still starting.
            }

            await Task.Delay(100, Cancel);
        }

        return null;
    }

    private Task<Published> Serve(string host) => Published.Serve($"--path.rootfs={hosts.Root(host)}");

    private static Task<HttpResponseMessage> Ask(Published server, string path, string accept)
    {
        var request = new HttpRequestMessage(HttpMethod.Get, path);
        request.Headers.TryAddWithoutValidation("Accept", accept);
        return server.Client.SendAsync(request, Cancel);
    }
}
