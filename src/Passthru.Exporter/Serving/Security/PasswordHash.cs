using System.Globalization;

namespace Passthru.Exporter.Serving.Security;

/// <summary>bcrypt hashes as htpasswd and others write them: <c>$2y$10$</c>, 22 characters of salt, 31 of hash.</summary>
internal static class PasswordHash
{
    /// <summary>bcrypt looks at no more, in bytes; of a longer password only a part would count.</summary>
    public const int LongestPassword = 72;

    /// <summary>A check of this cost takes some seconds; above, no scraper would wait for it.</summary>
    private const int HighestCost = 15;

    /// <summary>What is wrong with a hash; null: nothing. Never tells of the hash itself.</summary>
    public static string? Trouble(string hash)
    {
        if (hash.Length != 60 || hash[..2] != "$2" || hash[2] is not ('a' or 'b' or 'y') || hash[3] != '$' || hash[6] != '$' || !hash[7..].All(IsBase64))
        {
            return "not a bcrypt hash ($2a$, $2b$ or $2y$)";
        }

        return int.TryParse(hash[4..6], NumberStyles.None, CultureInfo.InvariantCulture, out var cost) && cost is >= 4 and <= HighestCost
            ? null
            : $"a bcrypt cost of {hash[4..6]}: 4 to {HighestCost} can be checked while a scraper waits";
    }

    private static bool IsBase64(char c) => char.IsAsciiLetterOrDigit(c) || c is '.' or '/';
}
