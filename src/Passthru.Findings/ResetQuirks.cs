using Passthru.Facts.Pci;

namespace Passthru.Findings;

/// <summary>
/// Devices that do not do what their capabilities say: the reset quirks of drivers/pci/quirks.c and the table
/// pci_dev_reset_methods, as of Linux 7.2.
/// </summary>
internal static class ResetQuirks
{
    private static readonly (ushort Vendor, ushort[] Devices)[] NoFlr =
    [
        (0x1022, [0x1487, 0x148c, 0x149c, 0x7901, 0x1502, 0x17f0]),
        (0x8086, [0x1502, 0x1503]),
        (0x14c3, [0x0616, 0x7925]),
    ];

    private static readonly (ushort Vendor, ushort[] Devices)[] NoBusReset =
    [
        (0x10de, [0x22ce, 0x22d0]),
        (0x168c, [0x0030, 0x0032, 0x003c, 0x0033, 0x0034, 0x003e]),
        (0x17cb, [0x1103, 0x1107, 0x0308]),
        (0x177d, [0xa100]),
        (0x104c, [0xb005]),
        (0x1b21, [0x1164]),
    ];

    private static readonly (ushort Vendor, ushort[] Devices)[] NoPowerManagementReset = [(0x15b3, [0xcb84, 0xcf6c, 0xcf70, 0xcf80])];

    private static readonly (ushort Vendor, ushort[] Devices)[] OwnReset =
    [
        (0x8086, [0x10ed, 0x0156, 0x0166, 0x0953, 0x0a54]),
        (0x144d, [0xa804]),
        (0x025e, [0xf1ac]),
        (0x19e5, [0x375e]),
    ];

    /// <summary>quirk_no_flr, and quirk_no_flr_snet for revision 1 of d063:1000.</summary>
    public static bool HasFlr(PciFunction function) =>
        !IsIn(NoFlr, function) && !(function.Id == new PciId(0xd063, 0x1000) && function.Revision == 1);

    /// <summary>quirk_no_bus_reset; Ampere-generation boards of NVIDIA count by the upper bits of their id.</summary>
    public static bool HasBusReset(PciFunction function) =>
        !IsIn(NoBusReset, function) && !(function.Vendor == 0x10de && (function.Device & 0xffc0) == 0x2340);

    /// <summary>quirk_no_pm_reset, which leaves devices on a root bus alone: every graphics card of AMD, and some of Mellanox.</summary>
    public static bool HasPowerManagementReset(PciFunction function)
    {
        var isAmdDisplay = function.Vendor == 0x1002 && function.Class?.BaseAndSub == 0x0300;
        return function.Path.Parent is null || !(isAmdDisplay || IsIn(NoPowerManagementReset, function));
    }

    /// <summary>pci_dev_reset_methods; Chelsio T4 counts by the first digit of its id.</summary>
    public static bool HasOwnReset(PciFunction function) =>
        IsIn(OwnReset, function) || (function.Vendor == 0x1425 && (function.Device & 0xf000) == 0x4000);

    private static bool IsIn((ushort Vendor, ushort[] Devices)[] table, PciFunction function) =>
        function.Id is { } id && table.Any(row => row.Vendor == id.Vendor && row.Devices.Contains(id.Device));
}
