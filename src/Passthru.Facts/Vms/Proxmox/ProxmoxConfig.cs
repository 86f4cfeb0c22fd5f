using System.Buffers;

namespace Passthru.Facts.Vms.Proxmox;

/// <summary>
/// A VM's file (parse_vm_config in PVE/QemuServer.pm): the lines before the first section are the configuration that a running VM
/// was started with, <c>[PENDING]</c> is what changes at its next start, and the other sections are snapshots. Lines that begin
/// with # are the description.
/// </summary>
internal sealed class ProxmoxConfig
{
    private const string PendingSection = "[PENDING]";
    private static readonly SearchValues<char> KeyLetters = SearchValues.Create("abcdefghijklmnopqrstuvwxyz-_");
    private readonly Dictionary<string, string> _values;

    private ProxmoxConfig(Dictionary<string, string> values) => _values = values;

    /// <summary>The first line that is no part of such a file.</summary>
    public string? FirstInvalidLine { get; private set; }

    /// <summary>Nothing in it is part of such a file, although something is there.</summary>
    public bool IsNotConfig => FirstInvalidLine is not null && _values.Count == 0;

    /// <summary>The configuration with the pending changes applied; the same where nothing is pending.</summary>
    public ProxmoxConfig Next { get; private set; } = null!;

    /// <summary>The value of a key; the last of several counts.</summary>
    public string? this[string key] => _values.GetValueOrDefault(key);

    /// <summary>The values of some keys, in order of the keys.</summary>
    public IEnumerable<string> Where(Func<string, bool> isWanted) =>
        _values.Where(pair => isWanted(pair.Key)).OrderBy(pair => pair.Key, StringComparer.Ordinal).Select(pair => pair.Value);

    public static ProxmoxConfig Parse(string text)
    {
        var config = Parse(Lines(text));
        config.Next = Pending(text) is { } pending ? config.With(pending) : config;
        return config;
    }

    /// <summary>What is not the description and not empty, up to the first section.</summary>
    internal static IEnumerable<string> Lines(string text) => Lines(text, 0);

    /// <summary>The same for <c>[PENDING]</c>; empty without it. Snapshots may be long, and are not looked at.</summary>
    internal static IEnumerable<string> PendingLines(string text) => PendingStart(text) is { } start ? Lines(text, start) : [];

    private static IEnumerable<string> Lines(string text, int start)
    {
        for (var at = start; at < text.Length && text[at] != '[';)
        {
            var end = text.IndexOf('\n', at) is var feed and >= 0 ? feed : text.Length;
            var line = text[at..end].TrimEnd();
            if (line.Length > 0 && line[0] != '#')
            {
                yield return line;
            }

            at = end + 1;
        }
    }

    private static int? PendingStart(string text)
    {
        for (var at = 0; (at = text.IndexOf(PendingSection, at, StringComparison.OrdinalIgnoreCase)) >= 0; at++)
        {
            var end = text.IndexOf('\n', at) is var feed and >= 0 ? feed : text.Length;
            if ((at == 0 || text[at - 1] == '\n') && string.IsNullOrWhiteSpace(text[(at + PendingSection.Length)..end]))
            {
                return end;
            }
        }

        return null;
    }

    private static ProxmoxConfig? Pending(string text)
    {
        var lines = PendingLines(text).ToList();
        return lines.Count == 0 ? null : Parse(lines);
    }

    /// <summary>Deletions first, then what is set anew (vmconfig_apply_pending). A name after <c>!</c> is deleted by force.</summary>
    private ProxmoxConfig With(ProxmoxConfig pending)
    {
        var values = new Dictionary<string, string>(_values);
        foreach (var key in (pending["delete"] ?? "").Split([',', ';', ' ', '\t'], StringSplitOptions.RemoveEmptyEntries))
        {
            values.Remove(key.TrimStart('!'));
        }

        foreach (var (key, value) in pending._values.Where(pair => pair.Key != "delete"))
        {
            values[key] = value;
        }

        var next = new ProxmoxConfig(values);
        FirstInvalidLine ??= pending.FirstInvalidLine;
        next.Next = next;
        return next;
    }

    private static ProxmoxConfig Parse(IEnumerable<string> lines)
    {
        var config = new ProxmoxConfig([]);
        foreach (var line in lines)
        {
            config.Take(line);
        }

        return config;
    }

    private void Take(string line)
    {
        var colon = line.IndexOf(':', StringComparison.Ordinal);
        var value = line[(colon + 1)..].Trim();
        if (colon > 0 && IsKey(line.AsSpan(0, colon)) && value.Length > 0 && !line.Any(IsForeign))
        {
            _values[line[..colon]] = value;
        }
        else
        {
            FirstInvalidLine ??= line;
        }
    }

    /// <summary>Letters, dashes and underscores, then digits: <c>hostpci0</c>, <c>allow-ksm</c>.</summary>
    private static bool IsKey(ReadOnlySpan<char> text) =>
        char.IsAsciiLetterLower(text[0]) && text.TrimEnd("0123456789").IndexOfAnyExcept(KeyLetters) < 0;

    /// <summary>What text does not hold: control characters, and what stands for bytes that are no UTF-8.</summary>
    private static bool IsForeign(char letter) => (char.IsControl(letter) && letter != '\t') || letter == '\ufffd';
}
