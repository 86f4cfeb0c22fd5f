using Passthru.Facts.Values;

namespace Passthru.Facts.Kernel;

/// <summary>
/// What <c>pcie_acs_override=</c> asks for, as the patch understands it (pcie_acs_override_setup): tokens between commas, known
/// by how they begin, the rest ignored. The parameter may come more than once; all of it adds up.
/// </summary>
/// <param name="Options">The tokens the patch would take: <c>downstream</c>, <c>multifunction</c>, <c>id:8086:1234</c>.</param>
public sealed record AcsOverrideRequest(EquatableArray<string> Options)
{
    public const string Parameter = "pcie_acs_override";

    /// <summary>The patch stores one id fewer than it has slots (16).</summary>
    private const int MaxIds = 15;

    /// <summary>Null: the parameter is not there.</summary>
    public static AcsOverrideRequest? Parse(KernelCommandLine line)
    {
        var values = line.ValuesOf(Parameter).ToList();
        if (values.Count == 0)
        {
            return null;
        }

        var options = values.SelectMany(value => value.Split(',')).Select(Understood).OfType<string>().Distinct().ToList();
        var tooMany = options.Where(option => option.StartsWith("id:", StringComparison.Ordinal)).Skip(MaxIds);
        return new AcsOverrideRequest([.. options.Except(tooMany)]);
    }

    private static string? Understood(string token) => token switch
    {
        _ when token.StartsWith("downstream", StringComparison.Ordinal) => "downstream",
        _ when token.StartsWith("multifunction", StringComparison.Ordinal) => "multifunction",
        _ when token.StartsWith("id:", StringComparison.Ordinal) => UnderstoodId(token[3..]),
        _ => null,
    };

    /// <summary>Vendor and device, at most four hex digits each.</summary>
    private static string? UnderstoodId(string id)
    {
        var parts = id.Split(':');
        return parts.Length == 2 && TryHex(parts[0], out var vendor) && TryHex(parts[1], out var device)
            ? $"id:{new Pci.PciId(vendor, device)}"
            : null;
    }

    private static bool TryHex(string digits, out ushort value) =>
        ushort.TryParse(digits, System.Globalization.NumberStyles.AllowHexSpecifier, System.Globalization.CultureInfo.InvariantCulture, out value);
}
