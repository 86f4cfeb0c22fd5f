using Passthru.Facts.Boot;
using Passthru.Facts.Boot.Modprobe;

namespace Passthru.Findings.Ownership;

/// <summary>Lines of modprobe.d that decide who gets a device first.</summary>
internal static class BootSettings
{
    /// <summary>Options of VFIO's modules, dependencies on them, and what keeps one of the drivers off.</summary>
    public static IEnumerable<BootSetting> About(ModuleConfiguration modules, IEnumerable<string> drivers)
    {
        var names = drivers.ToHashSet();
        return
        [
            .. modules.Options.Where(line => IsVfio(line.Module)).Select(line => new BootSetting("options", line.Module, OneSpaced(line.Parameters), line.At)),
            .. modules.Blacklisted.Where(line => names.Contains(line.Module)).Select(line => new BootSetting("blacklist", line.Module, "", line.At)),
            .. modules.SoftDependencies.Where(line => line.Before.Concat(line.After).Append(line.Module).Any(IsVfio))
                .Select(line => new BootSetting("softdep", line.Module, $"pre: {string.Join(' ', line.Before)} post: {string.Join(' ', line.After)}", line.At)),
            .. modules.Installs.Where(line => IsVfio(line.Module) || names.Any(name => ModuleWords.Fits(line.Module, name)))
                .Select(line => new BootSetting("install", line.Module, OneSpaced(line.Parameters), line.At)),
        ];
    }

    public static bool? IsLater(BootFacts boot, string file, DateTimeOffset? than) =>
        boot.ModifiedAt.FirstOrDefault(it => it.File == file) is { } modified && than is { } time ? modified.At > time : null;

    public static bool IsVfio(string module) => module.Contains("vfio", StringComparison.Ordinal);

    private static string OneSpaced(string words) => string.Join(' ', words.Split(' ', StringSplitOptions.RemoveEmptyEntries));
}

/// <summary>One such line, in a form in which equal ones are equal.</summary>
internal sealed record BootSetting(string Keyword, string Module, string Parameters, ConfigLine At)
{
    public bool IsSame(BootSetting other) => Keyword == other.Keyword && Module == other.Module && Parameters == other.Parameters;
}
