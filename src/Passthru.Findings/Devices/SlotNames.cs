using Passthru.Facts.Pci;
using Passthru.Facts.Platform;

namespace Passthru.Findings.Devices;

/// <summary>
/// The physical slot of a function: what the board has printed beside it, else the firmware's name of an onboard device, else the
/// kernel's name of the slot. A card with a switch of its own is in one slot with all that is on it.
/// </summary>
internal sealed class SlotNames
{
    private readonly Dictionary<PciAddress, PciFunction> _functions;
    private readonly Dictionary<PciAddress, string> _board = [];

    public SlotNames(PciFacts pci, PlatformFacts? platform)
    {
        _functions = pci.Functions.ToDictionary(function => function.Address);
        foreach (var slot in platform?.Slots ?? [])
        {
            _board.TryAdd(slot.Address, slot.Designation);
        }
    }

    public string? Find(PciFunction function) => OfBoard(function) ?? function.Label ?? OfKernel(function);

    /// <summary>Firmware gives the address of the device in the slot, by its first function, or that of the port above.</summary>
    private string? OfBoard(PciFunction function)
    {
        var first = function.Path.Parent is null ? function.Address : function.Address with { Function = 0 };
        return function.Path.Ancestors.Prepend(first).Prepend(function.Address).Select(address => _board.GetValueOrDefault(address)).FirstOrDefault(name => name is not null);
    }

    private string? OfKernel(PciFunction function) =>
        function.Slot ?? function.Path.Ancestors.Select(above => _functions.GetValueOrDefault(above)?.Slot).FirstOrDefault(name => name is not null);
}
