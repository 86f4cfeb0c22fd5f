using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Passthru.Tests.Support;

/// <summary>An authority of the test's own, and certificates of it.</summary>
internal sealed class Pki : IDisposable
{
    private const string ForServers = "1.3.6.1.5.5.7.3.1";
    private const string ForClients = "1.3.6.1.5.5.7.3.2";
    private static readonly DateTimeOffset Now = DateTimeOffset.UtcNow;
    private readonly X509Certificate2 _authority;

    /// <param name="name">Of the authority.</param>
    /// <param name="above">Who signs its certificate; null: itself.</param>
    public Pki(string? name = null, Pki? above = null)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={name ?? "Authority of a test"}", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        _authority = above is null ? request.CreateSelfSigned(Now.AddDays(-30), Now.AddDays(30)) : Signed(request, key, above, Now.AddDays(29));
    }

    public string AuthorityPem => _authority.ExportCertificatePem();

    public X509Certificate2 Server() => Issue("server", ForServers, Now.AddDays(1), names => names.AddIpAddress(IPAddress.Loopback));

    /// <param name="names">Its alternative names; null: the extension is absent.</param>
    public X509Certificate2 Client(Action<SubjectAlternativeNameBuilder>? names) => Issue("client", ForClients, Now.AddDays(1), names);

    public X509Certificate2 ExpiredClient() => Issue("late", ForClients, Now.AddDays(-1), names => names.AddDnsName("prom.example.org"));

    /// <summary>Good, but not to be a client with.</summary>
    public X509Certificate2 ServerAsClient() => Issue("server", ForServers, Now.AddDays(1), names => names.AddDnsName("prom.example.org"));

    public static string KeyPem(X509Certificate2 certificate)
    {
        using var key = certificate.GetECDsaPrivateKey()!;
        return key.ExportPkcs8PrivateKeyPem();
    }

    /// <summary>Whether a server is the one with a certificate of this authority.</summary>
    public bool Vouches(X509Certificate2 certificate)
    {
        using var chain = new X509Chain();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        chain.ChainPolicy.CustomTrustStore.Add(_authority);
        return chain.Build(certificate);
    }

    public void Dispose() => _authority.Dispose();

    private X509Certificate2 Issue(string name, string use, DateTimeOffset until, Action<SubjectAlternativeNameBuilder>? names)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid(use)], false));
        if (names is not null)
        {
            var builder = new SubjectAlternativeNameBuilder();
            names(builder);
            request.CertificateExtensions.Add(builder.Build());
        }

        return Signed(request, key, this, until);
    }

    private static X509Certificate2 Signed(CertificateRequest request, ECDsa key, Pki by, DateTimeOffset until)
    {
        using var certificate = request.Create(by._authority, Now.AddDays(-20), until, RandomNumberGenerator.GetBytes(8));
        return certificate.CopyWithPrivateKey(key);
    }
}
