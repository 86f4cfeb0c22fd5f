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
        foreach (var range in text.AsSpan().Split('\n'))
        {
            var line = text.AsSpan()[range].TrimEnd();
            if (line.StartsWith('['))
            {
                break;
            }

            if (!line.IsEmpty && line[0] != '#')
            {
                config.Take(line.ToString());
            }
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
            Strange ??= line;
        }
    }

    /// <summary>Letters, dashes and underscores, then digits: <c>hostpci0</c>, <c>allow-ksm</c>.</summary>
    private static bool IsKey(ReadOnlySpan<char> text) =>
        char.IsAsciiLetterLower(text[0]) && text.TrimEnd("0123456789").IndexOfAnyExcept(KeyLetters) < 0;

    /// <summary>What text does not hold: control characters, and what stands for bytes that are no UTF-8.</summary>
    private static bool IsForeign(char letter) => (char.IsControl(letter) && letter != '\t') || letter == '\ufffd';
}
