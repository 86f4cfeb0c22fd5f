using System.Net.Security;
using System.Security.Authentication;
using CsCheck;
using Passthru.Exporter.Configuration;
using Passthru.Exporter.Serving.Security;

namespace Passthru.Tests.Exporter.Serving;

/// <summary>The web configuration file: what it takes, and how it says what it does not take.</summary>
public sealed class WebConfigFileTests
{
    private const string Hash = "$2y$10$abcdefghijklmnopqrstuuAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";
    private const string Tls = "tls_server_config:\n  cert_file: s.crt\n  key_file: /k/s.key\n";

    [Fact]
    public void Everything_that_the_format_has_and_we_can()
    {
        var config = Parse($"""
            tls_server_config:
              cert_file: s.crt
              key_file: /k/s.key
              client_auth_type: RequireAndVerifyClientCert
              client_ca_file: ca.crt
              client_allowed_sans: [prom.example.org, 10.0.0.1]
              min_version: TLS12
              max_version: TLS13
              cipher_suites: [TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384, TLS_AES_128_GCM_SHA256]
              prefer_server_cipher_suites: true
              curve_preferences: []
            http_server_config:
              http2: false
              headers:
                Strict-Transport-Security: max-age=31536000
                X-Frame-Options: deny
                X-XSS-Protection: ""
            basic_auth_users:
              prometheus: {Hash}
            rate_limit:
              interval: 250ms
              burst: 20
            """);

        var tls = config.Tls!;
        Assert.Equal(("/etc/x/s.crt", "/k/s.key", "/etc/x/ca.crt"), (tls.Certificate.File, tls.Key.File, tls.ClientCa?.File));
        Assert.Equal(ClientAuth.RequireAndVerifyClientCert, tls.ClientAuth);
        Assert.Equal(["prom.example.org", "10.0.0.1"], tls.ClientAllowedSans);
        Assert.Equal(SslProtocols.Tls12 | SslProtocols.Tls13, tls.Protocols);
        Assert.Equal([TlsCipherSuite.TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384, TlsCipherSuite.TLS_AES_128_GCM_SHA256], tls.CipherSuites);
        Assert.False(config.Http2);
        Assert.Equal([("Strict-Transport-Security", "max-age=31536000"), ("X-Frame-Options", "deny")], config.Headers);
        Assert.Equal(Hash, config.Users["prometheus"]);
        Assert.Equal(new RateLimit(TimeSpan.FromMilliseconds(250), 20), config.RateLimit);
    }

    [Theory]
    [InlineData("")]
    [InlineData("{}\n")]
    [InlineData("tls_server_config:\nbasic_auth_users:\nhttp_server_config:\nrate_limit:\n")]
    [InlineData("tls_server_config: {}\nrate_limit: {interval: 0}\n")]
    public void Nothing_is_plain_HTTP_for_everybody(string text)
    {
        var config = Parse(text);
        Assert.Null(config.Tls);
        Assert.Empty(config.Users);
        Assert.Null(config.RateLimit);
        Assert.True(config.Http2);
    }

    [Fact]
    public void Certificates_may_stand_in_the_file_itself()
    {
        var tls = Parse("tls_server_config:\n  cert: |\n    PEM 1\n  key: PEM 2\n  client_ca: PEM 3\n  client_auth_type: VerifyClientCertIfGiven\n").Tls!;
        Assert.Equal(("PEM 1\n", "PEM 2", "PEM 3"), (tls.Certificate.Read(), tls.Key.Read(), tls.ClientCa!.Read()));
        Assert.Empty(tls.Files);
    }

    [Theory]
    [InlineData("NoClientCert", "", "NoClientCert")]
    [InlineData("RequestClientCert", "", "RequestClientCert")]
    [InlineData("RequireClientCert", "", "RequireAnyClientCert")]
    [InlineData("RequireAnyClientCert", "  client_allowed_sans: [a]\n", "RequireAnyClientCert")]
    [InlineData("VerifyClientCertIfGiven", "  client_ca_file: ca\n", "VerifyClientCertIfGiven")]
    public void Clients_are_asked_as_Go_asks(string type, string more, string auth) =>
        Assert.Equal(auth, Parse($"{Tls}  client_auth_type: {type}\n{more}").Tls!.ClientAuth.ToString());

