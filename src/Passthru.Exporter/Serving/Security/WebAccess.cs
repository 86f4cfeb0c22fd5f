namespace Passthru.Exporter.Serving.Security;

/// <summary>A web configuration at work: who gets in, how often, and with which headers.</summary>
internal sealed class WebAccess(WebConfig config, TimeProvider time)
{
    public IReadOnlyList<(string Name, string Value)> Headers => config.Headers;

    /// <summary>Null: plain HTTP.</summary>
    public TlsIdentity? Tls { get; } = config.Tls is null ? null : new TlsIdentity(config.Tls, config.Http2);

    /// <summary>Null: nobody is asked for one.</summary>
    public Passwords? Passwords { get; } = config.Users.IsEmpty ? null : new Passwords(config.Users, (password, hash) => BCrypt.Net.BCrypt.Verify(password, hash));

    /// <summary>Null: no limit.</summary>
    public TokenBucket? Limit { get; } = config.RateLimit is null ? null : new TokenBucket(config.RateLimit, time);
}
