using System.Collections.Immutable;
using System.Security.Authentication;
using Passthru.Exporter.Configuration;
using Passthru.Exporter.Text;
using YamlDotNet.RepresentationModel;

namespace Passthru.Exporter.Serving.Security;

/// <summary>Understands <c>tls_server_config</c>.</summary>
/// <param name="yaml">The file.</param>
/// <param name="directory">Where files that it names are.</param>
internal sealed class TlsSection(YamlFile yaml, string directory)
{
    private static readonly Dictionary<string, ClientAuth> ClientAuths = new()
    {
        ["NoClientCert"] = ClientAuth.NoClientCert,
        ["RequestClientCert"] = ClientAuth.RequestClientCert,
        ["RequireAnyClientCert"] = ClientAuth.RequireAnyClientCert,
        ["RequireClientCert"] = ClientAuth.RequireAnyClientCert,
        ["VerifyClientCertIfGiven"] = ClientAuth.VerifyClientCertIfGiven,
        ["RequireAndVerifyClientCert"] = ClientAuth.RequireAndVerifyClientCert,
    };

    /// <exception cref="SettingsException">It says what it can't.</exception>
    public TlsSettings Read(YamlNode node)
    {
        var keys = yaml.Keys(
            node, "cert_file", "key_file", "client_auth_type", "client_ca_file", "client_allowed_sans", "min_version", "max_version",
            "cert", "key", "client_ca", "cipher_suites", "prefer_server_cipher_suites", "curve_preferences");
        RefuseWhatOpenSslDecides(keys);
        var settings = new TlsSettings
        {
            Certificate = Pem(keys, "cert") ?? throw yaml.Refuse(node, "cert_file (or cert) is missing"),
            Key = Pem(keys, "key") ?? throw yaml.Refuse(node, "key_file (or key) is missing"),
            ClientCa = Pem(keys, "client_ca"),
            ClientAuth = keys.TryGetValue("client_auth_type", out var auth) ? OneOf(auth, ClientAuths) : ClientAuth.NoClientCert,
            ClientAllowedSans = keys.TryGetValue("client_allowed_sans", out var sans) ? Sans(sans) : [],
            Protocols = ReadProtocols(keys),
            CipherSuites = keys.TryGetValue("cipher_suites", out var suites) ? [.. yaml.List(suites).Select(suite => OneOf(suite, CipherSuites.ByName))] : [],
        };
        RefuseContradiction(settings, keys, node);
        return settings;
    }

    private void RefuseWhatOpenSslDecides(Dictionary<string, YamlNode> keys)
    {
        if (keys.TryGetValue("curve_preferences", out var curves) && yaml.List(curves).Any())
        {
            throw yaml.Refuse(curves, "curve_preferences cannot be set here; OpenSSL and its configuration decide");
        }

        if (keys.TryGetValue("prefer_server_cipher_suites", out var prefer) && !yaml.Boolean(prefer))
        {
            throw yaml.Refuse(prefer, "prefer_server_cipher_suites is always true here");
        }
    }

    private void RefuseContradiction(TlsSettings settings, Dictionary<string, YamlNode> keys, YamlNode section)
    {
        var verifies = settings.ClientAuth is ClientAuth.VerifyClientCertIfGiven or ClientAuth.RequireAndVerifyClientCert;
        if (verifies && settings.ClientCa is null)
        {
            throw yaml.Refuse(keys["client_auth_type"], "client_ca_file (or client_ca) is missing: the system's CAs say nothing about who may scrape");
        }

        if (settings.ClientAuth == ClientAuth.NoClientCert && settings.ClientCa is not null)
        {
            throw yaml.Refuse(section, "a client CA without client_auth_type; RequireAndVerifyClientCert is the one that protects");
        }

        if (settings.ClientAllowedSans.Length > 0 && settings.ClientAuth is not (ClientAuth.RequireAnyClientCert or ClientAuth.RequireAndVerifyClientCert))
        {
            throw yaml.Refuse(keys["client_allowed_sans"], "client_allowed_sans takes client_auth_type RequireAndVerifyClientCert or RequireAnyClientCert");
        }
    }

    private PemSource? Pem(Dictionary<string, YamlNode> keys, string key)
    {
        var text = keys.GetValueOrDefault(key);
        var file = keys.GetValueOrDefault($"{key}_file");
        return (text, file) switch
        {
            ({ } both, not null) => throw yaml.Refuse(both, $"{key} and {key}_file: one of the two"),
            ({ } inline, null) => new PemSource(null, yaml.Text(inline)),
            (null, { } path) => new PemSource(Path.GetFullPath(yaml.Text(path), directory), null),
            _ => null,
        };
    }

    private ImmutableArray<string> Sans(YamlNode node) =>
        yaml.Texts(node) is { Length: > 0 } sans ? sans : throw yaml.Refuse(node, "client_allowed_sans is empty");

    private SslProtocols ReadProtocols(Dictionary<string, YamlNode> keys)
    {
        var least = keys.TryGetValue("min_version", out var from) ? ReadVersion(from) : SslProtocols.Tls12;
        var most = keys.TryGetValue("max_version", out var to) ? ReadVersion(to) : SslProtocols.Tls13;
        return least <= most ? least | most : throw yaml.Refuse(from!, "min_version is above max_version");
    }

    private SslProtocols ReadVersion(YamlNode node) => yaml.Text(node) switch
    {
        "TLS13" => SslProtocols.Tls13,
        "TLS12" => SslProtocols.Tls12,
        "TLS10" or "TLS11" => throw yaml.Refuse(node, $"{yaml.Text(node)} is not offered: TLS12 is the least"),
        _ => throw yaml.Refuse(node, "a version is TLS12 or TLS13"),
    };

    private T OneOf<T>(YamlNode node, IReadOnlyDictionary<string, T> values)
    {
        var text = yaml.Text(node);
        return values.TryGetValue(text, out var value) ? value
            : throw yaml.Refuse(node, $"'{text}' is not known here{(DidYouMean.Nearest(text, values.Keys) is { } nearest ? $", did you mean {nearest}?" : "")}");
    }
}
