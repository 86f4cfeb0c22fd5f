using System.Collections.Immutable;
using System.Text;
using CsCheck;
using Passthru.Exporter.Serving.Security;

namespace Passthru.Tests.Exporter.Serving;

/// <summary>Passwords: who is right, and that finding out is done once and by one.</summary>
public sealed class PasswordsTests
{
    private static readonly ImmutableDictionary<string, string> Users = new Dictionary<string, string> { ["a"] = "hash of x", ["b"] = "hash of y" }.ToImmutableDictionary();

    /// <summary>Hashes made by libxcrypt.</summary>
    [Theory]
    [InlineData("secret", "$2a$04$abcdefghijklmnopqrstuu2r9OfJnfCsdneAXAGHnS4UpFFP8WIrW")]
    [InlineData("secret", "$2b$04$abcdefghijklmnopqrstuu2r9OfJnfCsdneAXAGHnS4UpFFP8WIrW")]
    [InlineData("secret", "$2y$04$abcdefghijklmnopqrstuu2r9OfJnfCsdneAXAGHnS4UpFFP8WIrW")]
    [InlineData("pässwörd", "$2a$04$abcdefghijklmnopqrstuuyx2n0Zzopyr9QuYTMCfOJJOj526QVoC")]
    [InlineData("pässwörd", "$2b$04$abcdefghijklmnopqrstuuyx2n0Zzopyr9QuYTMCfOJJOj526QVoC")]
    [InlineData("pässwörd", "$2y$04$abcdefghijklmnopqrstuuyx2n0Zzopyr9QuYTMCfOJJOj526QVoC")]
    [InlineData("xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx", "$2a$04$abcdefghijklmnopqrstuubzadhGtS2zEF.gu0yd0opP6cVzb.e0i")]
    [InlineData("xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx", "$2b$04$abcdefghijklmnopqrstuubzadhGtS2zEF.gu0yd0opP6cVzb.e0i")]
    [InlineData("xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx", "$2y$04$abcdefghijklmnopqrstuubzadhGtS2zEF.gu0yd0opP6cVzb.e0i")]
    public void A_hash_of_others_is_checked(string password, string hash)
    {
        Assert.Null(PasswordHash.Trouble(hash));
        Assert.True(BCrypt.Net.BCrypt.Verify(password, hash));
        Assert.False(BCrypt.Net.BCrypt.Verify(password[1..], hash));
    }

    [Theory]
    [InlineData("a", "x", "Right")]
    [InlineData("b", "y", "Right")]
    [InlineData("a", "y", "Wrong")]
    [InlineData("c", "x", "Wrong")]
    [InlineData("c", "y", "Wrong")]
    [InlineData("", "", "Wrong")]
    public async Task Only_the_password_of_the_user_is_right(string user, string password, string verdict)
    {
        var passwords = new Passwords(Users, Fits);
        Assert.Equal(verdict, (await passwords.Check(user, password, "::1")).ToString());
        Assert.Equal(verdict, (await passwords.Check(user, password, "::1")).ToString());
    }

    [Theory]
    [InlineData("a", "x")]
    [InlineData("a", "wrong")]
    [InlineData("nobody", "wrong")]
    [InlineData("nobody", "x")]
    public async Task Each_is_checked_once_whether_the_user_is_known_or_not(string user, string password)
    {
        var checks = 0;
        var passwords = new Passwords(Users, (given, hash) => Interlocked.Increment(ref checks) > 0 && Fits(given, hash));
        for (var i = 0; i < 5; i++)
        {
            await passwords.Check(user, password, "::1");
        }

        Assert.Equal(1, checks);
    }

    [Fact]
    public async Task Wrong_ones_never_push_a_right_one_out()
    {
        var checks = 0;
        var passwords = new Passwords(Users, (given, hash) => Interlocked.Increment(ref checks) > 0 && Fits(given, hash));
        await passwords.Check("a", "x", "::1");
        for (var i = 0; i < 3000; i++)
        {
            await passwords.Check("a", $"{i}", "::1");
        }

        Assert.Equal(PasswordVerdict.Right, await passwords.Check("a", "x", "::1"));
        Assert.Equal(3001, checks);
        await passwords.Check("a", "0", "::1");
        Assert.Equal(3002, checks);
    }

    [Fact]
    public async Task One_at_a_time_and_no_address_keeps_another_out()
    {
        using var gate = new ManualResetEventSlim();
        var (running, most) = (0, 0);
        var passwords = new Passwords(Users, (given, hash) =>
        {
            most = Math.Max(most, Interlocked.Increment(ref running));
            gate.Wait();
            Interlocked.Decrement(ref running);
            return Fits(given, hash);
        });

        var flood = Enumerable.Range(0, 100).Select(i => passwords.Check("a", $"{i}", "10.0.0.1")).ToList();
        var scraper = passwords.Check("a", "x", "10.0.0.2");
        Assert.Equal(96, flood.Count(check => check.IsCompleted));
        gate.Set();

        Assert.Equal(PasswordVerdict.Right, await scraper);
        var verdicts = await Task.WhenAll(flood);
        Assert.Equal((4, 96), (verdicts.Count(it => it == PasswordVerdict.Wrong), verdicts.Count(it => it == PasswordVerdict.Busy)));
        Assert.Equal(1, most);
        Assert.Equal(PasswordVerdict.Wrong, await passwords.Check("a", "99", "10.0.0.1"));
    }

