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
    public static Task<Daemon> Alertmanager(string config, string data, int port) =>
        Start("prometheus-alertmanager", port, [$"--config.file={config}", $"--storage.path={data}", $"--web.listen-address=127.0.0.1:{port}",
            "--cluster.listen-address=", "--log.level=error"]);

    public void Dispose()
    {
        Client.Dispose();
        _process.Kill();
        _process.WaitForExit();
        _process.Dispose();
    }

    private static async Task<Daemon> Start(string program, int port, string[] arguments)
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
