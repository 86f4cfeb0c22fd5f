using System.Text;
using Passthru.Facts.Boot.Bindings;
using Passthru.Facts.Kernel;

namespace Passthru.Facts.Boot.Initramfs;

/// <summary>What an image does by itself before the root file system is there, beyond its files of modprobe.d.</summary>
internal static class ImageSettings
{
    private const string Loop = "for i in ";
    private static readonly char[] Blanks = [' ', '\t'];

    /// <summary>Modules that are loaded by name, in their order.</summary>
    public static IEnumerable<EarlyLoad> Loads(List<(string Path, byte[] Content, string? Target)> entries)
    {
        foreach (var (path, content, _) in entries.Where(entry => entry.Target is null))
        {
            var text = Encoding.UTF8.GetString(content);
            var loads = path switch
            {
                ImageFiles.InitramfsToolsModules => Lines(text).Select(line => Load(line, path, LoadTime.AfterUdev)),
                ImageFiles.MkinitcpioConfig => Lines(text).SelectMany(OfShell).Select(module => Load(module, path, LoadTime.BeforeUdev)),
                _ when path.EndsWith(ImageFiles.NixosStage1, StringComparison.Ordinal) =>
                    Lines(text).Where(line => line.StartsWith(Loop, StringComparison.Ordinal)).SelectMany(OfLoop).Select(module => Load(module, path, LoadTime.BeforeUdev)),
                _ when ImageFiles.IsModulesLoad(path) => Lines(text).Select(line => Load(line, path, LoadTime.WithUdev)),
                _ => [],
            };
            foreach (var load in loads)
            {
                yield return load;
            }
        }
    }

    /// <summary>Words that dracut adds to the kernel's command line.</summary>
    public static KernelCommandLine CommandLine(List<(string Path, byte[] Content, string? Target)> entries) => KernelCommandLine.Parse(string.Join(' ',
        entries.Where(entry => entry.Path.StartsWith(ImageFiles.DracutCommandLines, StringComparison.Ordinal)).SelectMany(entry => Lines(Encoding.UTF8.GetString(entry.Content)))));

    /// <summary>Rules of udev that give devices to VFIO.</summary>
    public static IEnumerable<DeviceBinding> Bindings(List<(string Path, byte[] Content, string? Target)> entries) =>
        entries.Where(entry => entry.Target is null && ImageFiles.IsUdevRules(entry.Path))
            .SelectMany(entry => UdevBindings.Parse(entry.Path, Encoding.UTF8.GetString(entry.Content)));

    internal static IEnumerable<string> Lines(string text) =>
        text.Split('\n').Select(line => line.Trim()).Where(line => line.Length > 0 && !line.StartsWith('#') && !line.StartsWith(';'));

    /// <summary><c>MODULES="vfio_pci vfio"</c>, with or without quotes and brackets.</summary>
    private static string[] OfShell(string line) => line[(line.IndexOf('=', StringComparison.Ordinal) + 1)..].Trim('"', '\'', '(', ')').Split(Blanks, StringSplitOptions.RemoveEmptyEntries);

    /// <summary><c>for i in vfio_pci vfio; do</c>.</summary>
    private static string[] OfLoop(string line) => line[Loop.Length..].Split(';')[0].Split(Blanks, StringSplitOptions.RemoveEmptyEntries);

    internal static EarlyLoad Load(string line, string path, LoadTime time)
    {
        var words = line.Split(Blanks, 2, StringSplitOptions.RemoveEmptyEntries);
        return new EarlyLoad(words[0].Replace('-', '_'), words.Length > 1 ? words[1] : "", path, time);
    }
}

/// <summary>A module that is loaded by its name.</summary>
/// <param name="Module">With underscores.</param>
/// <param name="Parameters">Parameters that it is given besides those of modprobe.d.</param>
/// <param name="File">Where in the image that stands.</param>
/// <param name="Time">Before, with or after udev.</param>
public sealed record EarlyLoad(string Module, string Parameters, string File, LoadTime Time);

/// <summary>When a module is loaded, against udev's loading of whatever matches a device.</summary>
public enum LoadTime
{
    BeforeUdev,

    /// <summary>Side by side with it, in no order (systemd-modules-load.service).</summary>
    WithUdev,
    AfterUdev,
}

/// <summary>A script of an image that is about VFIO.</summary>
/// <param name="File">Where in the image it stands.</param>
/// <param name="Text">Its lines about VFIO and those with addresses of functions.</param>
/// <param name="Time">Before, after, or at a time that cannot be told.</param>
public sealed record EarlyScript(string File, string Text, LoadTime Time);

/// <summary>Programs that make images.</summary>
public enum ImageMaker
{
    Unknown,
    InitramfsTools,
    Dracut,
    DracutHostOnly,
    Mkinitcpio,
    Nixos,
}
