using System.Text;
using Passthru.Facts.Reading;
using Passthru.Facts.Reading.Trees;

namespace Passthru.Facts.Boot.Loaders;

/// <summary>
/// rEFInd finds kernels by itself and gives them the first line of <c>refind_linux.conf</c> beside them. Entries written by hand
/// in <c>refind.conf</c>, and a choice of the last entry, are not decided here.
/// </summary>
internal static class Refind
{
    private const string Options = "refind_linux.conf";

    public static bool Boots(LoaderContext context) =>
        context.StartedFile is null && (context.Efi.LoaderInfo?.StartsWith("rEFInd", StringComparison.OrdinalIgnoreCase) ?? context.Has($"boot/{Options}"));

    public static NextBoot Read(LoaderContext context)
    {
        var files = context.Files;
        var entries = Lines(files, $"boot/{Options}").ToList();
        var kernels = (files.Names("boot") ?? []).Where(name => name.StartsWith("vmlinuz", StringComparison.Ordinal)).ToList();
        return entries.Count == 0 || HasOwnEntries(files)
            ? LoaderContext.Undecided(BootLoader.Refind, $"boot/{Options}", entries)
            : context.Decided(BootLoader.Refind, entries[0] with { Kernel = kernels is [var only] ? $"/boot/{only}" : "vmlinuz" });
    }

    private static bool HasOwnEntries(HostReader files)
    {
        var has = false;
        foreach (var mount in LoaderContext.Mounts)
        {
            files.Scan($"{mount}/EFI/refind/refind.conf", line =>
            {
                var entry = line.TrimStart(" \t"u8).StartsWith("menuentry "u8);
                has |= entry;
                return entry ? LineVerdict.Keep : LineVerdict.Skip;
            });
        }

        return has;
    }

    /// <summary><c>"name" "arguments"</c> a line.</summary>
    private static List<LoaderEntry> Lines(HostReader files, string path)
    {
        var entries = new List<LoaderEntry>();
        files.Scan(path, bytes =>
        {
            var parts = Encoding.UTF8.GetString(bytes).Trim().Split('"');
            if (parts is not ["", var name, _, var options, ..] || entries.Count > 100)
            {
                return LineVerdict.Skip;
            }

            entries.Add(new LoaderEntry(name, path)
            {
                Kernel = "vmlinuz",
                Options = options,
                Images = [.. options.Split(' ').Where(word => word.StartsWith("initrd=", StringComparison.Ordinal)).Select(word => word["initrd=".Length..])],
            });
            return LineVerdict.Keep;
        });
        return entries;
    }
}
