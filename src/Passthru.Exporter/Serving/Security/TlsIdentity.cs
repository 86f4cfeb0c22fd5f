using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Passthru.Exporter.Configuration;
using Passthru.Exporter.Serving.Connections;

namespace Passthru.Exporter.Serving.Security;

/// <summary>Who the server is to its clients, and whom it takes: <see cref="TlsSettings"/> with the files read.</summary>
internal sealed class TlsIdentity
{
    private readonly TlsSettings _settings;
    private readonly SslStreamCertificateContext _certificate;
    private readonly ClientCertificates? _clients;
    private readonly CipherSuitesPolicy? _suites;
    private readonly List<SslApplicationProtocol> _protocols;

    /// <exception cref="SettingsException">A file can't be read, or holds something else.</exception>
    public TlsIdentity(TlsSettings settings, bool http2)
    {
        _settings = settings;
        _certificate = Own(settings);
        _clients = settings.ClientAuth == ClientAuth.NoClientCert ? null : new ClientCertificates(settings.ClientAuth, settings.ClientAllowedSans, Authorities(settings.ClientCa));
#pragma warning disable CA1416 // This program is for Linux, where it works.
        _suites = settings.CipherSuites.IsEmpty ? null : new CipherSuitesPolicy(settings.CipherSuites.Union(CipherSuites.OfTls13));
#pragma warning restore CA1416
        _protocols = http2 ? [SslApplicationProtocol.Http2, SslApplicationProtocol.Http11] : [SslApplicationProtocol.Http11];
    }

    /// <summary>For one handshake.</summary>
    /// <param name="caller">Is told why it is refused.</param>
    public SslServerAuthenticationOptions For(ClientConnection caller) => new()
    {
        ServerCertificateContext = _certificate,
        EnabledSslProtocols = _settings.Protocols,
        CipherSuitesPolicy = _suites,
        ApplicationProtocols = _protocols,
        ClientCertificateRequired = _clients is not null,
        CertificateChainPolicy = _clients?.Policy(),
        // A session taken up again would be one that nobody looked at since it began.
        AllowTlsResume = _clients is null,
        RemoteCertificateValidationCallback = _clients is null ? null : (_, certificate, chain, errors) =>
        {
            caller.Refusal = _clients.Refusal((X509Certificate2?)certificate, chain, errors);
            return caller.Refusal is null;
        },
    };

    private static SslStreamCertificateContext Own(TlsSettings settings)
    {
        var (chain, key) = (settings.Certificate.Read(), settings.Key.Read());
        var name = $"{settings.Certificate.Name("cert")} with {settings.Key.Name("key")}";
        return Understood(name, "no certificate in PEM form with its own key", () =>
        {
            var between = new X509Certificate2Collection();
            between.ImportFromPem(chain);
            return SslStreamCertificateContext.Create(X509Certificate2.CreateFromPem(chain, key), between, offline: true);
        });
    }

    private static X509Certificate2Collection Authorities(PemSource? source)
    {
        var authorities = new X509Certificate2Collection();
        if (source?.Read() is { } text)
        {
            Understood(source.Name("client_ca"), "no certificates in PEM form", () =>
            {
                authorities.ImportFromPem(text);
                return 0;
            });
            if (!authorities.Any(authority => authority.SubjectName.RawData.AsSpan().SequenceEqual(authority.IssuerName.RawData)))
            {
                throw new SettingsException($"{source.Name("client_ca")}: no root certificate in it");
            }
        }

        return authorities;
    }

    private static T Understood<T>(string name, string what, Func<T> read)
    {
        try
        {
            return read();
        }
        catch (Exception e) when (e is CryptographicException or ArgumentException)
        {
            throw new SettingsException($"{name}: {what}");
        }
    }
}
