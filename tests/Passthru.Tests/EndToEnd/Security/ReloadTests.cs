using System.Net;
using System.Security.Cryptography.X509Certificates;
using Passthru.Tests.Support;

namespace Passthru.Tests.EndToEnd.Security;

/// <summary>The published program while the files of its web configuration change, and with those that can't be used.</summary>
public sealed class ReloadTests(WrittenHosts hosts)
{
    private const string Reloaded = "passthru_config_last_reload_successful";

    [Fact]
    public async Task A_new_user_is_known_at_once_and_the_old_one_no_more()
    {
        await using var server = await Protected.WithPassword(hosts.Root("vmd"));
        var (before, after) = (Protected.Basic(Protected.User, Protected.Password).ToString(), Protected.Basic("other", "secret").ToString());
        Assert.Equal([HttpStatusCode.OK, HttpStatusCode.Unauthorized], [await server.Ask(before), await server.Ask(after)]);

        server.Write("web.yml", $"basic_auth_users:\n  other: {BCrypt.Net.BCrypt.HashPassword("secret", 4)}\n");
        Assert.Equal([HttpStatusCode.Unauthorized, HttpStatusCode.OK], [await server.Ask(before), await server.Ask(after)]);
    }

    [Fact]
    public async Task A_bad_file_leaves_what_held_before_and_is_told_once()
    {
        await using var server = await Protected.WithPassword(hosts.Root("vmd"));
        server.Write("web.yml", "basic_auth_users:\n  other: secret\n");
        for (var i = 0; i < 3; i++)
        {
            Assert.Contains($"{Reloaded} 0", await server.Server.Client.GetStringAsync("/metrics", TestContext.Current.CancellationToken), StringComparison.Ordinal);
        }

        Assert.Contains("web.yml:2:10: not a bcrypt hash", Assert.Single(server.Server.Said, line => line.Contains("not reloaded", StringComparison.Ordinal)), StringComparison.Ordinal);

        server.Write("web.yml", Protected.Users());
        Assert.Contains($"{Reloaded} 1", await server.Server.Client.GetStringAsync("/metrics", TestContext.Current.CancellationToken), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_renewed_certificate_is_shown_without_a_restart_even_if_its_key_comes_later()
    {
        await using var server = await Protected.WithTls(hosts.Root("vmd"));
        var first = await SerialNumber(server);
        using (var renewed = server.Pki.Server())
        {
            server.Write("server.crt", renewed.ExportCertificatePem());
            Assert.Equal(first, await SerialNumber(server));
            server.Write("server.key", Pki.KeyPem(renewed));
            Assert.Equal(renewed.SerialNumber, await SerialNumber(server));
        }

        await server.Scrapes();
    }

    [Fact]
    public async Task Another_authority_of_clients_holds_at_once()
    {
        await using var server = await Protected.WithClientCertificates(hosts.Root("vmd"));
        using var other = new Pki("Another authority");
        using var certificate = other.Client(names => names.AddDnsName("prom.example.org"));
        Assert.False(await server.Takes(certificate));

        server.Write("ca.crt", other.AuthorityPem);
        Assert.True(await server.Takes(certificate));
    }

    [Fact]
    public async Task TLS_is_not_switched_off_by_a_file()
    {
        await using var server = await Protected.WithTls(hosts.Root("vmd"));
        server.Write("web.yml", "");
        await server.Scrapes();
        Assert.Contains(server.Server.Said, line => line.Contains("to switch TLS on or off takes a restart", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("basic_auth_users:\n  a: b\n", ":2:6: not a bcrypt hash ($2a$, $2b$ or $2y$)")]
    [InlineData("tls_server_config:\n  cert_file: none.crt\n  key_file: none.key\n", "none.crt")]
    [InlineData("tls_server_config:\n  cert: no PEM\n  key: no PEM\n", "cert with key: ")]
    public async Task A_file_that_cannot_be_used_is_one_line_and_1(string text, string message)
    {
        using var directory = new TemporaryDirectory();
        var file = directory.Write("web.yml", text);
        var (code, _, errors) = await Published.Run("serve", $"--path.rootfs={hosts.Root("vmd")}", $"--web.config.file={file}");
        Assert.Equal(1, code);
        Assert.Contains(message, Assert.Single(errors.TrimEnd('\n').Split('\n')), StringComparison.Ordinal);
    }

    private static async Task<string?> SerialNumber(Protected server)
    {
        using var connection = await server.Connect();
        await using var tls = new System.Net.Security.SslStream(new System.Net.Sockets.NetworkStream(connection), false, (_, certificate, _, _) => server.Pki.Vouches((X509Certificate2)certificate!));
        await tls.AuthenticateAsClientAsync("127.0.0.1");
        return ((X509Certificate2)tls.RemoteCertificate!).SerialNumber;
    }
}
