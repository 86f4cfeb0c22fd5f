using System.Text.Json;
using Passthru.Tests.Alerts;
using Passthru.Tests.Support;

namespace Passthru.Tests.EndToEnd.Security;

/// <summary>The samples of deploy/web, laid out as they say, between a Prometheus and the published program.</summary>
public sealed class DeployWebTests(WrittenHosts hosts)
{
    private const string Password = "of this test alone";
    private static readonly string Samples = Path.Join(Golden.Repository, "deploy/web");

    public static TheoryData<string> WebConfigs => [.. Directory.GetFiles(Samples, "web-config-*.yml").Select(Path.GetFileName).Order().OfType<string>()];

    /// <summary>The promtool of Debian 12 is older than two of the keys.</summary>
    [Theory]
    [MemberData(nameof(WebConfigs))]
    public async Task Promtool_takes_the_web_configurations(string sample)
    {
        using var directory = await Certificates();
        var text = Text(sample).Replace("  client_allowed_sans: [prometheus]\n", "", StringComparison.Ordinal)
            .Replace("rate_limit:\n  interval: 1s\n  burst: 20\n", "", StringComparison.Ordinal);
        var (code, said) = await Tools.Run("", "promtool", "check", "web-config", directory.Write(sample, text));
        Assert.True(code == 0, said);
    }

    [Theory]
    [MemberData(nameof(WebConfigs))]
    public async Task We_take_them_as_they_are(string sample)
    {
        using var directory = await Certificates();
        using var server = await Serve(directory, sample, Text(sample));
        Assert.Contains("passthru_iommu_enabled", await server.Client.GetStringAsync("/metrics", TestContext.Current.CancellationToken), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("prometheus-basic-auth.yml", "web-config-basic-auth.yml")]
    [InlineData("prometheus-mtls.yml", "web-config-mtls.yml")]
    [InlineData("prometheus-mtls.yml", "web-config-strict.yml")]
    public async Task Prometheus_scrapes(string prometheusSample, string sample)
    {
        using var directory = await Certificates();
        using var server = await Serve(directory, sample, Text(sample));
        directory.Write("prometheus.password", Password);
        var config = directory.Write("prometheus.yml", Text(prometheusSample).Replace("pve1.example.org:10068", server.Address, StringComparison.Ordinal)
            + "global: { scrape_interval: 1s, scrape_timeout: 1s }\n");
        var (code, said) = await Tools.Run("", "promtool", "check", "config", config);
        Assert.True(code == 0, said);

        using var prometheus = await Daemon.Prometheus(config, Path.Join(directory.Path, "data"), Published.FreePort());
        Assert.Equal("1", await Query(prometheus, "up{job=\"passthru\"}"));
        Assert.Equal("1", await Query(prometheus, "passthru_iommu_enabled"));
    }

    private static string Text(string sample) => File.ReadAllText(Path.Join(Samples, sample));

    /// <summary>What the script makes for an exporter on this host, under the names in the samples.</summary>
    private static async Task<TemporaryDirectory> Certificates()
    {
        Tools.SkipWithout("openssl");
        var directory = new TemporaryDirectory();
        foreach (var (kind, name) in new[] { ("server", "127.0.0.1"), ("client", "prometheus") })
        {
            var (code, said) = await Tools.Run("", Path.Join(Samples, "certificates.sh"), directory.Path, kind, name);
            Assert.True(code == 0, said);
        }

        File.Move(Path.Join(directory.Path, "127.0.0.1.crt"), Path.Join(directory.Path, "exporter.crt"));
        File.Move(Path.Join(directory.Path, "127.0.0.1.key"), Path.Join(directory.Path, "exporter.key"));
        return directory;
    }

    /// <summary>Nobody knows the password of the samples: a hash of one that we do takes its place.</summary>
    private async Task<Published> Serve(TemporaryDirectory directory, string sample, string text)
    {
        var known = System.Text.RegularExpressions.Regex.Replace(text, @"\$2\S+", BCrypt.Net.BCrypt.HashPassword(Password, 4));
        string[] arguments = [$"--path.rootfs={hosts.Root("vmd")}", $"--web.config.file={directory.Write(sample, known)}"];
        var server = text.Contains("tls_server_config:", StringComparison.Ordinal) ? await Published.ServeTls(Client(directory), arguments) : await Published.Serve(arguments);
        server.Client.DefaultRequestHeaders.Authorization = Protected.Basic("prometheus", Password);
        return server;
    }

    private static HttpClientHandler Client(TemporaryDirectory directory)
    {
        var handler = new HttpClientHandler { ServerCertificateCustomValidationCallback = (_, _, _, _) => true };
        handler.ClientCertificates.Add(System.Security.Cryptography.X509Certificates.X509Certificate2.CreateFromPemFile(
            Path.Join(directory.Path, "prometheus.crt"), Path.Join(directory.Path, "prometheus.key")));
        return handler;
    }

    private static async Task<string?> Query(Daemon prometheus, string query)
    {
        for (var tries = 0; tries < 100; tries++)
        {
            using var json = JsonDocument.Parse(await prometheus.Client.GetStringAsync($"/api/v1/query?query={Uri.EscapeDataString(query)}", TestContext.Current.CancellationToken));
            if (json.RootElement.GetProperty("data").GetProperty("result") is var results && results.GetArrayLength() == 1)
            {
                return results[0].GetProperty("value")[1].GetString();
            }

            await Task.Delay(100, TestContext.Current.CancellationToken);
        }

        return null;
    }
}
