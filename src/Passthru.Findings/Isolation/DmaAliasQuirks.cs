using Passthru.Facts.Pci;

namespace Passthru.Findings.Isolation;

/// <summary>
/// Functions that do DMA under the name of another function of their bus: the fixups around quirk_dma_func0_alias in
/// drivers/pci/quirks.c, the same from Linux 6.1 to 7.2. What firmware adds for AMD (IVRS) is not to be seen from outside.
/// </summary>
internal static class DmaAliasQuirks
{
    private static readonly (ushort Vendor, ushort[] Devices)[] FunctionZero = [(0x1180, [0xe832, 0xe476]), (0x6766, [0x3d40, 0x3d41])];

    private static readonly (ushort Vendor, ushort[] Devices)[] FunctionOne =
    [
        (0x1b4b, [0x9120, 0x9123, 0x9125, 0x9128, 0x9130, 0x9170, 0x9172, 0x917a, 0x9182, 0x9183, 0x91a0, 0x9215, 0x9220, 0x9230, 0x9235]),
        (0x1103, [0x0642, 0x0645]),
        (0x197b, [0x2392]),
        (0x1c28, [0x0122]),
    ];

    /// <summary>Adaptec boards by their subsystem: 01.0.</summary>
    private static readonly PciId[] FixedSubsystems = [new(0x9005, 0x02bb), new(0x9005, 0x02bc)];

    /// <summary>10.0, 11.0 and 12.3.</summary>
    private static readonly ushort[] XeonPhi = [0x2260, 0x2264];

    /// <summary>Functions 0 to 4 of every slot.</summary>
    private static readonly ushort[] VisualCompute = [0x2954, 0x2955, 0x2956, 0x2958, 0x2959, 0x295a];

    /// <summary>Every function of the bus.</summary>
    private static readonly ushort[] PlxNonTransparent = [0x87b0, 0x87b1];

    private static readonly ushort[] Switchtec = [0x11f8, 0x1055];

    /// <summary>There is a row for the function.</summary>
    public static bool Apply(PciFunction function) => function.Id is { } id && AliasOf(function, id) is not null;

    /// <summary>Whether a function does DMA as the one at <paramref name="deviceFunction"/> of its bus; null where only the device knows.</summary>
    public static bool? IsAlias(PciFunction function, byte deviceFunction)
    {
        if (function.Id is not { } id || AliasOf(function, id) is not { } aliases)
        {
            return false;
        }

        return aliases(deviceFunction);
    }

    private static Func<byte, bool?>? AliasOf(PciFunction function, PciId id)
    {
        var slot = function.Address.Device << 3;
        return id switch
        {
            _ when IsIn(FunctionZero, id) => function.Address.Function == 0 ? null : other => other == slot,
            _ when IsIn(FunctionOne, id) => function.Address.Function == 1 ? null : other => other == (slot | 1),
            { Vendor: 0x9005, Device: 0x0285 } when function.Subsystem is { } it && FixedSubsystems.Contains(it) => other => other == 1 << 3,
            { Vendor: 0x8086 } when XeonPhi.Contains(id.Device) => other => other is 0x80 or 0x88 or 0x93,
            { Vendor: 0x8086 } when VisualCompute.Contains(id.Device) => other => (other & 7) < 5,
            { Vendor: 0x10b5 } when PlxNonTransparent.Contains(id.Device) => _ => true,

            // quirk_switchtec_ntb_dma_alias reads its table from the device's memory.
            _ when Switchtec.Contains(id.Vendor) && function.Class?.BaseAndSub == 0x0680 => _ => null,
            _ => null,
        };
    }

    private static bool IsIn((ushort Vendor, ushort[] Devices)[] table, PciId id) =>
        table.Any(row => row.Vendor == id.Vendor && row.Devices.Contains(id.Device));
}
