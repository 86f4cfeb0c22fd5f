using System.Text;
using Passthru.Facts.Reading;
using Passthru.Facts.Reading.Trees;

namespace Passthru.Facts.Boot.Loaders;

/// <summary>
/// Limine: <c>limine.conf</c> with entries <c>/NAME</c>, below each other by the number of slashes and unfolded by <c>+</c>, and
/// <c>key: value</c>; before version 8 <c>limine.cfg</c> with colons and <c>KEY=value</c> (CONFIG.md of Limine).
/// </summary>
internal static class Limine
{
    private const int MaxEntries = 256;
    private static readonly string[] Names =
        ["limine.conf", "limine/limine.conf", "EFI/limine/limine.conf", "EFI/BOOT/limine.conf", "limine.cfg", "limine/limine.cfg", "EFI/BOOT/limine.cfg"];

    private static readonly string[] Keys = ["default_entry", "remember_last_entry", "path", "kernel_path", "cmdline", "kernel_cmdline", "module_path", "protocol"];

    public static bool Boots(LoaderContext context) => context.StartedFile is null && context.Efi.LoaderInfo is null or "Limine" && Menu(context) is not null;

    public static NextBoot Read(LoaderContext context)
    {
        var menu = Menu(context)!;
        var (entries, settings) = Entries(context.Files, menu);
        var chosen = settings.GetValueOrDefault("remember_last_entry") == "yes" ? null : Default(entries, settings.GetValueOrDefault("default_entry", "1"));
        return chosen is null
            ? LoaderContext.Undecided(BootLoader.Limine, menu, entries.Select(entry => entry.Entry))
            : context.Decided(BootLoader.Limine, chosen);
    }

    private static string? Menu(LoaderContext context) =>
        LoaderContext.Mounts.SelectMany(mount => Names.Select(name => $"{mount}/{name}")).FirstOrDefault(context.Has);

    /// <summary>A number counts what the menu shows; of what can be unfolded the first entry inside starts.</summary>
    private static LoaderEntry? Default(List<Node> entries, string wish)
    {
        var visible = entries.Where(entry => entry.IsVisible).ToList();
        var at = int.TryParse(wish, out var number)
            ? number >= 1 && number <= visible.Count ? entries.IndexOf(visible[number - 1]) : -1
            : entries.FindIndex(entry => entry.Entry.Id == wish);
        var starts = entries.Where(entry => entry.Entry.Kernel is not null).ToList();
        return at >= 0 ? entries.Skip(at).FirstOrDefault(entry => !entry.IsFolder)?.Entry : starts is [var only] ? only.Entry : null;
    }

    private static (List<Node> Entries, Dictionary<string, string> Settings) Entries(HostReader files, string menu)
    {
        var nodes = new List<Node>();
        var settings = new Dictionary<string, string>();
        files.Scan(menu, bytes =>
        {
            var line = Encoding.UTF8.GetString(bytes).Trim();
            if (line.Length > 1 && line[0] is '/' or ':' && nodes.Count < MaxEntries)
            {
                Add(nodes, menu, line);
                return LineVerdict.Keep;
            }

            var (key, value) = Split(line);
            if (!Keys.Contains(key))
            {
                return LineVerdict.Skip;
            }

            if (nodes.Count == 0)
            {
                settings[key] = value;
            }
            else
            {
                nodes[^1].Entry = With(nodes[^1].Entry, key, value);
            }

            return LineVerdict.Keep;
        });
        return (nodes, settings);
    }

    private static void Add(List<Node> nodes, string menu, string line)
    {
        var depth = line.Length - line.TrimStart(line[0]).Length;
        var name = line[depth..];
        var above = nodes.LastOrDefault(node => node.Depth < depth);
        if (above is not null)
        {
            above.IsFolder = true;
        }

        var title = name.TrimStart('+').Trim();
        nodes.Add(new Node
        {
            Depth = depth,
            IsUnfolded = name.StartsWith('+'),
            IsVisible = depth == 1 || above is { IsVisible: true, IsUnfolded: true },
            Entry = new LoaderEntry(depth == 1 || above is null ? title : $"{above.Entry.Id}/{title}", menu),
        });
    }

    private static (string Key, string Value) Split(string line)
    {
        var at = line.IndexOfAny([':', '=']);
        return at <= 0 ? ("", "") : (line[..at].Trim().ToLowerInvariant(), line[(at + 1)..].Trim());
    }

    private static LoaderEntry With(LoaderEntry entry, string key, string value) => key switch
    {
        "protocol" when value != "linux" => entry with { Kernel = null },
        "path" or "kernel_path" => entry with { Kernel = value, Options = entry.Options ?? "" },
        "cmdline" or "kernel_cmdline" => entry with { Options = value },
        "module_path" => entry with { Images = [.. entry.Images, value] },
        _ => entry,
    };

    private sealed class Node
    {
        public required int Depth { get; init; }

        public required bool IsUnfolded { get; init; }

        public required bool IsVisible { get; init; }

        public bool IsFolder { get; set; }

        public required LoaderEntry Entry { get; set; }
    }
}
