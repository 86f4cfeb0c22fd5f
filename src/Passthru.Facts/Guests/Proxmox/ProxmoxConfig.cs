using System.Buffers;

namespace Passthru.Facts.Guests.Proxmox;

/// <summary>
/// A virtual machine's file as it counts at the next start (parse_vm_config in PVE/QemuServer.pm): the lines before the first
/// section, which are followed by what is pending and by snapshots. Lines that begin with # are the description.
/// </summary>
internal sealed class ProxmoxConfig
{
    private static readonly SearchValues<char> KeyLetters = SearchValues.Create("abcdefghijklmnopqrstuvwxyz-_");
    private readonly Dictionary<string, string> _values = [];

    private ProxmoxConfig()
    {
    }

    /// <summary>The first line that is no part of such a file.</summary>
    public string? Strange { get; private set; }

    /// <summary>Nothing in it is part of such a file, although something is there.</summary>
    public bool IsStrange => Strange is not null && _values.Count == 0;

    /// <summary>The value of a key; the last of several counts.</summary>
    public string? this[string key] => _values.GetValueOrDefault(key);

    public static ProxmoxConfig Parse(string text)
    {
        var config = new ProxmoxConfig();
        foreach (var line in Lines(text))
        {
            config.Take(line);
        }

        return config;
    }

    /// <summary>What is not the description and not empty, up to the first section. What comes after it may be long, and is not looked at.</summary>
    internal static IEnumerable<string> Lines(string text)
    {
        for (var at = 0; at < text.Length && text[at] != '[';)
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
            Strange ??= line;
        }
    }

    /// <summary>Letters, dashes and underscores, then digits: <c>hostpci0</c>, <c>allow-ksm</c>.</summary>
    private static bool IsKey(ReadOnlySpan<char> text) =>
        char.IsAsciiLetterLower(text[0]) && text.TrimEnd("0123456789").IndexOfAnyExcept(KeyLetters) < 0;

    /// <summary>What text does not hold: control characters, and what stands for bytes that are no UTF-8.</summary>
    private static bool IsForeign(char letter) => (char.IsControl(letter) && letter != '\t') || letter == '\ufffd';
}
