using System.Text;
using CsCheck;
using Passthru.Facts.Platform;

namespace Passthru.Tests.Facts.Platform;

/// <summary>Tables of SMBIOS, made structure by structure.</summary>
public sealed class PhysicalSlotTests
{
    [Fact]
    public void Slots_are_named_with_their_addresses() => Assert.Equal(
        ["PCIEX16_1 0000:01:00.0", "M2_2 0000:00:1d.4"],
        Read([.. Structure(1, new byte[4], "SECRET123"), .. Slot(0, 1, 0, 0, "PCIEX16_1"), .. Slot(0, 0, 0x1d, 4, "M2_2"), .. End]));

    [Theory]
    [InlineData(0xff, 0xff)]
    public void A_slot_without_an_address_is_none(int bus, int deviceFunction) =>
        Assert.Empty(Read([.. Slot(0, (byte)bus, (byte)(deviceFunction >> 3), (byte)(deviceFunction & 7), "J1"), .. End]));

    [Fact]
    public void A_slot_of_an_old_table_is_none() => Assert.Empty(Read([.. Structure(9, new byte[9], "J1"), .. End]));

    [Fact]
    public void A_capture_keeps_the_slots_alone()
    {
        var kept = PhysicalSlot.OnlySlots([.. Structure(1, new byte[4], "SECRET123"), .. Slot(0, 1, 0, 0, "PCIEX16_1"), .. End]);

        Assert.DoesNotContain("SECRET123", Encoding.ASCII.GetString(kept), StringComparison.Ordinal);
        Assert.Equal(["PCIEX16_1 0000:01:00.0"], Read(kept));
    }

    [Fact]
    public void Nonsense_ends_well() => Gen.Byte.Array[0, 300].Sample(bytes => PhysicalSlot.Parse(bytes).Length <= 256 && PhysicalSlot.OnlySlots(bytes).Length <= bytes.Length);

    private static byte[] End => Structure(127, []);

    private static string[] Read(byte[] table) => [.. PhysicalSlot.Parse(table).Select(slot => $"{slot.Designation} {slot.Address}")];

    private static byte[] Slot(ushort segment, byte bus, byte device, byte function, string name) =>
        Structure(9, [1, 0, 0, 0, 0, 0, 0, 0, 0, (byte)segment, (byte)(segment >> 8), bus, (byte)((device << 3) | function)], name);

    private static byte[] Structure(byte type, byte[] body, params string[] strings) =>
    [
        type, (byte)(body.Length + 4), 0, 0, .. body,
        .. strings.Length == 0 ? [0] : strings.SelectMany(text => Encoding.ASCII.GetBytes(text + "\0")), 0,
    ];
}
