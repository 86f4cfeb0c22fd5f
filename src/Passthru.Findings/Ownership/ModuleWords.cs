using Passthru.Facts.Boot.Modprobe;
using Passthru.Facts.Kernel;
using Passthru.Facts.Values;

namespace Passthru.Findings.Ownership;

/// <summary>What keeps a module from being loaded, or loads VFIO before it: words of the command line and lines of modprobe.d.</summary>
internal static class ModuleWords
{
    private static readonly string[] Nothing = ["/bin/false", "/bin/true", "/usr/bin/false", "/usr/bin/true", "/sbin/false", "false", "true", ":", "/dev/null"];
    private static readonly string[] ModeSetting = ["nouveau", "amdgpu", "radeon", "i915", "xe", "nova_core"];

    public static string Underscored(string name) => name.Replace('-', '_');

    /// <summary>Names between commas of all words of that name.</summary>
    public static IEnumerable<string> Listed(KernelCommandLine? line, string parameter) =>
        (line?.ValuesOf(parameter) ?? []).SelectMany(value => value.Split(',', StringSplitOptions.RemoveEmptyEntries)).Select(Underscored);

    /// <summary>kmod's own word on the command line, and the kernel's (kernel/module/main.c, module_blacklist).</summary>
    public static bool IsOffOnCommandLine(KernelCommandLine? line, string module) => IsRefused(line, module) || Listed(line, "modprobe.blacklist").Contains(module);

    public static bool IsRefused(KernelCommandLine? line, string module) => Listed(line, "module_blacklist").Contains(module);

    /// <summary>dracut turns these words into a file of modprobe.d inside its image.</summary>
    public static bool IsOffInDracut(KernelCommandLine? line, string module) =>
        Listed(line, "rd.driver.blacklist").Concat(Listed(line, "rdblacklist")).Contains(module);

    /// <summary>A blacklist names whole modules; it keeps udev from loading them, not somebody who asks for the name.</summary>
    public static bool IsBlacklisted(ModuleConfiguration modules, string module) => modules.Blacklisted.Any(line => line.Module == module);

    /// <summary>Something that does nothing runs in place of the module, whoever asks for it.</summary>
    public static ModuleLine? Disabled(ModuleConfiguration modules, string module) =>
        modules.Installs.FirstOrDefault(line => Fits(line.Module, module)) is { } install && Nothing.Contains(install.Parameters.Split(' ', '\t', ';')[0]) ? install : null;

    /// <summary>The driver is loaded and leaves all devices alone: <c>nomodeset</c>, <c>nouveau.modeset=0</c>.</summary>
    public static bool IsIdle(KernelCommandLine? line, ModuleConfiguration modules, string module) =>
        ModeSetting.Contains(module)
        && (line?.ValuesOf("nomodeset").Any() == true
            || line?.ValuesOf($"{module}.modeset").LastOrDefault() == "0"
            || modules.Options.Any(option => option.Module == module && option.Parameters.Split(' ').Contains("modeset=0")));

    /// <summary>modprobe loads vfio-pci first, because of the module or of one that it needs.</summary>
    public static bool LoadsVfioFirst(ModuleConfiguration modules, string module, IEnumerable<string> needs) =>
        modules.SoftDependencies.Any(line => line.Before.Contains("vfio_pci") && needs.Prepend(module).Any(name => Fits(line.Module, name)));

    /// <summary>modprobe.d may name options, commands and dependencies by patterns, but no blacklist.</summary>
    public static bool Fits(string pattern, string module) => pattern == module || Glob.Matches(pattern, module);

    public static bool IsPattern(string name) => name.IndexOfAny(['*', '?', '[']) >= 0;
}
