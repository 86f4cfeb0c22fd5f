using System.Globalization;
using Passthru.Facts.Pci;

namespace Passthru.Findings.Isolation;

/// <summary>What the ACS override grants: the tokens of <see cref="Facts.Kernel.AcsOverrideRequest"/> as the rule asks for them.</summary>
internal sealed record AcsOverrideOptions
{
    public static readonly AcsOverrideOptions None = new();

    public bool Downstream { get; init; }

    public bool Multifunction { get; init; }

    public IReadOnlySet<PciId> Ids { get; init; } = new HashSet<PciId>();

    /// <summary>A variant of the patch that does not pass over functions with an ACS capability (as in EVE, lf-edge/eve).</summary>
    public bool IgnoresCapability { get; init; }

    public static AcsOverrideOptions From(IReadOnlyCollection<string> options) => new()
    {
        Downstream = options.Contains("downstream"),
        Multifunction = options.Contains("multifunction"),
        Ids = options.Select(IdOf).OfType<PciId>().ToHashSet(),
    };

    /// <summary><c>id:8086:1234</c>.</summary>
    private static PciId? IdOf(string option) =>
        option.Split(':') is ["id", var vendor, var device] && TryHex(vendor, out var first) && TryHex(device, out var second)
            ? new PciId(first, second)
            : null;

    private static bool TryHex(string digits, out ushort value) =>
        ushort.TryParse(digits, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out value);
}
