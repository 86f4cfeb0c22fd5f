using System.IO.Enumeration;
using System.Text;
using Passthru.Facts.Reading;
using Passthru.Facts.Reading.Trees;

namespace Passthru.Facts.Boot.Loaders;

/// <summary>
/// systemd-boot: entries in files and unified kernel images; <c>loader.conf</c> and EFI variables choose (systemd-boot(7),
/// loader.conf(5), config_default_entry_select in src/boot/boot.c).
/// </summary>
internal static class SystemdBoot
{
    private const string Saved = "@saved";

    public static bool Boots(LoaderContext context) =>
        context.Efi.LoaderInfo is { } info
            ? info.StartsWith("systemd-boot", StringComparison.Ordinal)
            : context.StartedFile is null && (context.Efi.StubInfo is not null || Entries(context.Files).Any());

    public static NextBoot Read(LoaderContext context)
    {
        var files = context.Files;
        List<LoaderEntry> entries = [.. Entries(files), .. UnifiedImage.All(files)];
        entries.Sort(Compare);
        var configuration = LoaderContext.Mounts.Select(mount => $"{mount}/loader/loader.conf").FirstOrDefault(path => files.Exists(path) == true);
        var chosen = context.Efi.StubInfo is not null && context.Efi.LoaderInfo is null ? Started(context, entries) : Default(context, entries, configuration);
        var loader = chosen?.IsUnified == true ? BootLoader.SystemdStub : BootLoader.SystemdBoot;
        return chosen is null
            ? LoaderContext.Undecided(loader, configuration, entries)
            : context.Decided(loader, chosen) with { IsEntryFile = !chosen.IsUnified, IsKernelstub = files.IsThere(Kernelstub.File) };
    }

    private static IEnumerable<LoaderEntry> Entries(HostReader files) => LoaderContext.Mounts.SelectMany(mount => EntryFile.In(files, $"{mount}/loader/entries"));

    /// <summary>Without a menu the firmware starts the image itself: the one that runs.</summary>
    private static LoaderEntry? Started(LoaderContext context, List<LoaderEntry> entries) =>
        context.Efi.StubImage is { } image
            ? entries.Find(entry => entry.IsUnified && BootPath.Below(image).EndsWith(entry.Id, StringComparison.OrdinalIgnoreCase))
            : entries is [{ IsUnified: true } only] ? only : null;

    private static LoaderEntry? Default(LoaderContext context, List<LoaderEntry> entries, string? configuration)
    {
        var wish = context.Efi.EntryOneShot ?? context.Efi.EntryDefault ?? ConfiguredDefault(context.Files, configuration);
        if (wish == Saved)
        {
            wish = context.Efi.EntryLastBooted;
            return wish is null ? null : entries.Find(entry => entry.Id == wish);
        }

        return wish is null ? entries.FirstOrDefault() : entries.Find(entry => Matches(wish, entry.Id)) ?? Missing(wish, entries);
    }

    /// <summary>What is named and not among the files may be made by the loader (<c>auto-windows</c>); a pattern that fits nothing counts for nothing.</summary>
    private static LoaderEntry? Missing(string wish, List<LoaderEntry> entries) =>
        wish.StartsWith("auto-", StringComparison.Ordinal) ? new LoaderEntry(wish, "") : entries.FirstOrDefault();

    private static bool Matches(string wish, string id)
    {
        var name = id.EndsWith(".conf", StringComparison.OrdinalIgnoreCase) ? id[..^5] : id;
        return FileSystemName.MatchesSimpleExpression(wish, id) || FileSystemName.MatchesSimpleExpression(wish, name);
    }

    private static string? ConfiguredDefault(HostReader files, string? configuration)
    {
        string? wish = null;
        if (configuration is not null)
        {
            files.Scan(configuration, line =>
            {
                var words = Encoding.UTF8.GetString(line).Split([' ', '\t'], 2, StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
                if (words is not ["default", var value])
                {
                    return LineVerdict.Skip;
                }

                wish = value;
                return LineVerdict.Keep;
            });
        }

        return wish;
    }

    /// <summary>What comes first in the menu (boot_entry_compare in src/boot/boot.c).</summary>
    private static int Compare(LoaderEntry one, LoaderEntry other)
    {
        var bad = (one.TriesLeft == 0).CompareTo(other.TriesLeft == 0);
        if (bad != 0)
        {
            return bad;
        }

        if ((one.SortKey is null) != (other.SortKey is null))
        {
            return one.SortKey is null ? 1 : -1;
        }

        int[] keyed = one.SortKey is null
            ? []
            : [string.CompareOrdinal(one.SortKey, other.SortKey), string.CompareOrdinal(one.MachineId, other.MachineId), VersionOrder.Instance.Compare(other.Version, one.Version)];
        return keyed.FirstOrDefault(order => order != 0) is var first and not 0 ? first : VersionOrder.Instance.Compare(other.Id, one.Id);
    }
}
