using Passthru.Facts;
using Passthru.Facts.Pci;
using Passthru.Findings.Guests;

namespace Passthru.Findings;

/// <summary>
/// Whether a VM reads the ROM of a device that it is given. It does not where its manager gives it a file instead or hides the ROM,
/// and integrated graphics have none: their code is part of the board's firmware.
/// </summary>
public static class RomUse
{
    private const ushort Amd = 0x1022;
    private const ushort AmdGraphics = 0x1002;

    /// <summary>For each function that a VM is configured to take. False: no VM reads its ROM; null: it cannot be told.</summary>
    public static IReadOnlyDictionary<PciAddress, bool?> Of(HostFacts facts, Report report)
    {
        var endpoints = new Endpoints(facts.Pci);
        return (report.Guests ?? []).Where(guest => !guest.Guest.IsTemplate)
            .SelectMany(guest => guest.Functions.Select(it => (it.Address, Shown: ShowsRom(guest, it))))
            .GroupBy(it => it.Address)
            .ToDictionary(it => it.Key, it => it.Any(use => use.Shown) ? !IsIntegratedGraphics(endpoints, it.Key) : false);
    }

    private static bool ShowsRom(GuestVerdict guest, GuestFunction function) =>
        guest.Guest.Devices.FirstOrDefault(device => device.Slot == function.Slot) is { HasRomBar: not false, RomFile: null };

    /// <summary>Graphics on the root bus, and AMD's behind the internal bridges of its processors, which are device 8 there.</summary>
    private static bool? IsIntegratedGraphics(Endpoints endpoints, PciAddress address)
    {
        if (endpoints.At(address) is not { Class: not null, Path.IsKnown: true } function)
        {
            return null;
        }

        var bridge = function.Path.Parent is { } parent ? endpoints.At(parent) : null;
        return function.Kind != DeviceKind.Gpu ? false
            : function.Path.Parent is null ? true
            : function.Vendor is not { } vendor ? null
            : vendor != AmdGraphics ? false
            : bridge?.Vendor is { } above ? above == Amd && bridge.Address is { Bus: 0, Device: 8 } : null;
    }
}
