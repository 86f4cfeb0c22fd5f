using System.Diagnostics;
using System.Net.WebSockets;
using System.Text.Json.Nodes;
using Passthru.Tests.Support;

namespace Passthru.Tests.EndToEnd;

/// <summary>
/// A real browser with one page in it, driven over the DevTools protocol; what it fetched and what it complained of is kept.
/// </summary>
internal sealed class Chromium : IAsyncDisposable
{
    private static readonly string[] Flags =
    [
        "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
        "--disable-component-update", "--disable-sync", "--disable-dev-shm-usage", "--remote-debugging-port=0", "about:blank",
    ];

    private readonly Process _process;
    private readonly TemporaryDirectory _profile;
    private readonly ClientWebSocket _socket = new();
    private readonly List<JsonObject> _events = [];
    private int _lastId;

    private Chromium(Process process, TemporaryDirectory profile)
    {
        _process = process;
        _profile = profile;
    }

    /// <summary>Addresses that the page asked for, its own among them.</summary>
    public IReadOnlyList<string> Requests => [.. Events("Network.requestWillBeSent").Select(it => (string)it["request"]!["url"]!)];

    /// <summary>What the browser's console says.</summary>
    public IReadOnlyList<string> Complaints =>
    [
        .. Events("Log.entryAdded").Select(it => (string)it["entry"]!["text"]!),
        .. Events("Runtime.exceptionThrown").Concat(Events("Runtime.consoleAPICalled")).Select(it => it.ToJsonString()),
    ];

    public static async Task<Chromium> Start(CancellationToken cancel)
    {
        Tools.SkipWithout("chromium");
        var profile = new TemporaryDirectory();
        var process = Process.Start(new ProcessStartInfo("chromium", [$"--user-data-dir={profile.Path}", .. Flags])
        {
            RedirectStandardError = true,
            RedirectStandardOutput = true,
        })!;
        process.BeginErrorReadLine();
        process.BeginOutputReadLine();
        var browser = new Chromium(process, profile);
        await browser.Connect(cancel);
        foreach (var domain in new[] { "Page", "Network", "Log", "Runtime" })
        {
            await browser.Ask($"{domain}.enable", [], cancel);
        }

        return browser;
    }

    /// <summary>Opens an address in a window of a width, in light or dark.</summary>
    public async Task Open(string address, int width, string scheme, CancellationToken cancel)
    {
        _events.Clear();
        await Ask("Emulation.setDeviceMetricsOverride", new() { ["width"] = width, ["height"] = 900, ["deviceScaleFactor"] = 1, ["mobile"] = false }, cancel);
        await Ask("Emulation.setEmulatedMedia", new() { ["features"] = new JsonArray(new JsonObject { ["name"] = "prefers-color-scheme", ["value"] = scheme }) }, cancel);
        await Ask("Page.navigate", new() { ["url"] = address }, cancel);
        while (!Events("Page.loadEventFired").Any())
        {
            await Receive(cancel);
        }
    }

    /// <summary>The value of an expression in the page, which no policy of the page's hinders.</summary>
    public async Task<JsonNode?> Evaluate(string expression, CancellationToken cancel)
    {
        var answer = await Ask("Runtime.evaluate", new() { ["expression"] = expression, ["returnByValue"] = true }, cancel);
        Assert.Null(answer["exceptionDetails"]);
        return answer["result"]!["value"];
    }

    /// <summary>A picture of the page from its top, as far as a person would look.</summary>
    public async Task<byte[]> Picture(int width, CancellationToken cancel)
    {
        var height = Math.Min(6000, (int?)await Evaluate("document.documentElement.scrollHeight", cancel) ?? 0);
        var clip = new JsonObject { ["x"] = 0, ["y"] = 0, ["width"] = width, ["height"] = height, ["scale"] = 1 };
        var answer = await Ask("Page.captureScreenshot", new() { ["captureBeyondViewport"] = true, ["clip"] = clip }, cancel);
        return Convert.FromBase64String((string)answer["data"]!);
    }

    public async ValueTask DisposeAsync()
    {
        using (var attempt = new CancellationTokenSource(TimeSpan.FromSeconds(20)))
        {
            await Ask("Browser.close", [], attempt.Token);
            await _process.WaitForExitAsync(attempt.Token);
        }

        _socket.Dispose();
        _process.Dispose();
        _profile.Dispose();
    }

    private IEnumerable<JsonObject> Events(string method) =>
        _events.Where(it => (string?)it["method"] == method).Select(it => it["params"]!.AsObject());

    /// <summary>The browser writes its port into its profile once it listens.</summary>
    private async Task Connect(CancellationToken cancel)
    {
        var file = Path.Join(_profile.Path, "DevToolsActivePort");
        for (var tries = 0; !File.Exists(file) || (await File.ReadAllLinesAsync(file, cancel)).Length < 2; tries++)
        {
            Assert.True(tries < 600 && !_process.HasExited, "chromium does not start");
            await Task.Delay(100, cancel);
        }

        var port = (await File.ReadAllLinesAsync(file, cancel))[0];
        using var client = new HttpClient();
        var pages = JsonNode.Parse(await client.GetStringAsync($"http://127.0.0.1:{port}/json/list", cancel))!.AsArray();
        var page = pages.First(it => (string?)it!["type"] == "page")!;
        await _socket.ConnectAsync(new Uri((string)page["webSocketDebuggerUrl"]!), cancel);
    }

    private async Task<JsonObject> Ask(string method, JsonObject parameters, CancellationToken cancel)
    {
        var id = ++_lastId;
        var request = new JsonObject { ["id"] = id, ["method"] = method, ["params"] = parameters };
        await _socket.SendAsync(System.Text.Encoding.UTF8.GetBytes(request.ToJsonString()), WebSocketMessageType.Text, endOfMessage: true, cancel);
        while (true)
        {
            var message = await Receive(cancel);
            if ((int?)message["id"] == id)
            {
                return message["result"]?.AsObject() ?? throw new InvalidOperationException(message.ToJsonString());
            }
        }
    }

    private async Task<JsonObject> Receive(CancellationToken cancel)
    {
        using var text = new MemoryStream();
        var buffer = new byte[64 * 1024];
        ValueWebSocketReceiveResult part;
        do
        {
            part = await _socket.ReceiveAsync(buffer.AsMemory(), cancel);
            text.Write(buffer, 0, part.Count);
        }
        while (!part.EndOfMessage);
        var message = JsonNode.Parse(text.ToArray())!.AsObject();
        if (message.ContainsKey("method"))
        {
            _events.Add(message);
        }

        return message;
    }
}
