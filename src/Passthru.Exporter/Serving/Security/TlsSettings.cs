using System.Collections.Immutable;
using System.Net.Security;
using System.Security.Authentication;

namespace Passthru.Exporter.Serving.Security;

/// <summary>The section <c>tls_server_config</c>.</summary>
internal sealed record TlsSettings
{
    /// <summary>The server's certificate, then those between it and its CA.</summary>
    public required PemSource Certificate { get; init; }

    public required PemSource Key { get; init; }

    /// <summary>CAs of clients; null where no client certificate is verified.</summary>
    public PemSource? ClientCa { get; init; }

    public ClientAuth ClientAuth { get; init; }

    /// <summary>Names of which a client's certificate has to have one; empty: any name will do.</summary>
    public ImmutableArray<string> ClientAllowedSans { get; init; } = [];

    public SslProtocols Protocols { get; init; } = SslProtocols.Tls12 | SslProtocols.Tls13;

    /// <summary>Empty: those of OpenSSL.</summary>
    public ImmutableArray<TlsCipherSuite> CipherSuites { get; init; } = [];

    /// <summary>The files that the section names.</summary>
    public IEnumerable<string> Files => new[] { Certificate.File, Key.File, ClientCa?.File }.OfType<string>();
}

/// <summary>PEM, from a file or as it stands in the configuration: one of the two.</summary>
internal sealed record PemSource(string? File, string? Text)
{
    public string Read() => Text ?? Configuration.SettingsSource.TextOf(File!);

    /// <summary>For messages.</summary>
    public string Name(string key) => File ?? key;
}

/// <summary>What is asked of clients, in the words of Go's <c>tls.ClientAuthType</c>.</summary>
internal enum ClientAuth
{
    NoClientCert,
    RequestClientCert,
    RequireAnyClientCert,
    VerifyClientCertIfGiven,
    RequireAndVerifyClientCert,
}
