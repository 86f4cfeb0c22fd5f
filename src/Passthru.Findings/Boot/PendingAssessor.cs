using Passthru.Facts.Boot;
using Passthru.Facts.Boot.Initramfs;
using Passthru.Facts.Kernel;
using Passthru.Findings.Ownership;
using Passthru.Findings.Values;

namespace Passthru.Findings.Boot;

/// <summary>Whether the next boot is configured otherwise than the running one, in what bears on passthrough.</summary>
internal sealed class PendingAssessor(BootFacts boot, KernelCommandLine? running, string? release, HashSet<string> drivers)
{
    public bool? Judge() => Answers.Any([LineDiffers(), .. SettingsDiffer()]);

    /// <summary>Parameters that matter, whatever their order.</summary>
    public static HashSet<string> Matters(KernelCommandLine line) =>
        [.. PassthroughParameters.In(line).Select(Word)];

    public static string Word(KernelParameter parameter) => $"{ModuleWords.Underscored(parameter.Name)}={parameter.Value}";

    /// <summary>Where no entry is decided, entries that agree are as good as one.</summary>
    private bool? LineDiffers()
    {
        if (running is null || boot.Next is not { } next)
        {
            return null;
        }

        var now = Matters(running);
        if (next.Line is { } line)
        {
            return !Matters(line).SetEquals(now);
        }

        var answers = next.Entry is null ? next.Candidates.Select(candidate => !Matters(candidate).SetEquals(now)).Distinct().ToList() : [];
        return answers is [var only] ? only : null;
    }

    private IEnumerable<bool?> SettingsDiffer()
    {
        var settings = BootSettings.About(boot.Modules, drivers).ToList();
        if (boot.BootedModules is { } booted)
        {
            var before = BootSettings.About(booted, drivers).ToList();
            return [settings.Exists(setting => !before.Exists(setting.IsSame)) || before.Exists(setting => !settings.Exists(setting.IsSame))];
        }

        return settings.Select(setting => setting.At.File).Distinct().Select(file => BootSettings.IsLater(boot, file, boot.BootedAt)).Append(IsOneGone(settings));
    }

    /// <summary>The image of this boot has options of VFIO from a file of the administrator that is not there any more.</summary>
    private bool? IsOneGone(List<BootSetting> settings) =>
        boot.ImageOf(release) is { Modules: { } inside } image && IsOfThisBoot(image)
            && BootSettings.About(inside, drivers).Any(setting => setting.Keyword is "options" or "softdep"
                && setting.At.File.StartsWith("etc/modprobe.d/", StringComparison.Ordinal)
                && !settings.Exists(it => it.At.File == setting.At.File || setting.IsSame(it)));

    private bool IsOfThisBoot(InitramfsFacts image) => image.WrittenAt is { } written && boot.BootedAt is { } booted && written <= booted;
}
