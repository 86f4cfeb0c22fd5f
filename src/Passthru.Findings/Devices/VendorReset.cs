using Passthru.Facts.Pci;
using Passthru.Findings.Values;

namespace Passthru.Findings.Devices;

/// <summary>
/// Graphics cards of AMD that do not come back from a bus reset once a driver has used them, and for which the module
/// vendor-reset (github.com/gnif/vendor-reset) has a sequence of its own. Later cards come back by themselves.
/// </summary>
internal static class VendorReset
{
    private static readonly DeviceIds[] Cards =
    [
        // Polaris 10, 11 and 12
        new(0x67c0, 0x67df), 0x6fdf, new(0x67e0, 0x67ff), new(0x6980, 0x6987), 0x6995, 0x6997, 0x699f,

        // Vega 10 and 20, Arcturus
        new(0x6860, 0x686f), 0x687f, new(0x66a0, 0x66a4), 0x66a7, 0x66af, 0x738c, 0x738e,

        // Navi 10, 14 and 12
        0x7310, 0x7312, 0x7318, 0x7319, 0x731a, 0x731b, 0x731e, 0x731f, 0x7340, 0x7341, 0x7347, 0x734f, 0x7360, 0x7362,
    ];

    public static bool Knows(PciFunction function) =>
        function is { Vendor: 0x1002, Device: { } device, IsVirtual: false } && Cards.Any(ids => ids.Contains(device));

    /// <summary>A method of the kernel that such a card does not come back from.</summary>
    public static bool IsUseless(string method) => method is "pm" or "bus" or "cxl_bus";
}
