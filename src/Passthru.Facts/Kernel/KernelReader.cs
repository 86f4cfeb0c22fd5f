using System.Collections.Immutable;
using Passthru.Facts.Reading;
using Passthru.Facts.Reading.Trees;

namespace Passthru.Facts.Kernel;

/// <summary>Reads what concerns the running kernel.</summary>
internal static class KernelReader
{
    private const string Symbols = "proc/kallsyms";

    /// <summary>systemd's <c>ProtectKernelTunables=</c> hides the symbols altogether; the unit file binds them to here.</summary>
    private const string HandedOverSymbols = "run/passthru-exporter/kallsyms";

    /// <summary>COMMAND_LINE_SIZE is 2048 on x86 and arm64, 4096 at most.</summary>
    private const int CommandLineBytes = 16 * 1024;

    /// <param name="files">The door to the host.</param>
    /// <param name="memory">What an earlier read found.</param>
    public static KernelFacts Read(HostReader files, KernelCache memory)
    {
        var release = ReadRelease(files);
        var modules = files.Noting(() => ReadModules(files, release, memory), out var modulesComplete);
        return new KernelFacts
        {
            Release = release,
            CommandLine = files.Noting(() => files.LongText("proc/cmdline", CommandLineBytes), out var lineTold) is { } line ? KernelCommandLine.Parse(line) : null,
            CommandLineComplete = lineTold,
            CarriesAcsOverride = memory.CarriesAcsOverride ?? FindAcsOverride(files),
            Modules = modules,
            ModulesComplete = modulesComplete,
            AspmPolicy = Bracketed(files.Text("sys/module/pcie_aspm/parameters/policy")),
            UnsafeInterruptsAllowed = Either(
                Parameter(files, "vfio_iommu_type1", "allow_unsafe_interrupts"),
                Parameter(files, "iommufd", "allow_unsafe_interrupts")),
            MergesPages = files.Value<int>("sys/kernel/mm/ksm/run", Number.TryParse) is { } run ? run == 1 : null,
            NoIommuMode = ReadNoIommuMode(files),
        };
    }

    private static string? ReadRelease(HostReader files)
    {
        if (files.Text("proc/sys/kernel/osrelease") is { Length: > 0 } release)
        {
            return release;
        }

        // "Linux version 6.12.95+deb12-amd64 (…) …"
        var words = files.Start("proc/version")?.Split(' ', 4);
        return words is ["Linux", "version", { Length: > 0 } named, ..] ? named : null;
    }

    /// <summary>Null where symbols can't be seen: no file, none readable, or an empty one.</summary>
    private static bool? FindAcsOverride(HostReader files) => FindAcsOverride(files, Symbols) ?? FindAcsOverride(files, HandedOverSymbols);

    private static bool? FindAcsOverride(HostReader files, string path)
    {
        var lines = 0;
        var found = false;
        var read = files.Scan(path, line =>
        {
            lines++;
            found = IsAcsOverrideSymbol(line);
            return found ? LineVerdict.KeepAndStop : lines == 1 ? LineVerdict.Keep : LineVerdict.Skip;
        });
        return read && lines > 0 ? found : null;
    }

    /// <summary><c>0000000000000000 t pcie_acs_overrides</c>; a kernel built with clang's LTO appends a suffix to the name.</summary>
    private static bool IsAcsOverrideSymbol(ReadOnlySpan<byte> line)
    {
        var name = line[(line.IndexOf((byte)' ') + 1)..];
        return name.Length > 2 && name[1] == ' ' && name[2..].StartsWith("pcie_acs_overrides"u8);
    }

    private static KernelModules? ReadModules(HostReader files, string? release, KernelCache memory)
    {
        if (files.Names("sys/module") is not { } loaded)
        {
            return null;
        }

        var builtIn = files.Noting(() => memory.BuiltIn ?? (release is null ? null : ReadBuiltIn(files, release)), out var isComplete);
        return new KernelModules([.. loaded], builtIn, isComplete && release is not null);
    }

    /// <summary>Lines <c>kernel/drivers/vfio/pci/vfio-pci.ko</c>.</summary>
    private static ImmutableHashSet<string>? ReadBuiltIn(HostReader files, string release)
    {
        var names = ImmutableHashSet.CreateBuilder<string>();
        foreach (var directory in (string[])["lib/modules", "usr/lib/modules"])
        {
            var read = files.Scan($"{directory}/{release}/modules.builtin", line =>
            {
                var file = System.Text.Encoding.UTF8.GetString(line[(line.LastIndexOf((byte)'/') + 1)..]);
                names.Add(file.Split('.')[0].Replace('-', '_'));
                return LineVerdict.Keep;
            });
            if (read)
            {
                return names.ToImmutable();
            }
        }

        return null;
    }

    private static bool? Parameter(HostReader files, string module, string parameter) =>
        files.Value<bool>($"sys/module/{module}/parameters/{parameter}", Flag.TryParse);

    private static bool? Either(bool? one, bool? other) => one is null ? other : other is null ? one : one.Value || other.Value;

    /// <summary>A vfio module without the parameter was built without CONFIG_VFIO_NOIOMMU and has no such mode.</summary>
    private static bool? ReadNoIommuMode(HostReader files)
    {
        const string parameter = "sys/module/vfio/parameters/enable_unsafe_noiommu_mode";
        return files.Value<bool>(parameter, Flag.TryParse)
            ?? (files.Exists("sys/module/vfio") == true && files.Exists(parameter) == false ? false : null);
    }

    /// <summary>The chosen one of <c>[default] performance powersave powersupersave</c>.</summary>
    private static string? Bracketed(string? text)
    {
        var open = text?.IndexOf('[') ?? -1;
        var close = text?.IndexOf(']') ?? -1;
        return open >= 0 && close > open + 1 ? text![(open + 1)..close] : null;
    }
}
