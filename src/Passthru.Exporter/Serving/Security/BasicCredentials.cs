using System.Text;

namespace Passthru.Exporter.Serving.Security;

/// <summary>The header Authorization of basic authentication (RFC 7617), in UTF-8.</summary>
internal sealed record BasicCredentials(string User, string Password)
{
    private const string Scheme = "Basic ";
    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>Null: it is no such header, or one that can't be right.</summary>
    public static BasicCredentials? Parse(string? header)
    {
        if (header is null || !header.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase) || Decode(header[Scheme.Length..]) is not { } text)
        {
            return null;
        }

        var colon = text.IndexOf(':', StringComparison.Ordinal);
        return colon < 0 || text.Any(char.IsControl) || Encoding.UTF8.GetByteCount(text.AsSpan(colon + 1)) > PasswordHash.LongestPassword
            ? null
            : new BasicCredentials(text[..colon], text[(colon + 1)..]);
    }

    public static bool IsUser(string name) => !name.Any(c => c == ':' || char.IsControl(c));

    /// <summary>Not for logs.</summary>
    public override string ToString() => User;

    private static string? Decode(string base64)
    {
        var bytes = new byte[base64.Length];
        try
        {
            return Convert.TryFromBase64String(base64, bytes, out var length) ? Strict.GetString(bytes, 0, length) : null;
        }
        catch (DecoderFallbackException)
        {
            return null;
        }
    }
}