    [Theory]
    [InlineData("tls_server: {}\n", "1:1: unknown key tls_server")]
    [InlineData("basic_auth_user: {}\n", "1:1: unknown key basic_auth_user, did you mean basic_auth_users?")]
    [InlineData("tls_server_config:\n  certfile: a\n", "2:3: unknown key certfile, did you mean cert_file?")]
    [InlineData("tls_server_config:\n  cert_file: a\n", "2:3: key_file (or key) is missing")]
    [InlineData("tls_server_config:\n  key_file: a\n", "2:3: cert_file (or cert) is missing")]
    [InlineData("tls_server_config:\n  cert_file: a\n  cert: b\n  key: c\n", "3:9: cert and cert_file: one of the two")]
    [InlineData(Tls + "  min_version: TLS10\n", "4:16: TLS10 is not offered: TLS12 is the least")]
    [InlineData(Tls + "  min_version: TLS11\n", "4:16: TLS11 is not offered: TLS12 is the least")]
    [InlineData(Tls + "  max_version: SSL30\n", "4:16: a version is TLS12 or TLS13")]
    [InlineData(Tls + "  min_version: TLS13\n  max_version: TLS12\n", "4:16: min_version is above max_version")]
    [InlineData(Tls + "  cipher_suites: [TLS_RSA_WITH_RC4_128_SHA]\n", "4:19: 'TLS_RSA_WITH_RC4_128_SHA' is not known here")]
    [InlineData(Tls + "  curve_preferences: [X25519]\n", "4:22: curve_preferences cannot be set here; OpenSSL and its configuration decide")]
    [InlineData(Tls + "  prefer_server_cipher_suites: false\n", "4:32: prefer_server_cipher_suites is always true here")]
    [InlineData(Tls + "  client_auth_type: RequireAndVerifyClientCerts\n  client_ca_file: a\n", "4:21: 'RequireAndVerifyClientCerts' is not known here, did you mean RequireAndVerifyClientCert?")]
    [InlineData(Tls + "  client_auth_type: RequireAndVerifyClientCert\n", "4:21: client_ca_file (or client_ca) is missing: the system's CAs say nothing about who may scrape")]
    [InlineData(Tls + "  client_ca_file: a\n", "2:3: a client CA without client_auth_type; RequireAndVerifyClientCert is the one that protects")]
    [InlineData(Tls + "  client_allowed_sans: [a]\n", "4:24: client_allowed_sans takes client_auth_type RequireAndVerifyClientCert or RequireAnyClientCert")]
    [InlineData(Tls + "  client_auth_type: RequireAnyClientCert\n  client_allowed_sans: []\n", "5:24: client_allowed_sans is empty")]
    [InlineData("http_server_config:\n  http2: maybe\n", "2:10: expected true or false")]
    [InlineData("http_server_config:\n  headers:\n    X-Powered-By: us\n", "3:5: unknown key X-Powered-By")]
    [InlineData("http_server_config:\n  headers:\n    X-Frame-Options: allow\n", "3:22: X-Frame-Options is one of: deny, sameorigin")]
    [InlineData("http_server_config:\n  headers:\n    X-XSS-Protection: \"1\\r\\nSet-Cookie: a\"\n", "3:23: X-XSS-Protection: a header is printable ASCII")]
    [InlineData("basic_auth_users: [a]\n", "1:19: expected users, each with a bcrypt hash")]
    [InlineData("basic_auth_users:\n  a: secret\n", "2:6: not a bcrypt hash ($2a$, $2b$ or $2y$)")]
    [InlineData("basic_auth_users:\n  a:\n", "2:5: expected a word")]
    [InlineData("basic_auth_users:\n  \"a:b\": " + Hash + "\n", "2:3: a user's name has no colon and no control characters")]
    [InlineData("basic_auth_users:\n  a: $2y$20$abcdefghijklmnopqrstuuAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\n", "2:6: a bcrypt cost of 20: 4 to 15 can be checked while a scraper waits")]
    [InlineData("basic_auth_users:\n  a: $2x$10$abcdefghijklmnopqrstuuAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\n", "2:6: not a bcrypt hash ($2a$, $2b$ or $2y$)")]
    [InlineData("rate_limit:\n  interval: soon\n  burst: 1\n", "2:13: 'soon' is no duration (500ms, 1s, 1m30s)")]
    [InlineData("rate_limit:\n  interval: 1s\n", "2:3: burst is a number of requests, 1 or more; with less no request would be answered")]
    [InlineData("rate_limit:\n  interval: 1s\n  burst: 0\n", "3:10: burst is a number of requests, 1 or more; with less no request would be answered")]
    public void What_cannot_be_done_is_refused_by_line_and_column(string text, string message) =>
        Assert.Equal($"/etc/x/web.yml:{message}", Assert.Throws<SettingsException>(() => Parse(text)).Message);

    [Fact]
    public void Any_text_is_a_configuration_or_a_message_with_its_place() =>
        Gen.String.Sample(text =>
        {
            try
            {
                Parse(text);
            }
            catch (SettingsException e)
            {
                Assert.Matches(@"^/etc/x/web\.yml:\d+:\d+: ", e.Message);
            }
        });

    [Theory]
    [InlineData("1s", 1000)]
    [InlineData("500ms", 500)]
    [InlineData("1m30s", 90_000)]
    [InlineData("1.5h", 5_400_000)]
    [InlineData("2000us", 2)]
    [InlineData("0", 0)]
    [InlineData("0s", 0)]
    public void Durations_are_those_of_Go(string text, double milliseconds) =>
        Assert.Equal(TimeSpan.FromMilliseconds(milliseconds), GoDuration.Parse(text));

    [Theory]
    [InlineData("")]
    [InlineData("1")]
    [InlineData("-1s")]
    [InlineData("1d")]
    [InlineData("s")]
    [InlineData("1.2.3s")]
    [InlineData("25h")]
    [InlineData("99999999999999999999h")]
    public void What_is_no_duration_or_too_long_is_none(string text) => Assert.Null(GoDuration.Parse(text));

    private static WebConfig Parse(string text) => WebConfigFile.Parse(text, "/etc/x/web.yml");
}
