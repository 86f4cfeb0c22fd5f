using System.Collections.Immutable;
using Passthru.Facts.Boot;
using Passthru.Facts.Boot.Modprobe;
using Passthru.Facts.Kernel;
using Passthru.Facts.Pci;
using Passthru.Findings.Ownership;

namespace Passthru.Findings.Boot;

/// <summary>Drivers of devices expected on VFIO that are blacklisted, by whatever means, and whether the kernel has them all the same.</summary>
internal static class BlacklistAssessor
{
    public static ImmutableArray<BlacklistedModule> Judge(
        BootFacts boot, KernelCommandLine? line, KernelModules modules, KernelDrivers? drivers, IReadOnlyCollection<PciAddress> expected)
    {
        var matching = (drivers?.Drivers ?? []).Where(driver => driver.Functions.Any(expected.Contains)).OrderBy(driver => driver.Module, StringComparer.Ordinal);
        return [.. matching.Select(driver => Judge(boot, line, modules, driver)).OfType<BlacklistedModule>()];
    }

    /// <summary>Null: not blacklisted, or only since this boot, which says nothing of the blacklist.</summary>
    private static BlacklistedModule? Judge(BootFacts boot, KernelCommandLine? line, KernelModules modules, HostDriver driver)
    {
        if (modules.Has(driver.Module) is not { } isLoaded)
        {
            return null;
        }

        var files = boot.Modules.Blacklisted.Where(it => it.Module == driver.Module).Append(ModuleWords.Disabled(boot.Modules, driver.Module)).OfType<ModuleLine>()
            .Where(it => !isLoaded || !IsYounger(boot, it, driver.Module)).Select(it => $"{it.At.File}:{it.At.Line}");
        var words = ((string[])["modprobe.blacklist", "module_blacklist", "rd.driver.blacklist"]).Where(name => ModuleWords.Listed(line, name).Contains(driver.Module));
        var at = files.Concat(words.Select(word => $"proc/cmdline {word}=")).FirstOrDefault();
        return at is null ? null : new BlacklistedModule(driver.Module, isLoaded, driver.BuiltIn is not null, at);
    }

    private static bool IsYounger(BootFacts boot, ModuleLine line, string module) =>
        BootSettings.IsLater(boot, line.At.File, boot.BootedAt) == true || boot.BootedModules is { } booted && !ModuleWords.IsBlacklisted(booted, module);
}
