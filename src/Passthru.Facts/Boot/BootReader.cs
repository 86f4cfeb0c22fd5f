using System.Buffers.Text;
using System.Collections.Immutable;
using Passthru.Facts.Boot.Bindings;
using Passthru.Facts.Boot.Initramfs;
using Passthru.Facts.Boot.Loaders;
using Passthru.Facts.Boot.Modprobe;
using Passthru.Facts.Kernel;
using Passthru.Facts.Pci;
using Passthru.Facts.Reading;
using Passthru.Facts.Reading.Supervision;
using Passthru.Facts.Reading.Trees;
using Passthru.Facts.Values;

namespace Passthru.Facts.Boot;

/// <summary>Reads what is configured to happen to devices at boot.</summary>
internal static class BootReader
{
    private const int LargestFile = 256 * 1024;

    /// <param name="files">The door to the host.</param>
    /// <param name="release">The running kernel.</param>
    /// <param name="commandLine">What it was started with.</param>
    /// <param name="functions">Of the host; null: not read.</param>
    /// <param name="digests">Who reads large files aside; null: they are read here.</param>
    /// <param name="memory">What the read before left.</param>
    public static BootFacts Read(
        HostReader files,
        string? release,
        KernelCommandLine? commandLine = null,
        IEnumerable<PciFunction>? functions = null,
        BackgroundExtractor? digests = null,
        BootCache? memory = null)
    {
        var modules = files.Noting(() => ModprobeReader.Read(files), out var isWhole) with { IsWhole = isWhole };
        var next = commandLine is null ? null : BootLoaderReader.Read(new LoaderContext(files, commandLine, release));
        string[] releases = [.. new[] { release, next?.Kernel }.OfType<string>().Distinct()];
        var all = functions?.ToList();
        EquatableArray<DeviceBinding> bindings = [.. UnraidBindings.Read(files), .. UdevBindings.Read(files)];
        var ids = ReadInitramfsIds(files);
        return new BootFacts
        {
            Modules = modules,
            BootedModules = Nixos.BootedModprobe(files) is { } directory ? ModprobeReader.Read(files, [directory]) : null,
            ModifiedAt = ReadTimes(files, modules.Files.Concat(bindings.Select(binding => binding.At.File)).Concat(ids is null ? [] : [ids.At.File])),
            Bindings = bindings,
            Loads = [.. ModulesLoadReader.Read(files)],
            InitramfsIds = ids,
            PassedOver = [.. ModprobeReader.PassedOver(files).Select(path => PassedOver(files, path)).OfType<PassedOverFile>()],
            DriverctlOverrides = files.Noting(() => ReadDriverctl(files), out var driverctlComplete),
            DriverctlComplete = driverctlComplete,
            BootedAt = ReadBootTime(files),
            Images = [.. releases.Select(kernel => Image(files, kernel, release, commandLine, next, digests, memory)).OfType<InitramfsFacts>()],
            Kernels = all is null ? [] : [.. releases.Select(kernel => Drivers(files, kernel, kernel == release, all, memory))],
            Next = next,
            Sources = BootLoaderReader.Sources(files),
            Programs = HostPrograms.Read(files),
        };
    }

    /// <summary>What the boot loader's entry names comes first, then where images usually lie; a unified kernel image has its own.</summary>
    private static InitramfsFacts? Image(
        HostReader files, string kernel, string? running, KernelCommandLine? line, NextBoot? next, BackgroundExtractor? digests, BootCache? memory)
    {
        if (next?.HasOwnImage == true)
        {
            // What the stub adds to it at boot (add-ons, credentials) is not seen: it can tell of a loss, and of no more.
            var own = kernel == next.Kernel && next.File is { Length: > 0 } file ? InitramfsReader.Read(files, kernel, [file], digests, memory?.Images ?? []) : null;
            return own?.Modules is null ? null : own;
        }

        IEnumerable<string> named = kernel == next?.Kernel ? next.Images : [];
        var started = kernel == running && line is not null ? InitramfsReader.Started(files, line) : [];
        return InitramfsReader.Read(files, kernel, [.. started, .. named, .. InitramfsReader.Usual(files, kernel, line)], digests, memory?.Images ?? []);
    }

    private static KernelDrivers Drivers(HostReader files, string kernel, bool isRunning, List<PciFunction> functions, BootCache? memory)
    {
        var drivers = KernelDriversReader.Read(files, kernel, functions, memory?.Kernels ?? []);
        return isRunning ? BoundDrivers.Add(files, drivers, functions) : drivers;
    }

    private static PassedOverFile? PassedOver(HostReader files, string path)
    {
        if (files.LongText(path, LargestFile) is not { } content)
        {
            return null;
        }

        var text = new ModprobeText();
        text.Add(path, content);
        return new PassedOverFile(path, text.ToConfiguration());
    }

    private static EquatableArray<FileTime> ReadTimes(HostReader files, IEnumerable<string> paths) =>
        [.. paths.Distinct().Select(path => files.Version(path)?.Modified is { } modified ? new FileTime(path, modified) : null).OfType<FileTime>()];

    /// <summary>Lines of a module and its arguments: <c>vfio_pci ids=10de:2204</c>.</summary>
    private static VfioIds? ReadInitramfsIds(HostReader files)
    {
        const string path = "etc/initramfs-tools/modules";
        var lines = (files.IsThere(path) ? files.LongText(path, LargestFile) ?? "" : "").Split('\n').Index();
        return VfioPciIds.OfOptions(
            from line in lines
            let words = line.Item.Trim().Split([' ', '\t'], 2)
            where words.Length == 2 && !words[0].StartsWith('#')
            select new ModuleOptions(words[0].Replace('-', '_'), words[1].Trim(), new ConfigLine(path, line.Index + 1)));
    }

    private static DateTimeOffset? ReadBootTime(HostReader files)
    {
        DateTimeOffset? booted = null;
        files.Scan("proc/stat", line =>
        {
            if (!line.StartsWith("btime "u8))
            {
                return LineVerdict.Skip;
            }

            var understood = Utf8Parser.TryParse(line[6..], out uint seconds, out _);
            booted = understood ? DateTimeOffset.FromUnixTimeSeconds(seconds) : null;
            return LineVerdict.KeepAndStop;
        });
        return booted;
    }

    /// <summary>Files <c>BUS-DEVICE</c> with the name of a driver.</summary>
    private static EquatableArray<DriverctlOverride> ReadDriverctl(HostReader files)
    {
        const string directory = "etc/driverctl.d";
        const string bus = "pci-";
        var overrides = ImmutableArray.CreateBuilder<DriverctlOverride>();
        foreach (var name in files.Names(directory) ?? [])
        {
            if (name.StartsWith(bus, StringComparison.Ordinal)
                && PciAddress.TryParse(name.AsSpan(bus.Length), out var function)
                && files.Text($"{directory}/{name}") is { Length: > 0 } driver)
            {
                overrides.Add(new DriverctlOverride(function, driver, $"{directory}/{name}"));
            }
        }

        return overrides.DrainToImmutable();
    }
}
