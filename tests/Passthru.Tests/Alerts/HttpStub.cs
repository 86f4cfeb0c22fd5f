using System.Collections.Concurrent;
using System.Net;
using System.Text.Json;
using Passthru.Tests.EndToEnd;

namespace Passthru.Tests.Alerts;

/// <summary>The end of the way of an alert, in the test: the webhook that is called.</summary>
internal sealed class HttpStub : IDisposable
{
    private readonly HttpListener _listener = new();

    public HttpStub()
    {
        Port = Published.FreePort();
        _listener.Prefixes.Add($"http://127.0.0.1:{Port}/");
        _listener.Start();
        _ = Answer();
    }

    public int Port { get; }

    /// <summary>Bodies of what was posted, with the path.</summary>
    public ConcurrentQueue<(string Path, JsonElement Body)> Posted { get; } = new();

    /// <summary>Waits until something was posted that fits.</summary>
    public async Task<JsonElement> Wait(string path, Func<JsonElement, bool> fits, TimeSpan attempt)
    {
        for (var until = DateTime.UtcNow + attempt; DateTime.UtcNow < until; await Task.Delay(50, TestContext.Current.CancellationToken))
        {
            if (Posted.FirstOrDefault(it => it.Path == path && fits(it.Body)) is { Path: not null } found)
            {
                return found.Body;
            }
        }

        Assert.Fail($"nothing fits: {string.Join('\n', Posted.Select(it => it.Path + " " + it.Body))}");
        return default;
    }

    public void Dispose() => _listener.Close();

    private async Task Answer()
    {
        try
        {
            while (true)
            {
                var context = await _listener.GetContextAsync();
                if (context.Request.HttpMethod == "POST")
                {
                    using var json = await JsonDocument.ParseAsync(context.Request.InputStream);
                    Posted.Enqueue((context.Request.Url!.AbsolutePath, json.RootElement.Clone()));
                }

                context.Response.Close();
            }
        }
        catch (Exception closed) when (closed is HttpListenerException or ObjectDisposedException)
        {
            // The test is over.
        }
    }
}
