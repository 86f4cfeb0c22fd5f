using System.Net;
using System.Net.Sockets;
using System.Text;
using Passthru.Tests.Support;

namespace Passthru.Tests.EndToEnd.Security;

/// <summary>
/// The published program and what is sent to it by those who want something else than metrics: refused, told of once, and the
/// scraper is served all the while.
/// </summary>
public sealed class HostileTests(WrittenHosts hosts)
{
    /// <summary>In kB; more than twice what it takes at rest.</summary>
    private const int MaxMemory = 96 * 1024;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("prometheus:hunter2", "wrong user or password")]
    [InlineData("nobody:correct horse", "wrong user or password")]
    [InlineData("prometheus:", "wrong user or password")]
    [InlineData("prometheus", "no credentials that can be right")]
    public async Task A_wrong_password_is_401(string text, string reason)
    {
        await using var server = await Protected.WithPassword(hosts.Root("vmd"));
        for (var i = 0; i < 5; i++)
        {
            Assert.Equal(HttpStatusCode.Unauthorized, await server.Ask($"Basic {Convert.ToBase64String(Encoding.UTF8.GetBytes(text))}"));
            await server.Scrapes();
        }

        await server.Logged($"reason=\"{reason}\" from=127.0.0.2");
        Assert.DoesNotContain(server.Server.Said, line => line.Contains("hunter2", StringComparison.Ordinal) || line.Contains("horse", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("Basic !!!not-base64!!!")]
    [InlineData("Basic")]
    [InlineData("Bearer abc")]
    [InlineData("Negotiate")]
    public async Task Bad_credentials_are_401(string header)
    {
        await using var server = await Protected.WithPassword(hosts.Root("vmd"));
        Assert.Equal(HttpStatusCode.Unauthorized, await server.Ask(header));
        await server.Logged("no credentials that can be right");
        await server.Scrapes();
    }

    [Theory]
    [InlineData(73)]
    [InlineData(8000)]
    public async Task An_overlong_password_is_401(int length)
    {
        await using var server = await Protected.WithPassword(hosts.Root("vmd"));
        Assert.Equal(HttpStatusCode.Unauthorized, await server.Ask(Protected.Basic(Protected.User, new string('x', length)).ToString()));
        await server.Logged("no credentials that can be right");
        await server.Scrapes();
    }

    [Theory]
    [InlineData("/metrics")]
    [InlineData("/")]
    [InlineData("/topology")]
    [InlineData("/-/healthy")]
    [InlineData("/-/ready")]
    [InlineData("/nothing")]
    public async Task Without_a_password_no_path_tells_anything(string path)
    {
        await using var server = await Protected.WithPassword(hosts.Root("vmd"));
        using var answer = await new HttpClient().GetAsync(new Uri(server.Server.Client.BaseAddress!, path), Cancel);
        Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
        Assert.Equal("Basic", Assert.Single(answer.Headers.WwwAuthenticate).Scheme);
    }

    /// <summary>Each password is another one, so none is remembered, and each check takes some 50 ms.</summary>
    [Fact]
    public async Task A_flood_of_wrong_passwords_leaves_a_place_for_the_scraper()
    {
        await using var server = await Protected.WithPassword(hosts.Root("vmd"), cost: 10);
        using var client = new HttpClient(new SocketsHttpHandler { MaxConnectionsPerServer = 20 }) { BaseAddress = server.Server.Client.BaseAddress };
        var flood = Task.WhenAll(Enumerable.Range(0, 300).Select(async i =>
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, "/metrics");
            request.Headers.Authorization = Protected.Basic(Protected.User, $"{i}");
            using var answer = await client.SendAsync(request, Cancel);
            return answer.StatusCode;
        }));

        await server.Scrapes();
        await server.Scrapes();
        var statuses = await flood;
        Assert.Equal([HttpStatusCode.Unauthorized, HttpStatusCode.ServiceUnavailable], statuses.Distinct().Order());
        await server.Logged("too many passwords to check");
        Assert.InRange(server.Server.ResidentKilobytes, 0, MaxMemory);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task TLS_before_1_2_is_refused(byte minor)
    {
        await using var server = await Protected.WithTls(hosts.Root("vmd"));
        var answer = await server.Send(ClientHello(minor));
        Assert.True(answer is [] or [0x15, ..], Convert.ToHexString(answer));
        await server.Logged("reason=\"TLS handshake\" from=127.0.0.1");
        await server.Scrapes();
    }

    [Theory]
    [InlineData("GET /metrics HTTP/1.1\r\nHost: x\r\n\r\n")]
    [InlineData("\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03 and then nothing of the kind")]
    public async Task What_is_no_TLS_gets_no_page(string bytes)
    {
        await using var server = await Protected.WithTls(hosts.Root("vmd"));
        var answer = Encoding.Latin1.GetString(await server.Send(Encoding.Latin1.GetBytes(bytes)));
        Assert.DoesNotContain("HTTP/1.1 2", answer, StringComparison.Ordinal);
        await server.Scrapes();
    }

    [Theory]
    [InlineData("GET /metrics\r\nX-Injected: 1 HTTP/1.1\r\nHost: x\r\n\r\n", "400", "Invalid request line")]
    [InlineData("GET /metrics HTTP/1.1\r\nHost: x\r\nX: a\r\n b: c\r\n\r\n", "400", "Invalid request header")]
    [InlineData("GET /metrics HTTP/9.9\r\nHost: x\r\n\r\n", "505", "Unrecognized HTTP version")]
    [InlineData("\0\0\0\0\r\n\r\n", "400", "Invalid request line")]
    [InlineData("GET http://[ HTTP/1.1\r\nHost: x\r\n\r\n", "400", "Invalid request target")]
    [InlineData("GET /metrics HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", "400", "Multiple Host headers")]
    [InlineData("GET /metrics HTTP/1.1\r\n\r\n", "400", "Request is missing Host header")]
    public async Task A_request_that_is_none_is_refused(string request, string status, string reason)
    {
        await using var server = await Protected.WithPassword(hosts.Root("vmd"));
        for (var i = 0; i < 3; i++)
        {
            Assert.StartsWith($"HTTP/1.1 {status} ", Encoding.ASCII.GetString(await server.Send(Encoding.ASCII.GetBytes(request))), StringComparison.Ordinal);
        }

        await server.Logged($"reason=\"{reason}");
        await server.Scrapes();
    }

    [Theory]
    [InlineData("/../../../../etc/passwd")]
    [InlineData("/metrics/../../etc/passwd")]
    [InlineData("/%2e%2e/%2e%2e/etc/passwd")]
    [InlineData("/..%2f..%2fetc%2fpasswd")]
    [InlineData("//etc/passwd")]
    [InlineData("/\\..\\etc\\passwd")]
    [InlineData("/%0d%0aSet-Cookie:%20x=1")]
    public async Task No_path_leads_to_a_file(string path)
    {
        await using var server = await Protected.WithPassword(hosts.Root("vmd"));
        var request = $"GET {path} HTTP/1.1\r\nHost: x\r\nAuthorization: {Protected.Basic(Protected.User, Protected.Password)}\r\nConnection: close\r\n\r\n";
        var answer = Encoding.ASCII.GetString(await server.Send(Encoding.ASCII.GetBytes(request)));
        Assert.StartsWith("HTTP/1.1 404 ", answer, StringComparison.Ordinal);
        Assert.DoesNotContain("root:", answer, StringComparison.Ordinal);
        Assert.DoesNotContain("Set-Cookie", answer, StringComparison.Ordinal);
        await server.Logged("no such path");
        await server.Scrapes();
    }

    [Theory]
    [InlineData("X-Long", 20_000, "Request headers too long")]
    [InlineData("Authorization", 200_000, "Request headers too long")]
    public async Task Oversized_headers_are_431(string header, int length, string reason)
    {
        await using var server = await Protected.WithPassword(hosts.Root("vmd"));
        var answer = await server.Send(Encoding.ASCII.GetBytes($"GET /metrics HTTP/1.1\r\nHost: x\r\n{header}: {new string('a', length)}\r\n\r\n"));
        // What it has not read when it hangs up may cost the answer.
        Assert.True(answer is [] || Encoding.ASCII.GetString(answer).StartsWith("HTTP/1.1 431 ", StringComparison.Ordinal));
        await server.Logged(reason);
        await server.Scrapes();
    }

    [Fact]
    public async Task A_request_line_without_end_is_414()
    {
        await using var server = await Protected.WithPassword(hosts.Root("vmd"));
        var answer = await server.Send(Encoding.ASCII.GetBytes($"GET /{new string('a', 10_000)} HTTP/1.1\r\nHost: x\r\n\r\n"));
        Assert.True(answer is [] || Encoding.ASCII.GetString(answer).StartsWith("HTTP/1.1 414 ", StringComparison.Ordinal));
        await server.Logged("Request line too long");
        await server.Scrapes();
    }

    [Fact]
    public async Task Whoever_sends_a_byte_at_a_time_is_hung_up_on()
    {
        await using var server = await Protected.WithPassword(hosts.Root("vmd"));
        var slow = Enumerable.Range(0, 40).Select(_ => Drip(server)).ToList();
        while (!slow.TrueForAll(one => one.IsCompleted))
        {
            await server.Scrapes();
            await Task.Delay(200, Cancel);
        }

        Assert.All(slow, one => Assert.StartsWith("HTTP/1.1 408 ", one.Result, StringComparison.Ordinal));
        await server.Logged("Reading the request headers timed out");
        await server.Scrapes();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_thousand_idle_connections_leave_a_place_for_the_scraper(bool tls)
    {
        await using var server = tls ? await Protected.WithTls(hosts.Root("vmd")) : await Protected.WithPassword(hosts.Root("vmd"));
        var idle = new List<Socket>();
        try
        {
            for (var i = 0; i < 1000; i++)
            {
                idle.Add(await server.Connect());
                if (i % 100 == 99)
                {
                    await server.Scrapes();
                    using var kept = await server.Server.Client.GetAsync("/-/healthy", Cancel);
                    Assert.True(kept.IsSuccessStatusCode);
                }
            }

            Assert.InRange(server.Server.OpenFiles, 0, 300);
            Assert.InRange(server.Server.ResidentKilobytes, 0, MaxMemory);
            await server.Logged("too many connections, the longest idle one closed");
        }
        finally
        {
            idle.ForEach(one => one.Dispose());
        }

        await server.Scrapes();
    }

    [Fact]
    public async Task More_requests_than_the_limit_are_429()
    {
        await using var server = await Protected.WithPassword(hosts.Root("vmd"), "rate_limit:\n  interval: 1h\n  burst: 4\n");
        var right = Protected.Basic(Protected.User, Protected.Password).ToString();

        // The right password takes its turn once and is known from then on.
        Assert.Equal(HttpStatusCode.OK, await server.Ask(right));
        Assert.Equal(Enumerable.Repeat(HttpStatusCode.Unauthorized, 3), [await server.Ask(""), await server.Ask(""), await server.Ask("")]);
        Assert.Equal([HttpStatusCode.TooManyRequests, HttpStatusCode.OK], [await server.Ask(""), await server.Ask(right)]);
        await server.Logged("too many requests");
    }

    /// <summary>A handshake of that version of TLS, 1.<paramref name="minor"/> less 1, as clients of its time sent it (RFC 2246 7.4.1.2).</summary>
    private static byte[] ClientHello(byte minor) =>
    [
        0x16, 3, minor, 0, 51, 1, 0, 0, 47, 3, minor, .. Enumerable.Repeat((byte)7, 32), 0, 0, 8, 0, 0x2f, 0, 0x35, 0xc0, 0x13, 0xc0, 0x14, 1, 0,
    ];

    private static async Task<string> Drip(Protected server)
    {
        using var connection = await server.Connect();
        await using var stream = new NetworkStream(connection);
        var answer = Protected.ToEnd(stream);
        await stream.WriteAsync("GET /metrics HTTP/1.1\r\nX: "u8.ToArray(), Cancel);
        try
        {
            while (!answer.IsCompleted)
            {
                await stream.WriteAsync("x"u8.ToArray(), Cancel);
                await Task.Delay(300, Cancel);
            }
        }
        catch (IOException)
        {
            // Hung up on.
        }

        return Encoding.ASCII.GetString(await answer);
    }
}
