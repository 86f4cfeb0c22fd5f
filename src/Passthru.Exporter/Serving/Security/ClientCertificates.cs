using System.Collections.Immutable;
using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Passthru.Exporter.Serving.Security;

/// <summary>What a client's certificate has to be.</summary>
internal sealed class ClientCertificates(ClientAuth auth, ImmutableArray<string> allowedNames, X509Certificate2Collection authorities)
{
    private const string ForClients = "1.3.6.1.5.5.7.3.2";

    private bool IsRequired => auth is ClientAuth.RequireAnyClientCert or ClientAuth.RequireAndVerifyClientCert;

    private bool IsVerified => auth is ClientAuth.VerifyClientCertIfGiven or ClientAuth.RequireAndVerifyClientCert;

    /// <summary>Trusts the given authorities alone, and fetches nothing from anywhere.</summary>
    public X509ChainPolicy Policy()
    {
        var policy = new X509ChainPolicy
        {
            TrustMode = X509ChainTrustMode.CustomRootTrust,
            RevocationMode = X509RevocationMode.NoCheck,
            DisableCertificateDownloads = true,
        };
        policy.ApplicationPolicy.Add(new Oid(ForClients));
        policy.CustomTrustStore.AddRange(authorities);
        return policy;
    }

    /// <summary>Why a client is refused; null: it is not.</summary>
    /// <param name="certificate">Its certificate, if it sent one.</param>
    /// <param name="chain">From there to an authority, as far as it goes.</param>
    /// <param name="errors">What is wrong with that.</param>
    public string? Refusal(X509Certificate2? certificate, X509Chain? chain, SslPolicyErrors errors)
    {
        if (certificate is null)
        {
            return IsRequired ? "no client certificate" : null;
        }

        if (IsVerified && errors != SslPolicyErrors.None)
        {
            return $"client certificate {certificate.Subject}: {Trouble(chain) ?? errors.ToString()}";
        }

        return allowedNames.Length == 0 || AlternativeNames.Read(certificate).Any(name => allowedNames.Contains(name))
            ? null
            : $"client certificate {certificate.Subject}: none of its names is allowed";
    }

    private static string? Trouble(X509Chain? chain) =>
        chain is { ChainStatus: { Length: > 0 } statuses } ? string.Join(", ", statuses.Select(status => status.Status)) : null;
}
