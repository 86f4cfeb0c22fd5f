using Passthru.Facts.Kernel;
using Passthru.Facts.Pci;
using Passthru.Findings.Values;

namespace Passthru.Findings.Devices;

/// <summary>
/// Devices that do not do what their capabilities say: the reset quirks of drivers/pci/quirks.c and the table
/// pci_dev_reset_methods, as of Linux 7.2.13, each row with the version that brought it or, where that is not known, the first that was seen to have it. Null where this kernel may have the row or not.
/// </summary>
internal sealed class ResetQuirks(KernelFacts? kernel)
{
    private static readonly Row[] NoFlr =
    [
        // 82579
        new(0x8086, Always, 0x1502, 0x1503),

        // Matisse audio and USB, Starship USB
        new(0x1022, new(5, 8), 0x1487, 0x149c),
        new(0x1022, new(5, 9), 0x148c),

        // FCH AHCI; neural processors
        new(0x1022, new(6, 3), 0x7901),
        new(0x1022, new(7, 2), 0x1502, 0x17f0),

        // MediaTek MT7922, MT7925
        new(0x14c3, new(6, 15), 0x0616),
        new(0x14c3, new(7, 2), 0x7925),
    ];

    private static readonly Row[] NoBusReset =
    [
        // Atheros; Cavium CN8xxx bridge
        new(0x168c, Always, 0x0030, 0x0032, 0x0033, 0x0034, 0x003c),
        new(0x177d, Always, 0xa100),

        // TI KeyStone C667X; Atheros QCA6174
        new(0x104c, new(5, 14), 0xb005),
        new(0x168c, new(5, 18), 0x003e),

        // Qualcomm wireless; ASMedia 1164; functions of NVIDIA's switches and integrated parts
        new(0x17cb, new(7, 2), 0x1103, 0x1107, 0x0308),
        new(0x1b21, new(7, 0), 0x1164),
        new(0x10de, new(7, 0), 0x22ce, 0x22d0),
    ];

    /// <summary>Ampere-generation boards of NVIDIA that hang off a bus of their own kind, by the upper bits of their id.</summary>
    private static readonly Row NvidiaBoards = new(0x10de, new(5, 14), new DeviceIds(0x2340, 0x237f));

    private static readonly Row[] NoPowerManagementReset = [new(0x15b3, new(6, 8), 0xcb84, 0xcf6c, 0xcf70, 0xcf80)];

    private static readonly Row[] OwnReset =
    [
        // 82599 virtual functions, Ivy Bridge graphics; Samsung SM961
        new(0x8086, Always, 0x10ed, 0x0156, 0x0166),
        new(0x144d, Always, 0xa804),

        // Intel P3700 and P4510; Chelsio T4 by the first digit of the id
        new(0x8086, Always, 0x0953),
        new(0x8086, new(5, 16), 0x0a54),
        new(0x1425, Always, new DeviceIds(0x4000, 0x4fff)),

        // Huawei 1822 virtual functions; Solidigm P44 Pro
        new(0x19e5, new(5, 13), 0x375e),
        new(0x025e, new(6, 9), 0xf1ac),
    ];

    /// <summary>Older than any kernel that matters.</summary>
    private static KernelRelease Always => default;

    /// <summary>quirk_no_flr, and quirk_no_flr_snet for revision 1 of d063:1000.</summary>
    public bool? HasFlr(PciFunction function) =>
        !(function is { Revision: 1, Id: { Vendor: 0xd063, Device: 0x1000 } } ? KernelRelease.Since(kernel?.Release, new(6, 9)) : IsIn(NoFlr, function));

    /// <summary>quirk_no_bus_reset</summary>
    public bool? HasBusReset(PciFunction function) => !IsIn([.. NoBusReset, NvidiaBoards], function);

    /// <summary>quirk_no_pm_reset, which leaves devices on a root bus alone: every graphics card of AMD, and some of Mellanox.</summary>
    public bool? HasPowerManagementReset(PciFunction function)
    {
        var isAmdDisplay = function.Vendor == 0x1002 && function.Class?.BaseAndSub == 0x0300;
        return function.Path.Parent is null ? true : isAmdDisplay ? false : !IsIn(NoPowerManagementReset, function);
    }

    /// <summary>pci_dev_reset_methods</summary>
    public bool? HasOwnReset(PciFunction function) => IsIn(OwnReset, function);

    private bool? IsIn(Row[] table, PciFunction function)
    {
        foreach (var row in table)
        {
            if (row.Vendor == function.Vendor && function.Device is { } device && row.Devices.Any(ids => ids.Contains(device)))
            {
                return row.Since == Always ? true : KernelRelease.Since(kernel?.Release, row.Since);
            }
        }

        return false;
    }

    private sealed record Row(ushort Vendor, KernelRelease Since, params DeviceIds[] Devices);
}
