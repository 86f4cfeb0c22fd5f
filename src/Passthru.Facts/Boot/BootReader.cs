using System.Buffers.Text;
using System.Collections.Immutable;
using Passthru.Facts.Boot.Initramfs;
using Passthru.Facts.Files;
using Passthru.Facts.Kernel;
using Passthru.Facts.Pci;

namespace Passthru.Facts.Boot;

/// <summary>Reads what is configured to happen to devices at boot.</summary>
internal static class BootReader
{
    /// <summary>kmod's own list and order (default_config_paths in libkmod/libkmod.c).</summary>
    internal static readonly string[] Directories =
        ["etc/modprobe.d", "run/modprobe.d", "usr/local/lib/modprobe.d", "usr/lib/modprobe.d", "lib/modprobe.d"];

    private const int LargestFile = 256 * 1024;
    private const int MostFiles = 1024;
    private const int MostText = 4 * 1024 * 1024;

    /// <param name="files">The door to the host.</param>
    /// <param name="kernelRelease">The running kernel.</param>
    /// <param name="commandLine">What it was started with.</param>
    /// <param name="digests">Who reads large files aside; null: they are read here.</param>
    /// <param name="known">The image as the read before knew it.</param>
    public static BootFacts Read(
        HostFiles files, string? kernelRelease, KernelCommandLine? commandLine = null, DigestWorker? digests = null, InitramfsFacts? known = null)
    {
        var modules = files.Noting(() => ReadModules(files), out var isWhole) with { IsWhole = isWhole };
        return new BootFacts
        {
            Modules = modules,
            ModifiedAt = ReadTimes(files, modules),
            DriverctlOverrides = files.Noting(() => ReadDriverctl(files), out var driverctlTold),
            DriverctlTold = driverctlTold,
            BootedAt = ReadBootTime(files),
            Initramfs = kernelRelease is null ? null : InitramfsReader.Read(files, kernelRelease, digests, known),
            NextCommandLines = commandLine is null ? [] : BootLoaderReader.Read(files, commandLine, kernelRelease),
        };
    }

    /// <summary>
    /// Files of all directories in the order of their names; one name is read once, where it is found first, even when that is
    /// an empty file. What is linked to nothing does not count.
    /// </summary>
    internal static ModuleConfiguration ReadModules(HostFiles files)
    {
        var text = new ModprobeText();
        var length = 0;
        foreach (var paths in FilesByName(files).Take(MostFiles))
        {
            var path = paths.FirstOrDefault(path => IsDevNull(files, path) || files.Exists(path) != false);
            if (path is null || IsDevNull(files, path))
            {
                continue;
            }

            var content = files.LongText(path, LargestFile) ?? "";
            length += content.Length;
            if (length > MostText)
            {
                files.CannotTell(path, $"more than {MostText} characters of modprobe.d, the rest left out");
                break;
            }

            text.Add(path, content);
        }

        return text.ToConfiguration();
    }

    /// <summary>For each name the paths it stands under, in the order in which they count.</summary>
    private static IEnumerable<IEnumerable<string>> FilesByName(HostFiles files) => Directories
        .SelectMany(directory => files.Names(directory) ?? [], (directory, name) => (Path: $"{directory}/{name}", Name: name))
        .Where(file => file.Name.EndsWith(".conf", StringComparison.Ordinal) && !file.Name.StartsWith('.'))
        .GroupBy(file => file.Name, file => file.Path)
        .OrderBy(paths => paths.Key, StringComparer.Ordinal);

    private static bool IsDevNull(HostFiles files, string path) =>
        files.Link(path) is { } target && LinkPath.Resolve(path, target) == "dev/null";

    private static EquatableArray<FileTime> ReadTimes(HostFiles files, ModuleConfiguration modules) =>
        [.. modules.Files.Distinct().Select(path => files.Version(path)?.Modified is { } modified ? new FileTime(path, modified) : null).OfType<FileTime>()];

    private static DateTimeOffset? ReadBootTime(HostFiles files)
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
    private static EquatableArray<DriverctlOverride> ReadDriverctl(HostFiles files)
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
