using Passthru.Facts.Boot;
using Passthru.Facts.Boot.Loaders;
using Passthru.Facts.Boot.Modprobe;
using Passthru.Facts.Kernel;
using Passthru.Findings.Ownership;

namespace Passthru.Findings.Boot;

/// <summary>Settings that were written down and have no effect: in a file that nothing reads, overruled, or not understood as they are meant.</summary>
internal static class IdleSettings
{
    public static IEnumerable<IdleSetting> Find(BootFacts boot, KernelFacts? kernel, HashSet<string> drivers) =>
    [
        .. boot.Next is { } next && kernel?.CommandLine is { } running ? boot.Sources.SelectMany(source => Unread(boot, next, running, source)) : [],
        .. Overruled(boot, kernel),
        .. boot.Modules.Options.Where(line => line.Module == "vfio_pci" && CutAt(KernelCommandLine.Parse(line.Parameters), "ids") is not null)
            .Select(line => Cut($"{line.At.File}:{line.At.Line}", CutAt(KernelCommandLine.Parse(line.Parameters), "ids")!)),
        .. kernel?.CommandLine is { } words && CutAt(words, "vfio_pci.ids") is { } cut ? [Cut("proc/cmdline", cut)] : Array.Empty<IdleSetting>(),
        .. boot.Modules.Blacklisted.Where(line => ModuleWords.IsPattern(line.Module) && drivers.Any(driver => ModuleWords.Fits(line.Module, driver)))
            .Select(line => new IdleSetting(
                $"\"blacklist {line.Module}\" keeps nothing off: a blacklist compares whole names of modules.",
                $"Write a line for each module: {string.Join(", ", drivers.Where(driver => ModuleWords.Fits(line.Module, driver)).Order(StringComparer.Ordinal).Select(driver => $"blacklist {driver}"))}.",
                $"{line.At.File}:{line.At.Line}",
                ConcernsDevice: true)),
        .. boot.PassedOver.Select(file => PassedOver(file, drivers)).OfType<IdleSetting>(),
    ];

    /// <summary>Words of a source that the entry of the next boot does not have, and the running kernel neither.</summary>
    private static IEnumerable<IdleSetting> Unread(BootFacts boot, NextBoot next, KernelCommandLine running, NextCommandLine source)
    {
        if (source.Line is null)
        {
            yield break;
        }

        var have = PendingAssessor.Matters(next.Line ?? running);
        have.UnionWith(boot.Sources.Where(it => it != source && LoaderAdvice.IsReadBy(next, it.File)).SelectMany(it => it.Line is null ? [] : PendingAssessor.Matters(it.Line)));
        string[] missing = [.. PassthroughParameters.In(source.Line).Where(word => !have.Contains(PendingAssessor.Word(word))).Select(word => word.Value is null ? word.Name : $"{word.Name}={word.Value}")];
        if (missing.Length > 0)
        {
            var (cause, edit) = LoaderAdvice.For(next, source.File, string.Join(' ', missing));
            yield return new IdleSetting(cause, edit, source.File, ConcernsDevice: true);
        }
    }

    /// <summary>ids is one string, and kmod gives the module the words of the command line last.</summary>
    private static IEnumerable<IdleSetting> Overruled(BootFacts boot, KernelFacts? kernel) =>
        boot.Modules.VfioIds is { } ids && kernel?.CommandLine is { } line && VfioPciIds.OfCommandLine(line) is { } ofLine && ids.Ids.Any(id => !ofLine.Ids.Contains(id))
            ? [new IdleSetting(
                $"The ids in modprobe.d ({string.Join(',', ids.Ids.Select(id => id.ToString()))}) have no effect: vfio-pci.ids= on the kernel command line overrules them.",
                "Write all ids in one place.",
                $"{ids.At.File}:{ids.At.Line}",
                ConcernsDevice: true)]
            : [];

    /// <summary>A word that looks like an id and stands alone after <c>ids=</c>.</summary>
    private static string? CutAt(KernelCommandLine line, string parameter)
    {
        var has = line.Parameters.Any(word => word.Is(parameter) && word.Value is not null);
        return has ? line.Parameters.Where(word => word.Value is null && word.Name.Length >= 9 && PciMatch.TryParse(word.Name, out _) && word.Name[4] == ':').Select(word => word.Name).FirstOrDefault() : null;
    }

    private static IdleSetting Cut(string file, string id) => new(
        $"ids= ends at a blank: vfio-pci does not get {id}.", "Write the ids with commas and without blanks.", file, ConcernsDevice: true);

    private static IdleSetting? PassedOver(PassedOverFile file, HashSet<string> drivers)
    {
        var settings = BootSettings.About(file.Modules, drivers).Any();
        return settings || !file.Modules.Blacklisted.IsEmpty
            ? new IdleSetting(
                $"modprobe does not read {file.File}: the name does not end in .conf.", $"mv /{file.File} /{file.File}.conf, then build the initramfs anew.", file.File, ConcernsDevice: settings)
            : null;
    }
}
