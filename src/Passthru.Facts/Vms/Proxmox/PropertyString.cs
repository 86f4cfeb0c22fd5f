namespace Passthru.Facts.Vms.Proxmox;

/// <summary>
/// Proxmox' values of several parts, <c>01:00,pcie=1</c>: one part may stand without its name (parse_property_string in
/// PVE/JSONSchema.pm). Names that are not asked for are left alone, so those of a later release do no harm.
/// </summary>
internal sealed class PropertyString
{
    private readonly Dictionary<string, string> _values = [];

    private PropertyString()
    {
    }

    public string? this[string name] => _values.GetValueOrDefault(name);

    /// <summary>Null: a name or a value is missing, or a name comes twice; Proxmox takes nothing of such a value.</summary>
    /// <param name="text">The value.</param>
    /// <param name="unnamed">The part that may stand without its name.</param>
    public static PropertyString? Parse(string text, string? unnamed = null)
    {
        var properties = new PropertyString();
        foreach (var part in text.Split(','))
        {
            if (!string.IsNullOrWhiteSpace(part) && !properties.TryAdd(part, unnamed))
            {
                return null;
            }
        }

        return properties;
    }

    /// <summary>A switch. False: what is written is neither yes nor no.</summary>
    public bool TrySwitch(string name, bool standard, out bool value)
    {
        value = standard;
        return this[name] is not { } text || Switch.TryParse(text, out value);
    }

    private bool TryAdd(string part, string? unnamed)
    {
        var equals = part.IndexOf('=', StringComparison.Ordinal);
        var name = equals < 0 ? unnamed : part[..equals].Trim();
        var value = part[(equals + 1)..].Trim();
        return !string.IsNullOrEmpty(name) && value.Length > 0 && _values.TryAdd(name, value);
    }
}

/// <summary>Yes and no in Proxmox' files (parse_boolean in PVE/JSONSchema.pm).</summary>
internal static class Switch
{
    public static bool TryParse(ReadOnlySpan<char> text, out bool value)
    {
        Span<char> lower = stackalloc char[5];
        var length = text.Length > lower.Length ? 0 : text.ToLowerInvariant(lower);
        value = lower[..length] is "1" or "on" or "yes" or "true";
        return value || lower[..length] is "0" or "off" or "no" or "false";
    }
}
