namespace Passthru.Exporter.Serving.Security;

/// <summary>A web configuration at work: who gets in, how often, and with which headers.</summary>
/// <param name="config">What the file says.</param>
/// <param name="time">The clock.</param>
/// <param name="before">What held before: passwords that were right stay known as long as the hash of their user does.</param>
internal sealed class WebAccess(WebConfig config, TimeProvider time, WebAccess? before = null)
{
    public IReadOnlyList<(string Name, string Value)> Headers => config.Headers;

    /// <summary>Null: plain HTTP.</summary>
    public TlsIdentity? Tls { get; } = config.Tls is null ? null : new TlsIdentity(config.Tls, config.Http2);

    /// <summary>Null: nobody is asked for one.</summary>
    public Passwords? Passwords { get; } = config.Users.IsEmpty ? null : new Passwords(config.Users, (password, hash) => BCrypt.Net.BCrypt.Verify(password, hash), before?.Passwords);

    /// <summary>Null: no limit.</summary>
    public TokenBuckets? Limit { get; } = config.RateLimit is null ? null : new TokenBuckets(config.RateLimit, time);
}
