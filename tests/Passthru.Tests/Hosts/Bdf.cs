using System.Globalization;

namespace Passthru.Tests.Hosts;

/// <summary>A PCI address, domain:bus:slot.function. A VMD domain has five digits ("10000:e1:00.0").</summary>
internal readonly record struct Bdf(int Domain, int Bus, int Slot, int Function)
{
    public int DeviceFunction => (Slot << 3) | Function;

    /// <summary>The 16 bits that name the function on its segment (requester id, PCIe 2.2.6.2).</summary>
    public int RequesterId => (Bus << 8) | DeviceFunction;

    public static Bdf Parse(string text)
    {
        var parts = text.Split(':', '.').Select(Hex).ToArray();
        return new(parts[0], parts[1], parts[2], parts[3]);
    }

    public static Bdf Of(int domain, int requesterId) =>
        new(domain, requesterId >> 8, (requesterId >> 3) & 0x1f, requesterId & 7);

    public static int Hex(string digits) => int.Parse(digits, NumberStyles.HexNumber, CultureInfo.InvariantCulture);

    public override string ToString() => $"{Domain:x4}:{Bus:x2}:{Slot:x2}.{Function:x}";
}
