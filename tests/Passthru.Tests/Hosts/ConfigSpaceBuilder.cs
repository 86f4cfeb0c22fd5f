using System.Buffers.Binary;

namespace Passthru.Tests.Hosts;

/// <summary>Lays out the config space of a function; capabilities are chained in the order in which they are added.</summary>
internal sealed class ConfigSpaceBuilder
{
    private const int FirstCapability = 0x50;
    private const int FirstExtended = 0x100;

    private readonly byte[] _bytes = new byte[4096];
    private readonly int _headerType;
    private int _link;
    private int _next = FirstCapability;
    private int _extendedLink;
    private int _nextExtended = FirstExtended;

    /// <param name="headerType">0 endpoint, 1 bridge, 2 CardBus bridge.</param>
    /// <param name="multifunction">Bit 7 of the header type.</param>
    public ConfigSpaceBuilder(int headerType, bool multifunction)
    {
        _headerType = headerType;
        _link = headerType == 2 ? 0x14 : 0x34;
        _bytes[0x0e] = (byte)(headerType | (multifunction ? 0x80 : 0));
        Word(0x04, 0x0006);
    }

    public static byte[] AllOnes(int size) => Filled(size, 0xff);

    public static byte[] Filled(int size, byte value)
    {
        var bytes = new byte[size];
        Array.Fill(bytes, value);
        return bytes;
    }

    public ConfigSpaceBuilder Ids(PciIdPair ids) => Word(0x00, ids.Vendor).Word(0x02, ids.Device);

    public ConfigSpaceBuilder Class(int code, int revision) => Dword(0x08, ((uint)code << 8) | (uint)revision);

    /// <summary>Bridges have theirs in a capability: <see cref="BridgeSubsystem"/>.</summary>
    public ConfigSpaceBuilder Subsystem(PciIdPair ids)
    {
        var at = _headerType == 2 ? 0x40 : 0x2c;
        return Word(at, ids.Vendor).Word(at + 2, ids.Device);
    }

    public ConfigSpaceBuilder MemoryBar(uint address) => Dword(0x10, address);

    public ConfigSpaceBuilder Buses(int primary, int secondary, int subordinate) =>
        Dword(0x18, (uint)(primary | (secondary << 8) | (subordinate << 16)));

    /// <summary>Memory as given; I/O and prefetchable windows closed, their base being above their limit.</summary>
    public ConfigSpaceBuilder Windows(uint memoryBase, uint memoryLimit) =>
        Word(0x1c, 0x01f1)
            .Word(0x20, (int)(memoryBase >> 16)).Word(0x22, (int)(memoryLimit >> 16))
            .Word(0x24, 0xfff1).Word(0x26, 0x0001)
            .Dword(0x28, 0xffffffff);

    /// <summary>PCI PM 3.2: version 3, PME from D3hot and D3cold.</summary>
    public ConfigSpaceBuilder PowerManagement(bool noSoftReset, int state = 0)
    {
        var at = Capability(0x01, 8);
        return Word(at + 2, 0xc803).Word(at + 4, (noSoftReset ? 1 << 3 : 0) | state);
    }

    /// <summary>PCI 3.0 6.8.1: 64-bit addresses, one vector; INTA in the header to fall back on.</summary>
    public ConfigSpaceBuilder Msi(bool enabled)
    {
        _bytes[0x3d] = 1;
        var at = Capability(0x05, 0x10);
        return Word(at + 2, 0x0080 | (enabled ? 1 : 0)).Dword(at + 4, enabled ? 0xfee00000 : 0);
    }

    /// <summary>PCI 3.0 6.8.2: table and pending bits in BAR 0.</summary>
    public ConfigSpaceBuilder MsiX(int vectors, bool enabled)
    {
        var at = Capability(0x11, 12);
        return Word(at + 2, (vectors - 1) | (enabled ? 1 << 15 : 0)).Dword(at + 4, 0).Dword(at + 8, 0x800);
    }

    /// <summary>PCIe 7.5.3, version 2 of the structure.</summary>
    public ConfigSpaceBuilder Express(ExpressType type, bool flr, bool ari, PciLink? link, int? slot = null)
    {
        var at = Capability(0x10, 0x3c);
        Word(at + 0x02, 2 | ((int)type << 4) | (slot is null ? 0 : 1 << 8));
        Dword(at + 0x04, 0x8001u | (flr ? 1u << 28 : 0));
        Word(at + 0x08, 0x2810);
        Slot(at, slot);
        var forwardsAri = ari && type is ExpressType.RootPort or ExpressType.DownstreamPort;
        Dword(at + 0x24, forwardsAri ? 1u << 5 : 0).Word(at + 0x28, forwardsAri ? 1 << 5 : 0);
        return link is null ? this : Link(at, link);
    }

