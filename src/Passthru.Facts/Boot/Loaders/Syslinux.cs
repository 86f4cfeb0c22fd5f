using System.Text;
using Passthru.Facts.Reading;
using Passthru.Facts.Reading.Trees;

namespace Passthru.Facts.Boot.Loaders;

/// <summary>Syslinux and U-Boot's extlinux.conf; Unraid boots so from its stick, which is <c>/boot</c>.</summary>
internal static class Syslinux
{
    private static readonly string[] Menus =
        ["boot/syslinux/syslinux.cfg", "boot/extlinux/extlinux.conf", "boot/syslinux/extlinux.conf", "boot/syslinux.cfg", "boot/extlinux.conf"];

    private static readonly string[] Keys = ["default", "label", "menu", "kernel", "linux", "append", "initrd"];

    public static bool Boots(LoaderContext context) => Menu(context) is not null && !Grub.HasMenu(context.Files) && context.Efi.LoaderInfo is null;

    public static NextBoot Read(LoaderContext context)
    {
        var menu = Menu(context)!;
        var (entries, wish) = Entries(context.Files, menu);
        var chosen = entries.Find(entry => entry.Id == wish) ?? (wish is null || wish.EndsWith(".c32", StringComparison.Ordinal) ? entries.FirstOrDefault() : null);
        return chosen is null ? LoaderContext.Undecided(BootLoader.Syslinux, menu, entries) : context.Decided(BootLoader.Syslinux, chosen);
    }

    private static string? Menu(LoaderContext context) => Array.Find(Menus, context.Has);

    private static (List<LoaderEntry> Entries, string? Default) Entries(HostReader files, string menu)
    {
        var entries = new List<LoaderEntry>();
        string? wish = null;
        string? ofMenu = null;
        files.Scan(menu, bytes =>
        {
            var words = Encoding.UTF8.GetString(bytes).Split([' ', '\t', '\r'], 2, StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
            var key = words is [var first, ..] ? first.ToLowerInvariant() : "";
            if (!Keys.Contains(key) || entries.Count > 100)
            {
                return LineVerdict.Skip;
            }

            var value = words.Length > 1 ? words[1] : "";
            if (key == "label")
            {
                entries.Add(new LoaderEntry(value, menu));
            }
            else if (entries.Count == 0)
            {
                wish = key == "default" ? value : wish;
            }
            else if (key == "menu")
            {
                ofMenu = value.Equals("default", StringComparison.OrdinalIgnoreCase) ? entries[^1].Id : ofMenu;
            }
            else
            {
                wish = key == "default" ? value : wish;
                entries[^1] = With(entries[^1], key, value);
            }

            return LineVerdict.Keep;
        });
        return (entries, ofMenu ?? wish);
    }

    private static LoaderEntry With(LoaderEntry entry, string key, string value) => key switch
    {
        "kernel" or "linux" when !value.EndsWith(".c32", StringComparison.Ordinal) => entry with { Kernel = value, Options = entry.Options ?? "" },
        "initrd" => entry with { Images = [.. entry.Images, .. value.Split(',')] },
        "append" => entry with
        {
            Options = value,
            Images = [.. entry.Images, .. value.Split(' ').Where(word => word.StartsWith("initrd=", StringComparison.Ordinal)).SelectMany(word => word["initrd=".Length..].Split(','))],
        },
        _ => entry,
    };
}
