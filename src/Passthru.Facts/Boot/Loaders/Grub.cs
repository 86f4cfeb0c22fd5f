using System.Text;
using Passthru.Facts.Reading;
using Passthru.Facts.Reading.Trees;

namespace Passthru.Facts.Boot.Loaders;

/// <summary>
/// GRUB: the menu is a script, its environment block keeps what was chosen, and where the script says <c>blscfg</c> entries are
/// files (grub-core/commands/blscfg.c of Fedora and RHEL).
/// </summary>
internal static class Grub
{
    private const string Vendors = "boot/efi/EFI";
    private const int EnvironmentBytes = 64 * 1024;
    private static readonly string[] Menus = ["boot/grub/grub.cfg", "boot/grub2/grub.cfg"];

    public static bool Boots(LoaderContext context) =>
        context.Efi.LoaderInfo is { } info
            ? info.StartsWith("GRUB", StringComparison.Ordinal)
            : context.StartedFile is not null && HasMenu(context.Files);

    public static bool HasMenu(HostReader files) => Menus.Any(menu => files.Exists(menu) == true);

    public static NextBoot? Read(LoaderContext context)
    {
        var files = context.Files;
        var path = Menus.Concat(VendorMenus(files)).FirstOrDefault(menu => files.Exists(menu) == true);
        if (path is null)
        {
            return new NextBoot { Loader = BootLoader.Grub };
        }

        var script = new GrubScript(Environment(files, path), () => Entries(files));
        script.Run(Lines(files, path));
        if (files.Exists(Beside(path, "custom.cfg")) == true)
        {
            script.Run(Lines(files, Beside(path, "custom.cfg")));
        }

        var chosen = script.Default(path);
        return chosen is null
            ? LoaderContext.Undecided(BootLoader.Grub, path, script.All(path))
            : context.Decided(BootLoader.Grub, chosen) with { IsEntryFile = chosen.File != path };
    }

    /// <summary>RHEL 8 and older kin keep the menu on the EFI system partition.</summary>
    private static IEnumerable<string> VendorMenus(HostReader files) => (files.Names(Vendors) ?? []).Select(vendor => $"{Vendors}/{vendor}/grub.cfg");

    private static string Beside(string path, string name) => $"{path[..path.LastIndexOf('/')]}/{name}";

    private static List<string> Lines(HostReader files, string path)
    {
        const int most = 20_000;
        var lines = new List<string>();
        files.Scan(path, bytes =>
        {
            if (lines.Count >= most || !GrubScript.Concerns(bytes))
            {
                return LineVerdict.Skip;
            }

            lines.Add(Encoding.UTF8.GetString(bytes));
            return LineVerdict.Keep;
        });
        return lines;
    }

    /// <summary><c>NAME=value</c> a line, in a block of 1024 bytes that ends in number signs.</summary>
    private static Dictionary<string, string> Environment(HostReader files, string menu)
    {
        var text = files.LongText(Beside(menu, "grubenv"), EnvironmentBytes) ?? "";
        return text.Split('\n').Where(line => !line.StartsWith('#')).Select(line => line.Split('=', 2)).Where(line => line.Length == 2)
            .GroupBy(line => line[0], line => line[1]).ToDictionary(line => line.Key, line => line.Last());
    }

    /// <summary>In the order of the menu: by the names of their files, the newest first.</summary>
    private static IEnumerable<LoaderEntry> Entries(HostReader files) =>
        EntryFile.In(files, "boot/loader/entries").OrderByDescending(entry => entry.Id, VersionOrder.Instance)
            .Select(entry => entry with { Id = entry.Id[..^".conf".Length] });
}
