using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Passthru.Tests.Support;

namespace Passthru.Tests.EndToEnd;

/// <summary>
/// The published program, as a user runs it. Where it has not been published the tests that need it are skipped and say so;
/// <c>tests/run.sh</c> publishes it and lets nothing be skipped.
/// </summary>
internal sealed class Published : IDisposable
{
    private static readonly string Architecture =
        System.Runtime.InteropServices.RuntimeInformation.ProcessArchitecture == System.Runtime.InteropServices.Architecture.Arm64 ? "arm64" : "x64";

    private static readonly Dictionary<string, string> Nothing = [];

    public static readonly string Binary = Path.Join(Golden.Repository, $"artifacts/publish/Passthru.Exporter/release_linux-{Architecture}/passthru-exporter");
    private readonly Process _process;
    private readonly ConcurrentQueue<string> _said = new();

    private Published(Process process, Uri address, HttpMessageHandler handler)
    {
        _process = process;
        process.ErrorDataReceived += (_, line) => _said.Enqueue(line.Data ?? "");
        process.BeginErrorReadLine();
        Client = new HttpClient(handler) { BaseAddress = address, Timeout = TimeSpan.FromSeconds(30) };
    }

    public HttpClient Client { get; }

    public string Address => Client.BaseAddress!.Authority;

    public int Port => Client.BaseAddress!.Port;

    /// <summary>What it has logged so far.</summary>
    public IReadOnlyCollection<string> Said => _said;

    /// <summary>Resident memory in kB.</summary>
    public int ResidentKilobytes =>
        int.Parse(File.ReadLines($"/proc/{_process.Id}/status").First(line => line.StartsWith("VmRSS:", StringComparison.Ordinal)).Split(' ')[^2], CultureInfo.InvariantCulture);

    public int OpenFiles => Directory.GetFiles($"/proc/{_process.Id}/fd").Length;

    /// <summary>Starts the server on a free port of the loopback address and waits until it answers.</summary>
    public static Task<Published> Serve(params string[] arguments) => Serve(Nothing, arguments);

    /// <summary>The same with variables in its environment.</summary>
    public static Task<Published> Serve(IReadOnlyDictionary<string, string> environment, params string[] arguments) =>
        Serve(environment, "http", new HttpClientHandler(), arguments);

    /// <summary>The same, asked by TLS.</summary>
    public static Task<Published> ServeTls(HttpMessageHandler handler, params string[] arguments) => Serve(Nothing, "https", handler, arguments);

    private static async Task<Published> Serve(IReadOnlyDictionary<string, string> environment, string scheme, HttpMessageHandler handler, string[] arguments)
    {
        var port = FreePort();
        var process = Start(environment, ["serve", $"--web.listen-address=127.0.0.1:{port}", .. arguments]);
        var published = new Published(process, new Uri($"{scheme}://127.0.0.1:{port}"), handler);
        for (var tries = 0; ; tries++)
        {
            try
            {
                using var ready = await published.Client.GetAsync("/-/ready");
                return published;
            }
            catch (HttpRequestException) when (tries < 100 && !process.HasExited)
            {
                await Task.Delay(50);
            }
        }
    }

    /// <summary>Runs a command to its end.</summary>
    public static async Task<(int Code, string Output, string Errors)> Run(params string[] arguments)
    {
        using var process = Start(Nothing, arguments);
        var output = process.StandardOutput.ReadToEndAsync();
        var errors = process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        return (process.ExitCode, await output, await errors);
    }

    /// <summary>The page of a read that begins after the call: a scrape may share one that is under way, such as that of the start.</summary>
    public async Task<HttpResponseMessage> FreshPage()
    {
        using var shared = await Client.GetAsync("/metrics");
        return await Client.GetAsync("/metrics");
    }

    /// <summary>Sends a signal: HUP, TERM.</summary>
    public async Task Signal(string name)
    {
        using var kill = Process.Start("kill", [$"-{name}", $"{_process.Id}"]);
        await kill.WaitForExitAsync();
    }

    /// <summary>Sends SIGTERM and returns the exit code.</summary>
    public async Task<int> Terminate()
    {
        await Signal("TERM");
        await _process.WaitForExitAsync();
        return _process.ExitCode;
    }

    public void Dispose()
    {
        Client.Dispose();
        if (!_process.HasExited)
        {
            _process.Kill();
            _process.WaitForExit();
        }

        _process.Dispose();
    }

    public static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private static Process Start(IReadOnlyDictionary<string, string> environment, string[] arguments)
    {
        Tools.SkipWithout(Binary);
        var start = new ProcessStartInfo(Binary, arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }

        return Process.Start(start)!;
    }
}
