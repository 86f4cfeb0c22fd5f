using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;

namespace Passthru.Exporter.Serving.Security;

internal enum PasswordVerdict
{
    Right,
    Wrong,

    /// <summary>Too many passwords are waiting to be checked.</summary>
    Busy,
}

/// <summary>
/// Checks passwords against bcrypt hashes. A check costs what its hash was made to cost, so each password is checked once, one at
/// a time, and who waits is counted by address: whoever tries passwords keeps neither the host busy nor a scraper out.
/// </summary>
/// <param name="users">Hashes by user; at least one.</param>
/// <param name="verify">Whether a password fits a hash.</param>
/// <param name="before">What a configuration before this one knew.</param>
internal sealed class Passwords(ImmutableDictionary<string, string> users, Func<string, string, bool> verify, Passwords? before = null)
{
    private const int MostWrong = 1000;

    /// <summary>Of the whole program: a check keeps a processor busy.</summary>
    private static readonly SemaphoreSlim One = new(1);

    private readonly byte[] _secret = before?._secret ?? RandomNumberGenerator.GetBytes(32);
    private readonly string[] _hashes = [.. users.Values];
    private readonly FairQueue _line = new(most: 16, mostOfOne: 4);
    private readonly Lock _lock = new();

    /// <summary>No more than there are users, as each has one password.</summary>
    private readonly Dictionary<string, string> _right = before?.RightOf(users) ?? [];
    private readonly HashSet<string> _wrong = [];
    private readonly Queue<string> _wrongByAge = [];

    /// <param name="user">Who it says it is.</param>
    /// <param name="password">No longer than <see cref="PasswordHash.LongestPassword"/>.</param>
    /// <param name="from">The address it comes from.</param>
    public async Task<PasswordVerdict> Check(string user, string password, string from)
    {
        var isKnown = users.TryGetValue(user, out var hash);
        hash ??= DecoyFor(user);
        var key = Digest(user, hash, password);
        if (Remembered(key) is { } verdict)
        {
            return verdict;
        }

        if (_line.TryEnter(from) is not { } place)
        {
            return PasswordVerdict.Busy;
        }

        using (place)
        {
            return await place.Wait(One) ? await CheckNow(user, password, hash, key, isKnown) : PasswordVerdict.Busy;
        }
    }

    /// <summary>It was checked before, and was right.</summary>
    public bool IsKnownRight(string user, string password) =>
        users.TryGetValue(user, out var hash) && Remembered(Digest(user, hash, password)) == PasswordVerdict.Right;

    private async Task<PasswordVerdict> CheckNow(string user, string password, string hash, string key, bool isKnown)
    {
        try
        {
            // Whoever came before may have asked the same.
            return Remembered(key) ?? Remember(key, user, await Task.Run(() => verify(password, hash)) & isKnown);
        }
        finally
        {
            One.Release();
        }
    }

    /// <summary>Those of users whose hash is still the same.</summary>
    private Dictionary<string, string> RightOf(ImmutableDictionary<string, string> now)
    {
        lock (_lock)
        {
            return _right.Where(known => now.GetValueOrDefault(known.Value) == users[known.Value]).ToDictionary();
        }
    }

    /// <summary>
    /// An unknown user is checked against a hash of somebody, always the same, and refused whatever comes of it: the answer takes as
    /// long as for a known one, whatever the costs of the hashes are.
    /// </summary>
    private string DecoyFor(string user) => _hashes[Convert.FromHexString(Digest(user))[0] % _hashes.Length];

    private string Digest(params string[] parts) =>
        Convert.ToHexString(HMACSHA256.HashData(_secret, Encoding.UTF8.GetBytes(string.Join('\0', parts))));

    private PasswordVerdict? Remembered(string key)
    {
        lock (_lock)
        {
            return _right.ContainsKey(key) ? PasswordVerdict.Right : _wrong.Contains(key) ? PasswordVerdict.Wrong : null;
        }
    }

    private PasswordVerdict Remember(string key, string user, bool isRight)
    {
        lock (_lock)
        {
            if (isRight)
            {
                _right[key] = user;
                return PasswordVerdict.Right;
            }

            _wrong.Add(key);
            _wrongByAge.Enqueue(key);
            if (_wrongByAge.Count > MostWrong)
            {
                _wrong.Remove(_wrongByAge.Dequeue());
            }

            return PasswordVerdict.Wrong;
        }
    }
}
