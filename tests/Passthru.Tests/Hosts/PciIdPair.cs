namespace Passthru.Tests.Hosts;

/// <summary>Two ids that belong together, vendor and device, written "8086:1521".</summary>
internal readonly record struct PciIdPair(int Vendor, int Device)
{
    public static PciIdPair Parse(string text) => new(Bdf.Hex(text[..4]), Bdf.Hex(text[5..]));

    public override string ToString() => $"{Vendor:x4}:{Device:x4}";
}