    [Fact]
    public void A_line_has_an_end_for_all_addresses_together()
    {
        var line = new FairQueue(most: 3, mostOfOne: 2);
        var places = new[] { "a", "b", "c", "d" }.Select(line.TryEnter).ToList();
        Assert.Equal([true, true, true, false], places.Select(place => place is not null));
        places[0]!.Dispose();
        Assert.NotNull(line.TryEnter("d"));
    }

    [Fact]
    public void In_a_full_line_the_last_of_whoever_has_most_places_makes_room()
    {
        var line = new FairQueue(most: 4, mostOfOne: 2);
        var places = new[] { "a", "a", "b", "b" }.Select(from => line.TryEnter(from)!).ToList();
        Assert.Null(line.TryEnter("a"));
        Assert.NotNull(line.TryEnter("c"));
        Assert.NotNull(line.TryEnter("d"));
        Assert.Equal([false, true, false, true], places.Select(place => place.IsDropped));
        Assert.Null(line.TryEnter("e"));
    }

    [Fact]
    public async Task Whoever_is_dropped_is_told_at_once_and_the_others_have_their_turn()
    {
        using var turn = new SemaphoreSlim(0);
        var line = new FairQueue(most: 2, mostOfOne: 2);
        var (first, second) = (line.TryEnter("a")!.Wait(turn), line.TryEnter("a")!.Wait(turn));
        var scraper = line.TryEnter("b")!.Wait(turn);

        Assert.False(await second);
        turn.Release(2);
        Assert.True(await first);
        Assert.True(await scraper);
    }

    [Fact]
    public async Task What_was_right_stays_known_while_the_hash_of_its_user_does()
    {
        var checks = 0;
        bool Verify(string given, string hash) => Interlocked.Increment(ref checks) > 0 && Fits(given, hash);
        var before = new Passwords(Users, Verify);
        await before.Check("a", "x", "::1");
        await before.Check("b", "y", "::1");

        var now = new Passwords(Users.SetItem("b", "hash of z"), Verify, before);
        Assert.True(now.IsKnownRight("a", "x"));
        Assert.False(now.IsKnownRight("b", "y"));
        Assert.Equal(PasswordVerdict.Right, await now.Check("a", "x", "::1"));
        Assert.Equal(2, checks);
        Assert.Equal(PasswordVerdict.Wrong, await now.Check("b", "y", "::1"));
    }

    [Theory]
    [InlineData("user:pass", "user", "pass")]
    [InlineData("user:pa:ss", "user", "pa:ss")]
    [InlineData(":", "", "")]
    [InlineData("ü:ß", "ü", "ß")]
    public void Credentials_are_split_at_the_first_colon(string text, string user, string password)
    {
        var header = $"basic {Base64(text)}";
        Assert.Equal(new BasicCredentials(user, password), BasicCredentials.Parse(header));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("Basic")]
    [InlineData("Basic ")]
    [InlineData("Basic ====")]
    [InlineData("Basic dXNlcg==")]
    [InlineData("Basic dXNlcjpwYXN")]
    [InlineData("Basic !!!!")]
    [InlineData("Basic /zr/")]
    [InlineData("Bearer dXNlcjpwYXNz")]
    [InlineData("Basic dXNlcjpwYQBzcw==")]
    public void What_cannot_be_right_is_not_even_checked(string? header) => Assert.Null(BasicCredentials.Parse(header));

    [Fact]
    public void A_password_of_which_bcrypt_would_see_a_part_cannot_be_right()
    {
        Assert.NotNull(BasicCredentials.Parse($"Basic {Base64("u:" + new string('x', 72))}"));
        Assert.Null(BasicCredentials.Parse($"Basic {Base64("u:" + new string('x', 73))}"));
        Assert.Null(BasicCredentials.Parse($"Basic {Base64("u:" + new string('ü', 37))}"));
    }

    [Fact]
    public void Any_header_is_credentials_or_none() => Gen.String.Sample(text => _ = BasicCredentials.Parse($"Basic {text}"));

    [Fact]
    public void Credentials_do_not_print_their_password() => Assert.Equal("u", new BasicCredentials("u", "p").ToString());

    private static bool Fits(string password, string hash) => hash == $"hash of {password}";

    private static string Base64(string text) => Convert.ToBase64String(Encoding.UTF8.GetBytes(text));
}
