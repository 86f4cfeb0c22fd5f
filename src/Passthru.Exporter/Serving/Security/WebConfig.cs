using System.Collections.Immutable;

namespace Passthru.Exporter.Serving.Security;

/// <summary>What a web configuration file says, in the terms of exporter-toolkit's format.</summary>
internal sealed record WebConfig
{
    public static readonly WebConfig None = new();

    /// <summary>Null: plain HTTP.</summary>
    public TlsSettings? Tls { get; init; }

    /// <summary>Whether HTTP/2 is offered; it takes TLS.</summary>
    public bool Http2 { get; init; } = true;

    /// <summary>Headers of every answer.</summary>
    public ImmutableArray<(string Name, string Value)> Headers { get; init; } = [];

    /// <summary>bcrypt hashes by user; empty: nobody is asked for a password.</summary>
    public ImmutableDictionary<string, string> Users { get; init; } = ImmutableDictionary<string, string>.Empty;

    /// <summary>Null: no limit.</summary>
    public RateLimit? RateLimit { get; init; }
}

/// <param name="Interval">Time between two requests, in the long run; more than 0.</param>
/// <param name="Burst">Requests that may come at once; 1 or more.</param>
internal sealed record RateLimit(TimeSpan Interval, int Burst);
