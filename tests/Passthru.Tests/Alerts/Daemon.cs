using System.Diagnostics;
using Passthru.Tests.EndToEnd;

namespace Passthru.Tests.Alerts;

/// <summary>A server of others on a loopback port, for as long as a test needs it.</summary>
internal sealed class Daemon : IDisposable
{
    private readonly Process _process;
    private readonly Task<string> _said;

    private Daemon(Process process, int port)
    {
        _process = process;
        _said = process.StandardError.ReadToEndAsync();
        Client = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{port}"), Timeout = TimeSpan.FromSeconds(30) };
    }

    public HttpClient Client { get; }

    public static Task<Daemon> Prometheus(string config, string data, int port, params string[] more) =>
        Start("prometheus", port, [$"--config.file={config}", $"--storage.tsdb.path={data}", $"--web.listen-address=127.0.0.1:{port}",
            "--rules.alert.resend-delay=1s", "--storage.tsdb.retention.time=10y", "--log.level=error", .. more]);

    /// <summary>Gossip is off: it would listen on every address.</summary>
    public static Task<Daemon> Alertmanager(string config, string data, int port, string program = "prometheus-alertmanager") =>
        Start(program, port, $"--config.file={config}", $"--storage.path={data}", $"--web.listen-address=127.0.0.1:{port}",
            "--cluster.listen-address=", "--log.level=error");

    /// <summary>A Prometheus that scrapes and sends, and keeps nothing.</summary>
    public static Task<Daemon> PrometheusAgent(string config, string data, int port) =>
        Start("prometheus", port, "--enable-feature=agent", $"--config.file={config}", $"--storage.agent.path={data}", $"--web.listen-address=127.0.0.1:{port}", "--log.level=error");

    /// <summary>It scrapes what the configuration says.</summary>
    public static Task<Daemon> VictoriaMetrics(string config, string data, int port) =>
        Start("victoria-metrics", port, $"-promscrape.config={config}", $"-storageDataPath={data}", $"-httpListenAddr=127.0.0.1:{port}", "-retentionPeriod=10y");

    /// <summary>It reads from VictoriaMetrics, writes the state of its alerts there, and sends them to a port.</summary>
    public static Task<Daemon> Vmalert(string rules, Daemon victoria, int notified, int port) =>
        Start("vmalert", port, $"-rule={rules}", $"-datasource.url={victoria.Client.BaseAddress}", $"-remoteWrite.url={victoria.Client.BaseAddress}",
            $"-remoteRead.url={victoria.Client.BaseAddress}", $"-notifier.url=http://127.0.0.1:{notified}", $"-httpListenAddr=127.0.0.1:{port}", "-remoteWrite.flushInterval=200ms");

    public void Dispose()
    {
        Client.Dispose();
        _process.Kill();
        _process.WaitForExit();
        _process.Dispose();
    }

    private static async Task<Daemon> Start(string program, int port, params string[] arguments)
    {
        Tools.SkipWithout(program);
        var daemon = new Daemon(Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true })!, port);
        for (var tries = 0; ; tries++)
        {
            try
            {
                using var ready = await daemon.Client.GetAsync("/-/ready", TestContext.Current.CancellationToken);
                if (ready.IsSuccessStatusCode)
                {
                    return daemon;
                }
            }
            catch (HttpRequestException) when (!daemon._process.HasExited)
            {
                // It is still starting.
            }

            if (daemon._process.HasExited || tries == 300)
            {
                var exited = daemon._process.HasExited;
                daemon.Dispose();
                Assert.Fail($"{program} {(exited ? "ended" : "is not ready")}: {await daemon._said}");
            }

            await Task.Delay(100, TestContext.Current.CancellationToken);
        }
    }
}
