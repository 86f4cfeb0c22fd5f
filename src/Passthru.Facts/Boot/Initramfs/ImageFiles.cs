using Passthru.Facts.Boot.Bindings;

namespace Passthru.Facts.Boot.Initramfs;

/// <summary>The files by which the makers of images say what is loaded when, and by which one knows the maker.</summary>
internal static class ImageFiles
{
    /// <summary>mkinitramfs: modules to load, after udev has started.</summary>
    public const string InitramfsToolsModules = "conf/modules";

    /// <summary>mkinitcpio: the shell variables of its init, <c>MODULES</c> among them.</summary>
    public const string MkinitcpioConfig = "config";

    /// <summary>mkinitramfs: the order of scripts before the root file system is looked for, that of udev among them.</summary>
    public const string InitTopOrder = "scripts/init-top/ORDER";

    /// <summary>dracut: words that count as on the kernel's command line.</summary>
    public const string DracutCommandLines = "etc/cmdline.d/";

    /// <summary>NixOS: the script of stage 1, which loads modules by name before udev.</summary>
    public const string NixosStage1 = "-stage-1-init.sh";

    private const string InitramfsToolsMarker = "conf/initramfs.conf";
    private const string MkinitcpioMarker = "buildconfig";
    private static readonly string[] DracutDirectories = ["usr/lib/dracut/", "lib/dracut/"];
    private static readonly string[] LoadDirectories = ["etc/modules-load.d/", "usr/lib/modules-load.d/", "run/modules-load.d/"];
    private static readonly string[] RuleDirectories = ["etc/udev/rules.d/", "usr/lib/udev/rules.d/", "lib/udev/rules.d/"];

    public static bool IsMarker(string name) => name is InitramfsToolsMarker or MkinitcpioMarker || IsBelow(name, DracutDirectories);

    public static bool IsModulesLoad(string name) => IsBelow(name, LoadDirectories) && name.EndsWith(".conf", StringComparison.Ordinal);

    public static bool IsUdevRules(string name) => IsBelow(name, RuleDirectories) && name.EndsWith(".rules", StringComparison.Ordinal);

    /// <summary>Who made an image, by a file that only this program puts there.</summary>
    public static ImageMaker Maker(IEnumerable<string> names)
    {
        var all = names.ToHashSet();
        return all.Contains(InitramfsToolsMarker) ? ImageMaker.InitramfsTools
            : all.Contains(MkinitcpioMarker) ? ImageMaker.Mkinitcpio
            : all.Any(name => name.EndsWith("dracut/hostonly-files", StringComparison.Ordinal)) ? ImageMaker.DracutHostOnly
            : all.Any(name => IsBelow(name, DracutDirectories)) ? ImageMaker.Dracut
            : all.Any(name => name.EndsWith(NixosStage1, StringComparison.Ordinal)) ? ImageMaker.Nixos
            : ImageMaker.Unknown;
    }

    /// <summary>What is kept of a file's text; null: nothing, whatever it is. Of what is kept the same is kept.</summary>
    public static Func<string, string>? KeptOf(string name) => name switch
    {
        InitramfsToolsModules or InitTopOrder => text => text,
        MkinitcpioConfig => text => LinesWith(text, line => line.StartsWith("MODULES=", StringComparison.Ordinal)),
        _ when name.StartsWith(DracutCommandLines, StringComparison.Ordinal) =>
            text => LinesWith(text, line => line.Contains("driver", StringComparison.Ordinal) || line.Contains("vfio", StringComparison.Ordinal)),
        _ when IsModulesLoad(name) => text => text,
        _ when IsUdevRules(name) => UdevBindings.Kept,
        _ when ImageScripts.IsOne(name) => ImageScripts.Kept,
        _ => null,
    };

    internal static string LinesWith(string text, Func<string, bool> isWanted) => string.Concat(text.Split('\n').Where(isWanted).Select(line => line + "\n"));

    private static bool IsBelow(string name, string[] directories) => directories.Any(directory => name.StartsWith(directory, StringComparison.Ordinal));
}
