using System.Security.Cryptography.X509Certificates;
using Passthru.Tests.Support;

namespace Passthru.Tests.EndToEnd.Security;

/// <summary>Who gets in with which certificate.</summary>
public sealed class CertificateTests(WrittenHosts hosts)
{
    [Theory]
    [InlineData("none", "no client certificate")]
    [InlineData("expired", "NotTimeValid")]
    [InlineData("of another authority", "PartialChain")]
    [InlineData("of another authority of the same name", "")]
    [InlineData("for servers", "NotValidForUsage")]
    [InlineData("another name", "none of its names is allowed")]
    [InlineData("no name", "none of its names is allowed")]
    public async Task Whoever_should_not_get_in_does_not(string which, string logged)
    {
        await using var server = await Protected.WithClientCertificates(hosts.Root("vmd"));
        using var other = new Pki(which.EndsWith("same name", StringComparison.Ordinal) ? null : "Another authority");
        using var certificate = Certificate(which, server.Pki, other);

        for (var i = 0; i < 3; i++)
        {
            Assert.False(await server.Takes(certificate));
            await server.Scrapes();
        }

        Assert.Contains(logged, await server.Logged("reason=\"client certificate\" from=127.0.0.1"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("RequestClientCert", "none", true)]
    [InlineData("RequestClientCert", "of another authority", true)]
    [InlineData("RequireAnyClientCert", "none", false)]
    [InlineData("RequireAnyClientCert", "of another authority", true)]
    [InlineData("VerifyClientCertIfGiven", "none", true)]
    [InlineData("VerifyClientCertIfGiven", "of another authority", false)]
    [InlineData("VerifyClientCertIfGiven", "good", true)]
    [InlineData("RequireAndVerifyClientCert", "good", true)]
    public async Task Each_way_to_ask_clients_is_that_of_Go(string type, string which, bool gets)
    {
        var verifies = type.Contains("Verify", StringComparison.Ordinal);
        await using var server = await Protected.WithTls(hosts.Root("vmd"), $"  client_auth_type: {type}\n{(verifies ? "  client_ca_file: ca.crt\n" : "")}");
        using var other = new Pki("Another authority");
        using var certificate = Certificate(which, server.Pki, other);

        Assert.Equal(gets, await server.Takes(certificate));
    }

    [Fact]
    public async Task An_authority_between_may_be_known_to_the_server_alone()
    {
        await using var server = await Protected.WithClientCertificates(hosts.Root("vmd"));
        using var between = new Pki("Between", server.Pki);
        using var certificate = between.Client(names => names.AddDnsName("prom.example.org"));
        Assert.False(await server.Takes(certificate));

        server.Write("ca.crt", $"{between.AuthorityPem}\n{server.Pki.AuthorityPem}\n");
        Assert.True(await server.Takes(certificate));
    }

    [Theory]
    [InlineData("true", "2.0")]
    [InlineData("false", "1.1")]
    public async Task HTTP_2_is_spoken_as_the_file_says(string http2, string version)
    {
        await using var server = await Protected.WithTls(hosts.Root("vmd"), more: $"http_server_config:\n  http2: {http2}\n");
        using var request = new HttpRequestMessage(HttpMethod.Get, "/metrics") { Version = new Version(2, 0), VersionPolicy = HttpVersionPolicy.RequestVersionOrLower };
        using var answer = await server.Server.Client.SendAsync(request, TestContext.Current.CancellationToken);
        Assert.Equal(version, answer.Version.ToString());
        Assert.True(answer.IsSuccessStatusCode);
    }

    [Theory]
    [InlineData("-tls1_2", "TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256", "ECDHE-ECDSA-CHACHA20-POLY1305")]
    [InlineData("-tls1_2", "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256", "ECDHE-ECDSA-AES128-GCM-SHA256")]
    [InlineData("-tls1_3", "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256", "TLS_A")]
    public async Task Cipher_suites_are_those_of_the_file(string version, string suite, string spoken)
    {
        await using var server = await Protected.WithTls(hosts.Root("vmd"), $"  cipher_suites: [{suite}]\n");
        var (_, said) = await Tools.Run("", "openssl", "s_client", "-connect", server.Server.Address, version);
        Assert.Contains($"Cipher is {spoken}", said, StringComparison.Ordinal);
    }

    private static X509Certificate2? Certificate(string which, Pki own, Pki other) => which switch
    {
        "none" => null,
        "good" => own.Client(names => names.AddDnsName("prom.example.org")),
        "expired" => own.ExpiredClient(),
        "for servers" => own.ServerAsClient(),
        "another name" => own.Client(names => names.AddDnsName("grafana.example.org")),
        "no name" => own.Client(null),
        _ => other.Client(names => names.AddDnsName("prom.example.org")),
    };
}
