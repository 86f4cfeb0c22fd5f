using System.Text;
using Passthru.Facts.Reading;
using Passthru.Facts.Reading.Trees;

namespace Passthru.Facts.Boot.Loaders;

/// <summary>
/// Entries of the Boot Loader Specification, type 1: <c>loader/entries/ID.conf</c>, keys and values between blanks; the name
/// may count attempts, <c>ID+LEFT-DONE.conf</c>.
/// </summary>
internal static class EntryFile
{
    private const string Ending = ".conf";
    private const int MaxEntries = 256;
    private const int MaxLines = 100;
    private static readonly string[] Keys = ["title", "version", "sort-key", "machine-id", "linux", "initrd", "options", "efi", "uki"];

    public static IEnumerable<LoaderEntry> In(HostReader files, string directory) =>
        (files.Names(directory) ?? [])
            .Where(name => name.EndsWith(Ending, StringComparison.Ordinal))
            .Take(MaxEntries)
            .Select(name => Read(files, $"{directory}/{name}", name))
            .OfType<LoaderEntry>();

    private static LoaderEntry? Read(HostReader files, string path, string name)
    {
        var lines = new List<(string Key, string Value)>();
        var read = files.Scan(path, bytes =>
        {
            if (lines.Count >= MaxLines || !TrySplit(bytes, out var line))
            {
                return LineVerdict.Skip;
            }

            lines.Add(line);
            return LineVerdict.Keep;
        });
        return read ? Parse(path, name, lines) : null;
    }

    private static LoaderEntry Parse(string path, string name, List<(string Key, string Value)> lines)
    {
        var (id, left) = Counted(name[..^Ending.Length]);
        string? Last(string key) => lines.LastOrDefault(line => line.Key == key).Value;
        return new LoaderEntry(id + Ending, path)
        {
            Title = Last("title"),
            Version = Last("version"),
            SortKey = Last("sort-key"),
            MachineId = Last("machine-id"),
            Kernel = Last("linux"),
            Images = [.. lines.Where(line => line.Key == "initrd").SelectMany(line => line.Value.Split(' ', StringSplitOptions.RemoveEmptyEntries)).Where(word => !word.StartsWith('$'))],
            Options = string.Join(' ', lines.Where(line => line.Key == "options").Select(line => line.Value)),
            TriesLeft = left,
        };
    }

    private static bool TrySplit(ReadOnlySpan<byte> bytes, out (string Key, string Value) line)
    {
        var text = Encoding.UTF8.GetString(bytes).Trim();
        var end = text.IndexOfAny([' ', '\t']);
        line = end < 0 ? (text, "") : (text[..end], text[end..].Trim());
        return Keys.Contains(line.Key);
    }

    private static (string Id, int? Left) Counted(string name)
    {
        var plus = name.LastIndexOf('+');
        var counts = plus < 0 ? [] : name[(plus + 1)..].Split('-');
        return counts.Length is 1 or 2 && int.TryParse(counts[0], out var tries) && counts.All(count => int.TryParse(count, out _))
            ? (name[..plus], tries)
            : (name, null);
    }
}
