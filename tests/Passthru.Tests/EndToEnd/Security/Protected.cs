using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Passthru.Tests.Support;

namespace Passthru.Tests.EndToEnd.Security;

/// <summary>The published program behind a web configuration, with a scraper that is let in, and ways to ask otherwise.</summary>
internal sealed class Protected : IAsyncDisposable
{
    public const string User = "prometheus";
    public const string Password = "correct horse";
    private const string ClientName = "prom.example.org";
    private readonly Pki _pki;
    private readonly TemporaryDirectory _directory;
    private readonly Published _server;

    private Protected(Pki pki, TemporaryDirectory directory, Published server)
    {
        _pki = pki;
        _directory = directory;
        _server = server;
    }

    public Published Server => _server;

    public Pki Pki => _pki;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    /// <summary>Plain HTTP with a password.</summary>
    public static async Task<Protected> WithPassword(string root, string more = "", int cost = 4)
    {
        var directory = new TemporaryDirectory();
        var server = await Published.Serve(Arguments(root, directory.Write("web.yml", Users(cost) + more)));
        server.Client.DefaultRequestHeaders.Authorization = Basic(User, Password);
        return new Protected(new Pki(), directory, server);
    }

    /// <summary>TLS; more of its section in <paramref name="tls"/>, of the rest of the file in <paramref name="more"/>.</summary>
    public static async Task<Protected> WithTls(string root, string tls = "", string more = "")
    {
        var pki = new Pki();
        var directory = new TemporaryDirectory();
        WriteServer(pki, directory);
        directory.Write("ca.crt", pki.AuthorityPem);
        var config = directory.Write("web.yml", $"tls_server_config:\n  cert_file: server.crt\n  key_file: server.key\n{tls}{more}");
        return new Protected(pki, directory, await Published.ServeTls(Handler(pki), Arguments(root, config)));
    }

    /// <summary>TLS for those with a certificate of the authority and this name in it.</summary>
    public static Task<Protected> WithClientCertificates(string root) => WithTls(
        root, $"  client_auth_type: RequireAndVerifyClientCert\n  client_ca_file: ca.crt\n  client_allowed_sans: [{ClientName}]\n");

    public static string Users(int cost = 4) => $"basic_auth_users:\n  {User}: {BCrypt.Net.BCrypt.HashPassword(Password, cost)}\n";

    public static System.Net.Http.Headers.AuthenticationHeaderValue Basic(string user, string password) =>
        new("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{user}:{password}")));

    public void Write(string file, string text) => _directory.Write(file, text);

    /// <summary>A scrape by the scraper that is let in, on a connection of its own.</summary>
    public async Task Scrapes()
    {
        using var client = new HttpClient(Handler(_pki)) { BaseAddress = _server.Client.BaseAddress, Timeout = TimeSpan.FromSeconds(30) };
        client.DefaultRequestHeaders.Authorization = _server.Client.DefaultRequestHeaders.Authorization;
        Assert.Contains("passthru_iommu_enabled", await client.GetStringAsync("/metrics", Cancel), StringComparison.Ordinal);
    }

    /// <summary>Status of a request with this header Authorization; none where it is empty.</summary>
    public async Task<HttpStatusCode> Ask(string authorization, string path = "/metrics")
    {
        using var client = new HttpClient(Handler(_pki)) { BaseAddress = _server.Client.BaseAddress };
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        request.Headers.TryAddWithoutValidation("Authorization", authorization);
        using var answer = await client.SendAsync(request, Cancel);
        return answer.StatusCode;
    }

    /// <summary>Bytes for the server; what it answers until it hangs up.</summary>
    public async Task<byte[]> Send(byte[] bytes)
    {
        using var connection = await Connect();
        await using var stream = new NetworkStream(connection);
        await stream.WriteAsync(bytes, Cancel);
        return await ToEnd(stream);
    }

    public async Task<Socket> Connect()
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(IPAddress.Loopback, _server.Port, Cancel);
        return socket;
    }

    /// <summary>Whether somebody with this certificate, or none, gets an answer.</summary>
    public async Task<bool> Takes(X509Certificate2? certificate)
    {
        using var connection = await Connect();
        await using var tls = new SslStream(new NetworkStream(connection));
        try
        {
            await tls.AuthenticateAsClientAsync(
                new SslClientAuthenticationOptions
                {
                    TargetHost = "127.0.0.1",
                    ClientCertificates = certificate is null ? null : [certificate],
                    RemoteCertificateValidationCallback = (_, server, _, _) => _pki.Vouches((X509Certificate2)server!),
                },
                Cancel);
            await tls.WriteAsync("GET /-/healthy HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"u8.ToArray(), Cancel);
            return Encoding.ASCII.GetString(await ToEnd(tls)).StartsWith("HTTP/1.1 200", StringComparison.Ordinal);
        }
        catch (Exception e) when (e is AuthenticationException or IOException)
        {
            return false;
        }
    }

    /// <summary>The lines of the log that say so, of which there has to be one, and soon.</summary>
    public async Task<string> Logged(string what)
    {
        for (var tries = 0; ; tries++)
        {
            var lines = _server.Said.Where(line => line.Contains("msg=refused", StringComparison.Ordinal) && line.Contains(what, StringComparison.Ordinal)).ToList();
            if (lines.Count > 0 || tries == 50)
            {
                return Assert.Single(lines);
            }

            await Task.Delay(100, Cancel);
        }
    }

    public ValueTask DisposeAsync()
    {
        _server.Dispose();
        _directory.Dispose();
        _pki.Dispose();
        return ValueTask.CompletedTask;
    }

    public static async Task<byte[]> ToEnd(Stream stream)
    {
        var all = new MemoryStream();
        try
        {
            await stream.CopyToAsync(all, Cancel);
        }
        catch (IOException)
        {
            // Hung up on.
        }

        return all.ToArray();
    }

    private static void WriteServer(Pki pki, TemporaryDirectory directory)
    {
        using var server = pki.Server();
        directory.Write("server.key", Pki.KeyPem(server));
        directory.Write("server.crt", server.ExportCertificatePem());
    }

    private static string[] Arguments(string root, string config) => [$"--path.rootfs={root}", $"--web.config.file={config}"];

    /// <summary>Connects from an address that is not the one the others come from.</summary>
    private static SocketsHttpHandler Handler(Pki pki) => new()
    {
        ConnectCallback = async (target, cancel) =>
        {
            var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            socket.Bind(new IPEndPoint(IPAddress.Parse("127.0.0.2"), 0));
            await socket.ConnectAsync(target.DnsEndPoint, cancel);
            return new NetworkStream(socket, ownsSocket: true);
        },
        SslOptions = new SslClientAuthenticationOptions
        {
            ClientCertificates = [pki.Client(names => names.AddDnsName(ClientName))],
            RemoteCertificateValidationCallback = (_, server, _, _) => pki.Vouches((X509Certificate2)server!),
        },
    };
}
