using Passthru.Facts.Kernel;
using Passthru.Facts.Pci;

namespace Passthru.Findings.Isolation;

/// <summary>
/// Functions that do DMA under the name of another function of their bus: the fixups around quirk_dma_func0_alias in
/// drivers/pci/quirks.c, the same in Linux 6.1.192, 6.12.95 and 7.2.13. What firmware adds for AMD (IVRS) is not to be seen from outside.
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

    private static readonly PciId[] AdaptecBoards = [new(0x9005, 0x02bb), new(0x9005, 0x02bc)];

    /// <summary>The version of Linux that brought the row of a function; the default is older than any that matters.</summary>
    public static KernelRelease SinceOf(PciFunction function) => function.Id switch
    {
        { Vendor: 0x6766, Device: 0x3d40 or 0x3d41 } => new(6, 12),
        { Vendor: 0x1b4b, Device: 0x9125 } => new(5, 18),
        { Vendor: 0x1b4b, Device: 0x9215 or 0x9183 or 0x9128 } => new(5, 14),
        { Vendor: 0x1b4b, Device: 0x9235 } => new(6, 5),
        { Vendor: 0x1103, Device: 0x0645 } => new(6, 8),
        { Vendor: 0x8086, Device: 0x2954 or 0x2955 or 0x2956 or 0x2958 or 0x2959 or 0x295a } => new(5, 6),
        { Vendor: 0x10b5, Device: 0x87b0 or 0x87b1 } => new(5, 7),
        { Vendor: 0x1055 } => new(6, 14),
        _ => default,
    };

    /// <summary>The function does DMA as another, or may.</summary>
    public static bool Apply(PciFunction function) => RowOf(function) != Row.None;

    /// <summary>Whether a function does DMA as the one at <paramref name="deviceFunction"/> of its bus; null where only the device knows.</summary>
    public static bool? IsAlias(PciFunction function, byte deviceFunction) => RowOf(function) switch
    {
        Row.FunctionZero => deviceFunction == function.Address.Device << 3,
        Row.FunctionOne => deviceFunction == ((function.Address.Device << 3) | 1),
        Row.Adaptec => deviceFunction == 1 << 3,
        Row.XeonPhi => deviceFunction is 0x80 or 0x88 or 0x93,
        Row.VisualCompute => (deviceFunction & 7) < 5,
        Row.Anybody => true,
        Row.InItsMemory => null,
        _ => false,
    };

    private static Row RowOf(PciFunction function) => function.Id switch
    {
        { Vendor: 0x1180 or 0x6766 } id when function.Address.Function != 0 && IsIn(FunctionZero, id) => Row.FunctionZero,
        { Vendor: 0x1b4b or 0x1103 or 0x197b or 0x1c28 } id when function.Address.Function != 1 && IsIn(FunctionOne, id) => Row.FunctionOne,
        { Vendor: 0x9005, Device: 0x0285 } when function.Subsystem is { } board && AdaptecBoards.Contains(board) => Row.Adaptec,
        { Vendor: 0x8086, Device: 0x2260 or 0x2264 } => Row.XeonPhi,
        { Vendor: 0x8086, Device: 0x2954 or 0x2955 or 0x2956 or 0x2958 or 0x2959 or 0x295a } => Row.VisualCompute,
        { Vendor: 0x10b5, Device: 0x87b0 or 0x87b1 } => Row.Anybody,
        { Vendor: 0x11f8 or 0x1055 } when function.Class?.BaseAndSub == 0x0680 => Row.InItsMemory,
        _ => Row.None,
    };

    private static bool IsIn((ushort Vendor, ushort[] Devices)[] table, PciId id)
    {
        foreach (var (vendor, devices) in table)
        {
            if (vendor == id.Vendor && devices.Contains(id.Device))
            {
                return true;
            }
        }

        return false;
    }

    private enum Row
    {
        None,
        FunctionZero,
        FunctionOne,

        /// <summary>01.0 (quirk_fixed_dma_alias).</summary>
        Adaptec,

        /// <summary>10.0, 11.0 and 12.3 (quirk_mic_x200_dma_alias).</summary>
        XeonPhi,

        /// <summary>Functions 0 to 4 of every slot (quirk_pex_vca_alias).</summary>
        VisualCompute,

        /// <summary>Every function of the bus (quirk_plx_ntb_dma_alias).</summary>
        Anybody,

        /// <summary>quirk_switchtec_ntb_dma_alias reads a table in the device's memory.</summary>
        InItsMemory,
    }
}
