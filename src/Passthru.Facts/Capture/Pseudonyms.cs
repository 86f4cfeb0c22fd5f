using System.Globalization;

namespace Passthru.Facts.Capture;

/// <summary>Other names for virtual machines, the same for the same machine wherever it is named.</summary>
public sealed class Pseudonyms
{
    private readonly Dictionary<string, string> _names = [];

    /// <summary><c>vm-1</c>, <c>vm-2</c>, in the order in which they are asked for.</summary>
    public string Of(string name)
    {
        if (!_names.TryGetValue(name, out var other))
        {
            _names[name] = other = string.Create(CultureInfo.InvariantCulture, $"vm-{_names.Count + 1}");
        }

        return other;
    }
}
