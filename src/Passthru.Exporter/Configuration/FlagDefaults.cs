using System.Collections.Immutable;

namespace Passthru.Exporter.Configuration;

/// <summary>
/// What a flag is when the command line does not give it: a variable of the environment (<c>--path.rootfs</c> as
/// <c>PASSTHRU_PATH_ROOTFS</c>), else the configuration file. Other variables that begin so are left alone: Kubernetes makes some
/// for a service of that name.
/// </summary>
internal static class FlagDefaults
{
    /// <summary>Of this run; tests run several at a time.</summary>
    private static readonly AsyncLocal<ImmutableDictionary<string, ImmutableArray<string>>?> OfFile = new();

    /// <summary>From now on the configuration file says so.</summary>
    public static void Take(ImmutableDictionary<string, ImmutableArray<string>> flags) => OfFile.Value = flags;

    /// <summary>The text, and who says it, for messages.</summary>
    public static (string Text, string Origin)? Find(string flag)
    {
        var variable = "PASSTHRU_" + flag.TrimStart('-').Replace('.', '_').Replace('-', '_').ToUpperInvariant();
        return Environment.GetEnvironmentVariable(variable) is { Length: > 0 } text ? (text, variable)
            : OfFile.Value?.GetValueOrDefault(flag.TrimStart('-')) is { IsDefaultOrEmpty: false } values ? (string.Join(',', values), $"flags: {flag.TrimStart('-')}")
            : null;
    }

    /// <summary>Several values, between commas where one text gives them.</summary>
    public static string[]? ListOf(string flag) => Find(flag)?.Text.Split(',');
}
