namespace Passthru.Facts.Pci;

/// <summary>The linked list of capabilities in the first 256 bytes of config space (PCI Local Bus 3.0, 6.7).</summary>
internal readonly ref struct CapabilityList
{
    public const byte PowerManagement = 0x01;
    public const byte Express = 0x10;
    public const byte AdvancedFeatures = 0x13;

    /// <summary>48 entries of 4 bytes fit behind the header; the kernel gives up there too (PCI_FIND_CAP_TTL).</summary>
    private const int MaxEntries = 48;

    private readonly ReadOnlySpan<byte> _bytes;

    private CapabilityList(ReadOnlySpan<byte> bytes)
    {
        _bytes = bytes;
    }

    /// <summary>The walk came to its end within the bytes that could be read.</summary>
    public bool Complete { get; private init; }

    public static CapabilityList Parse(ReadOnlySpan<byte> bytes)
    {
        var list = new CapabilityList(bytes);
        return new CapabilityList(bytes) { Complete = list.Walk(wanted: -1) >= 0 };
    }

    /// <summary>Where a capability begins; 0 when it is not in the list.</summary>
    public int Find(byte id) => Math.Max(0, Walk(id));

    /// <summary>The offset of what was wanted, 0 at the end of the list, -1 when the list leads out of what could be read.</summary>
    private int Walk(int wanted)
    {
        const int statusHasList = 0x10;
        if ((_bytes[0x06] & statusHasList) == 0)
        {
            return 0;
        }

        // A CardBus bridge has its pointer elsewhere (PCI_CB_CAPABILITY_LIST).
        var offset = _bytes[(_bytes[0x0e] & 0x7f) == 2 ? 0x14 : 0x34] & 0xfc;
        for (var entry = 0; entry < MaxEntries && offset >= ConfigSpace.HeaderBytes; entry++)
        {
            if (offset + 2 > _bytes.Length)
            {
                return -1;
            }

            var id = _bytes[offset];
            if (id == 0xff)
            {
                return 0;
            }

            if (id == wanted)
            {
                return offset;
            }

            offset = _bytes[offset + 1] & 0xfc;
        }

        return 0;
    }
}
