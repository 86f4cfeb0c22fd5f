namespace Passthru.Facts.Pci;

/// <summary>A function, or every function of a slot, as people write it: <c>01:00.0</c>, <c>01:00</c>, <c>0000:01:00</c>.</summary>
/// <param name="Address">The function; the first of the slot where all are meant.</param>
/// <param name="WholeSlot">All functions of the slot are meant.</param>
public readonly record struct PciSelector(PciAddress Address, bool WholeSlot)
{
    public static bool TryParse(ReadOnlySpan<char> text, out PciSelector selector)
    {
        var whole = !text.Contains('.');
        var domain = text.Count(':') == 1 ? "0000:" : "";
        var understood = PciAddress.TryParse($"{domain}{text}{(whole ? ".0" : "")}", out var address);
        selector = new PciSelector(address, whole);
        return understood;
    }

    public bool Covers(PciAddress function) => WholeSlot ? function.SharesSlotWith(Address) : function == Address;

    public override string ToString() => WholeSlot ? Address.ToString()[..^2] : Address.ToString();
}
