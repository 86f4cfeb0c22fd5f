using System.Buffers.Binary;

namespace Passthru.Facts.Pci;

/// <summary>The linked list of capabilities behind the first 256 bytes of config space (PCIe 6.0, 7.6.3).</summary>
internal readonly ref struct ExtendedCapabilityList
{
    public const ushort AccessControl = 0x000d;
    public const ushort AlternativeRouting = 0x000e;
    public const ushort SingleRootIov = 0x0010;
    public const ushort DesignatedVendorSpecific = 0x0023;

    /// <summary>As many of 8 bytes as fit; the kernel gives up there too (pci_find_next_ext_capability in drivers/pci/pci.c).</summary>
    private const int MaxEntries = (ConfigSpace.ExtendedBytes - ConfigSpace.ConventionalBytes) / 8;

    private readonly ReadOnlySpan<byte> _bytes;

    private ExtendedCapabilityList(ReadOnlySpan<byte> bytes)
    {
        _bytes = bytes;
    }

    /// <summary>The walk came to its end within the bytes that could be read.</summary>
    public bool Complete { get; private init; }

    public static ExtendedCapabilityList Parse(ReadOnlySpan<byte> bytes)
    {
        var list = new ExtendedCapabilityList(bytes);
        return new ExtendedCapabilityList(bytes) { Complete = list.Walk(wanted: -1) >= 0 };
    }

    /// <summary>Where a capability begins; 0 when it is not in the list.</summary>
    public int Find(ushort id) => Math.Max(0, Walk(id));

    /// <summary>Where a designated vendor-specific capability (PCIe 6.0, 7.9.6) of a vendor begins; 0 when it is not in the list.</summary>
    public int FindVendorSpecific(ushort vendor, ushort id) => Math.Max(0, Walk(DesignatedVendorSpecific, vendor, id));

    /// <summary>The offset of what was wanted, 0 at the end of the list, -1 when the list leads to where nothing answered.</summary>
    /// <param name="wanted">The id; -1 for none.</param>
    /// <param name="vendor">Of a vendor-specific capability: whose; 0 for any.</param>
    /// <param name="vendorId">Which of that vendor's.</param>
    private int Walk(int wanted, ushort vendor = 0, ushort vendorId = 0)
    {
        var offset = ConfigSpace.ConventionalBytes;
        for (var entry = 0; entry < MaxEntries && offset >= ConfigSpace.ConventionalBytes; entry++)
        {
            var header = offset + 4 > _bytes.Length ? uint.MaxValue : BinaryPrimitives.ReadUInt32LittleEndian(_bytes[offset..]);
            if (header is 0 or uint.MaxValue)
            {
                return header == 0 ? 0 : -1;
            }

            if ((header & 0xffff) == wanted && (vendor == 0 || Names(offset, vendor, vendorId)))
            {
                return offset;
            }

            offset = (int)(header >> 20) & 0xffc;
        }

        return 0;
    }

    private bool Names(int offset, ushort vendor, ushort vendorId) =>
        offset + 10 <= _bytes.Length
        && BinaryPrimitives.ReadUInt16LittleEndian(_bytes[(offset + 4)..]) == vendor
        && BinaryPrimitives.ReadUInt16LittleEndian(_bytes[(offset + 8)..]) == vendorId;
}
