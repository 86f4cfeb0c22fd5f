using Passthru.Facts.Pci;

namespace Passthru.Facts.Boot.Modprobe;

/// <summary>
/// Drivers of whole classes of devices, for kernels whose <c>modules.alias</c> is not to be seen, and for built-in drivers of
/// kernels that keep no list of what those match. Source: the id tables of the drivers.
/// </summary>
internal static class WellKnownDrivers
{
    private const uint Display = 0x03;
    private static readonly (string Module, ushort? Vendor, uint Class, int Shift)[] Table =
    [
        ("nouveau", 0x10de, Display, 16),
        ("nvidia", 0x10de, Display, 16),
        ("nvidiafb", 0x10de, Display, 16),
        ("nova_core", 0x10de, Display, 16),
        ("amdgpu", 0x1002, Display, 16),
        ("radeon", 0x1002, Display, 16),
        ("i915", 0x8086, Display, 16),
        ("xe", 0x8086, Display, 16),
        ("snd_hda_intel", null, 0x0403, 8),
        ("xhci_pci", null, 0x0c0330, 0),
        ("ehci_pci", null, 0x0c0320, 0),
        ("ohci_pci", null, 0x0c0310, 0),
        ("uhci_hcd", null, 0x0c0300, 0),
        ("nvme", null, 0x010802, 0),
        ("ahci", null, 0x010601, 0),
    ];

    public static IEnumerable<string> For(PciFunction function) =>
        from driver in Table
        where (driver.Vendor is null || driver.Vendor == function.Vendor) && function.Class is { } code && code.Code >> driver.Shift == driver.Class
        select driver.Module;
}
