using System.Globalization;
using System.Text.RegularExpressions;
using Passthru.Tests.EndToEnd;
using Passthru.Tests.Support;

namespace Passthru.Tests.Alerts;

/// <summary>The place where a user changes the rules, used the way a user does: a copy of tuning.conf, and tune.sh.</summary>
internal sealed partial class Tuning
{
    private string _text = File.ReadAllText(Path.Join(Golden.Repository, "alerts/tuning.conf"));

    /// <summary>Changes one setting.</summary>
    public Tuning Set(string name, string value) => Replace($@"^{Regex.Escape(name)}\s+\S+$", $"{name} {value}");

    /// <summary>Changes one column of a rule: 1 is state, 2 severity, 3 for, 4 keep.</summary>
    public Tuning Column(string rule, int column, string value) =>
        Replace($@"^({Regex.Escape(rule)}(?:\s+\S+){{{column - 1}}}\s+)\S+", $"${{1}}{value}");

    public Tuning Replace(string pattern, string replacement)
    {
        Assert.Matches(new Regex(pattern, RegexOptions.Multiline), _text);
        _text = Regex.Replace(_text, pattern, replacement, RegexOptions.Multiline);
        return this;
    }

    /// <summary>Every time a factor shorter: for, keep, memory, settling and the intervals.</summary>
    public Tuning Faster(int factor)
    {
        _text = RuleTimes().Replace(_text, match =>
            match.Groups[1].Value + Shorter(match.Groups[2].Value, factor) + match.Groups[3].Value + Shorter(match.Groups[4].Value, factor));
        foreach (var name in (string[])["fast_interval", "slow_interval", "memory"])
        {
            Set(name, Shorter(Regex.Match(_text, $@"^{name}\s+(\S+)$", RegexOptions.Multiline).Groups[1].Value, factor));
        }

        var settle = int.Parse(Regex.Match(_text, @"^settle_seconds\s+(\d+)$", RegexOptions.Multiline).Groups[1].Value, CultureInfo.InvariantCulture);
        return Set("settle_seconds", (settle / factor).ToString(CultureInfo.InvariantCulture));
    }

    /// <summary>No rule waits, none is kept; everything is evaluated each second.</summary>
    public Tuning AtOnce()
    {
        _text = RuleTimes().Replace(_text, "$1-$3-");
        return Set("fast_interval", "1s").Set("slow_interval", "1s").Set("settle_seconds", "0");
    }

    /// <param name="script">Which takes a copy of tuning.conf.</param>
    public async Task<(int Code, string Said)> Run(string script = "alerts/tune.sh")
    {
        using var directory = new TemporaryDirectory();
        return await Tools.Run("", "sh", Path.Join(Golden.Repository, script), directory.Write("tuning.conf", _text));
    }

    /// <summary>The rules that come out.</summary>
    public async Task<string> Rules(string script = "alerts/tune.sh")
    {
        var (code, said) = await Run(script);
        Assert.True(code == 0, said);
        return said;
    }

    private static string Shorter(string time, int factor) => time switch
    {
        "-" => time,
        [.. var hours, 'h'] => Shorter(60 * int.Parse(hours, CultureInfo.InvariantCulture) + "m", factor),
        [.. var minutes, 'm'] => Shorter(60 * int.Parse(minutes, CultureInfo.InvariantCulture) + "s", factor),
        [.. var seconds, 's'] => 1000 * int.Parse(seconds, CultureInfo.InvariantCulture) / factor + "ms",
        _ => throw new ArgumentException(time),
    };

    [GeneratedRegex(@"^(Passthru\S+\s+(?:on|off)\s+\w+\s+)(\S+)(\s+)(\S+)", RegexOptions.Multiline)]
    private static partial Regex RuleTimes();
}