    /// <summary>ECN "Advanced Capabilities for Conventional PCI": transactions pending, function level reset.</summary>
    public ConfigSpaceBuilder AdvancedFeatures(bool transactionsPending, bool flr)
    {
        var at = Capability(0x13, 6);
        _bytes[at + 2] = 6;
        _bytes[at + 3] = (byte)((transactionsPending ? 1 : 0) | (flr ? 2 : 0));
        return this;
    }

    /// <summary>PCI bridge 1.2, 3.2.5.13: subsystem ids of a bridge.</summary>
    public ConfigSpaceBuilder BridgeSubsystem(PciIdPair ids)
    {
        var at = Capability(0x0d, 8);
        return Word(at + 4, ids.Vendor).Word(at + 6, ids.Device);
    }

    /// <summary>PCIe 7.8.4, with the severities of reset.</summary>
    public ConfigSpaceBuilder Aer()
    {
        var at = Extended(0x0001, 2, 0x48);
        return Dword(at + 0x0c, 0x00462030).Dword(at + 0x14, 0x6000);
    }

    public ConfigSpaceBuilder Acs(AcsBits bits)
    {
        var at = Extended(0x000d, 1, bits.Dwords ? 12 : 8);
        return bits.Dwords
            ? Dword(at + 4, (uint)bits.Capability).Dword(at + 8, (uint)bits.Control)
            : Word(at + 4, bits.Capability).Word(at + 6, bits.Control);
    }

    /// <summary>PCIe 7.8.7; 0 ends the list of functions.</summary>
    public ConfigSpaceBuilder Ari(int nextFunction)
    {
        var at = Extended(0x000e, 1, 8);
        return Word(at + 4, nextFunction << 8);
    }

    /// <summary>PCIe 9.3.3: virtual functions enabled, their memory too, 4 KiB pages.</summary>
    public ConfigSpaceBuilder Sriov(Sriov sriov)
    {
        var at = Extended(0x0010, 1, 0x40);
        return Word(at + 0x08, sriov.Vfs > 0 ? 0x19 : 0x10)
            .Word(at + 0x0c, sriov.TotalVfs).Word(at + 0x0e, sriov.TotalVfs).Word(at + 0x10, sriov.Vfs)
            .Word(at + 0x14, sriov.Offset).Word(at + 0x16, sriov.Stride).Word(at + 0x1a, sriov.VfDevice)
            .Dword(at + 0x1c, 0x553).Dword(at + 0x20, 1);
    }

    /// <summary>PCIe 7.9.3.</summary>
    public ConfigSpaceBuilder SerialNumber(ulong number)
    {
        var at = Extended(0x0003, 1, 12);
        return Dword(at + 4, (uint)number).Dword(at + 8, (uint)(number >> 32));
    }

    /// <param name="size">64, as without CAP_SYS_ADMIN; 256, conventional; 4096, PCI Express.</param>
    public byte[] Build(int size) => _bytes[..size];

    /// <summary>PCIe 7.5.3.9 to 11: number of the slot; attention off, power on; something is in it.</summary>
    private void Slot(int at, int? slot)
    {
        if (slot is { } number)
        {
            Dword(at + 0x14, (uint)number << 19).Word(at + 0x18, 0x01c0).Word(at + 0x1a, 0x0040);
        }
    }

    private ConfigSpaceBuilder Link(int at, PciLink link)
    {
        Dword(at + 0x0c, (uint)(link.MaxGeneration | (link.MaxWidth << 4)));
        Word(at + 0x12, link.Generation | (link.Width << 4));
        // Supported link speeds, one bit each from bit 1 on, and the target.
        Dword(at + 0x2c, ((1u << link.MaxGeneration) - 1) << 1);
        return Word(at + 0x30, link.MaxGeneration);
    }

    private int Capability(byte id, int length)
    {
        var at = _next;
        _bytes[_link] = (byte)at;
        _bytes[at] = id;
        _bytes[0x06] |= 0x10;
        _link = at + 1;
        _next = at + ((length + 3) & ~3);
        return at;
    }

    private int Extended(int id, int version, int length)
    {
        var at = _nextExtended;
        if (_extendedLink != 0)
        {
            _bytes[_extendedLink + 2] |= (byte)((at & 0xf) << 4);
            _bytes[_extendedLink + 3] = (byte)(at >> 4);
        }
        Dword(at, (uint)(id | (version << 16)));
        _extendedLink = at;
        _nextExtended = at + length;
        return at;
    }

    private ConfigSpaceBuilder Word(int at, int value)
    {
        BinaryPrimitives.WriteUInt16LittleEndian(_bytes.AsSpan(at), (ushort)value);
        return this;
    }

    private ConfigSpaceBuilder Dword(int at, uint value)
    {
        BinaryPrimitives.WriteUInt32LittleEndian(_bytes.AsSpan(at), value);
        return this;
    }
}
