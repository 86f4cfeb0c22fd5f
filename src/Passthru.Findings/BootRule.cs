using System.Collections.Immutable;
using Passthru.Facts.Boot;
using Passthru.Facts.Boot.Initramfs;
using Passthru.Facts.Kernel;

namespace Passthru.Findings;

/// <summary>
/// Whether the configuration on disk is the one that holds. What counts are settings that decide who gets a device first:
/// options of VFIO's modules, blacklists, dependencies that load VFIO before another module, commands in place of a module.
/// </summary>
internal static class BootRule
{
    /// <summary>Of blacklisted modules that are not loaded; distributions blacklist dozens that no machine has.</summary>
    private const int MostIdle = 32;

    public static BootVerdict Of(BootFacts boot, KernelFacts? kernel)
    {
        var settings = SettingsOf(boot.Modules, kernel?.Modules).ToList();
        return new BootVerdict
        {
            InitramfsStale = boot.Modules.IsWhole ? IsStale(boot, settings, kernel?.Modules) : null,
            Evidence = boot.Initramfs is not { } image ? InitramfsEvidence.None
                : image.Modules is null ? InitramfsEvidence.Age
                : InitramfsEvidence.Content,
            IsPending = boot.Modules.IsWhole ? IsPending(boot, settings, kernel?.CommandLine) : null,
            Blacklisted = kernel?.Modules is { } modules ? Blacklisted(boot.Modules, modules) : [],
        };
    }

    private static bool? IsStale(BootFacts boot, List<Setting> settings, KernelModules? modules)
    {
        if (boot.Initramfs is not { } image)
        {
            return null;
        }

        var copied = settings.Where(IsExpectedInside).ToList();
        if (image.Modules is not { } inside)
        {
            return Answers.Any(copied.Select(setting => IsLater(boot, setting.At.File, image.WrittenAt)));
        }

        var carried = SettingsOf(inside, modules).ToList();
        var missing = copied.Where(setting => !carried.Any(setting.IsSame));
        var leftOver = carried.Where(setting => setting.IsOfVfio && !settings.Any(setting.IsSame));
        return image.CopiesConfiguration
            ? missing.Any() || leftOver.Any()
            : missing.Any(setting => Carries(image, setting.Module));
    }

    private static bool? IsPending(BootFacts boot, List<Setting> settings, KernelCommandLine? running)
    {
        var lines = boot.NextCommandLines.Select(next =>
            running is null || next.Line is null ? (bool?)null : !Matters(next.Line).SetEquals(Matters(running)));
        var files = settings.Select(setting => setting.At.File).Distinct().Select(file => IsLater(boot, file, boot.BootedAt));
        return Answers.Any([.. lines.DefaultIfEmpty(null), .. files]);
    }

    private static HashSet<string> Matters(KernelCommandLine line) =>
        [.. PassthroughParameters.In(line).Select(parameter => $"{parameter.Name.Replace('-', '_')}={parameter.Value}")];

    /// <summary>Built in, a module is there whatever modprobe.d says; that is what one who blacklists it wants to know.</summary>
    private static ImmutableArray<BlacklistedModule> Blacklisted(ModuleConfiguration configured, KernelModules modules)
    {
        var judged = configured.Blacklisted
            .Where(line => modules.Has(line.Module) is not null)
            .GroupBy(line => line.Module)
            .Select(lines => (IsOfAdmin: lines.Any(line => line.At.File.StartsWith("etc/", StringComparison.Ordinal)),
                Module: new BlacklistedModule(lines.Key, modules.Has(lines.Key) == true)))
            .OrderBy(it => it.Module.Module, StringComparer.Ordinal)
            .ToList();
        var idle = judged.Where(it => it.IsOfAdmin && !it.Module.IsLoaded).Take(MostIdle).ToHashSet();
        return [.. judged.Where(it => it.Module.IsLoaded || idle.Contains(it)).Select(it => it.Module)];
    }

    private static IEnumerable<Setting> SettingsOf(ModuleConfiguration modules, KernelModules? kernel)
    {
        // Options of what is built in come from the command line alone.
        var options = modules.Options.Where(line => IsVfio(line.Module) && kernel?.BuiltIn?.Contains(line.Module) != true);
        var dependencies = modules.SoftDependencies.Where(line => line.Before.Concat(line.After).Append(line.Module).Any(IsVfio));
        return
        [
            .. options.Select(line => new Setting("options", line.Module, OneSpaced(line.Words), line.At)),
            .. modules.Blacklisted.Select(line => new Setting("blacklist", line.Module, "", line.At)),
            .. dependencies.Select(line =>
                new Setting("softdep", line.Module, $"pre: {string.Join(' ', line.Before)} post: {string.Join(' ', line.After)}", line.At)),
            .. modules.Installs.Select(line => new Setting("install", line.Module, OneSpaced(line.Words), line.At)),
        ];
    }

    private static string OneSpaced(string words) => string.Join(' ', words.Split(' ', StringSplitOptions.RemoveEmptyEntries));

    private static bool IsVfio(string module) => module.Contains("vfio", StringComparison.Ordinal);

    /// <summary>
    /// mkinitramfs and dracut copy these directories and no other. What a distribution blacklists in its own of them changes with
    /// packages, and is no word of this host about its devices.
    /// </summary>
    private static bool IsExpectedInside(Setting setting) =>
        setting.At.File.StartsWith("etc/", StringComparison.Ordinal)
        || (setting.IsOfVfio && (setting.At.File.StartsWith("lib/", StringComparison.Ordinal) || setting.At.File.StartsWith("usr/lib/", StringComparison.Ordinal)));

    /// <summary>A name may be a pattern (<c>nvidia_*</c>): what begins as it does counts.</summary>
    private static bool Carries(InitramfsFacts image, string module)
    {
        var wildcard = module.IndexOfAny(['*', '?', '[']);
        return wildcard < 0 ? image.Carried.Contains(module) : image.Carried.Any(name => name.StartsWith(module[..wildcard], StringComparison.Ordinal));
    }

    private static bool? IsLater(BootFacts boot, string file, DateTimeOffset? than) =>
        boot.ModifiedAt.FirstOrDefault(it => it.File == file) is { } modified && than is { } time ? modified.At > time : null;

    private sealed record Setting(string Keyword, string Module, string Words, ConfigLine At)
    {
        public bool IsOfVfio => Keyword is "options" or "softdep";

        public bool IsSame(Setting other) => Keyword == other.Keyword && Module == other.Module && Words == other.Words;
    }
}
