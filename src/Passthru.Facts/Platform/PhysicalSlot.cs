using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Text;
using Passthru.Facts.Pci;
using Passthru.Facts.Values;

namespace Passthru.Facts.Platform;

/// <summary>
/// A slot of the board, as it is printed there: <c>PCIEX16_1</c>. Source: structures of type 9 in <c>/sys/firmware/dmi/tables/DMI</c>
/// (SMBIOS 3.7, 7.10), for root alone.
/// </summary>
/// <param name="Designation">What the board calls it.</param>
/// <param name="Address">The device in the slot or the port above it: firmware names either.</param>
public readonly record struct PhysicalSlot(string Designation, PciAddress Address)
{
    private const byte SystemSlot = 9;
    private const byte EndOfTable = 127;

    /// <summary>A board has a few dozen.</summary>
    private const int MaxSlots = 256;

    /// <summary>Every slot with an address; none where the table is cut or makes no sense.</summary>
    public static EquatableArray<PhysicalSlot> Parse(ReadOnlySpan<byte> table)
    {
        var slots = ImmutableArray.CreateBuilder<PhysicalSlot>();
        while (slots.Count < MaxSlots && TryNext(ref table, out var structure))
        {
            if (structure[0] == SystemSlot && Read(structure) is { } slot)
            {
                slots.Add(slot);
            }
        }

        return slots.DrainToImmutable();
    }

    /// <summary>The table without all that is no slot: serial numbers, passwords of the vendor, and so on.</summary>
    public static byte[] OnlySlots(ReadOnlySpan<byte> table)
    {
        var kept = new List<byte>();
        while (TryNext(ref table, out var structure))
        {
            if (structure[0] is SystemSlot or EndOfTable)
            {
                kept.AddRange(structure);
            }
        }

        return [.. kept];
    }

    /// <summary>A structure and its strings, which end with two zero bytes (6.1.3).</summary>
    private static bool TryNext(ref ReadOnlySpan<byte> table, out ReadOnlySpan<byte> structure)
    {
        structure = [];
        if (table.Length < 4 || table[1] < 4 || table[1] > table.Length)
        {
            return false;
        }

        var end = table[table[1]..].IndexOf("\0\0"u8);
        if (end < 0)
        {
            return false;
        }

        var length = table[1] + end + 2;
        structure = table[..length];
        table = table[length..];
        return true;
    }

    /// <summary>Null for a slot without an address (before SMBIOS 2.6, or all ones) or without a name.</summary>
    private static PhysicalSlot? Read(ReadOnlySpan<byte> structure)
    {
        const int withAddress = 0x11;
        if (structure[1] < withAddress || (structure[0x0f] == 0xff && structure[0x10] == 0xff))
        {
            return null;
        }

        var deviceFunction = structure[0x10];
        var address = new PciAddress(BinaryPrimitives.ReadUInt16LittleEndian(structure[0x0d..]), structure[0x0f], (byte)(deviceFunction >> 3), (byte)(deviceFunction & 7));
        return StringOf(structure, structure[4]) is { Length: > 0 } name ? new PhysicalSlot(name, address) : null;
    }

    /// <summary>Strings are counted from 1.</summary>
    private static string? StringOf(ReadOnlySpan<byte> structure, byte number)
    {
        var strings = structure[structure[1]..];
        for (var i = 1; i < number && strings.IndexOf((byte)0) is var end and >= 0; i++)
        {
            strings = strings[(end + 1)..];
        }

        return number == 0 || strings.IndexOf((byte)0) is not (var length and > 0) ? null : Encoding.UTF8.GetString(strings[..length]).Trim();
    }
}
