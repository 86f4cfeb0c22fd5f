using System.Buffers.Binary;

namespace Passthru.Facts.Pci;

/// <summary>
/// What the bytes of <c>config</c> say. A capability is null when the function does not have it and also when it could not be
/// seen: <see cref="CapabilitiesSeen"/> tells which. Offsets and bits are those of include/uapi/linux/pci_regs.h.
/// </summary>
public sealed record ConfigSpace
{
    /// <summary>The header that every function has; all that is read without CAP_SYS_ADMIN.</summary>
    public const int HeaderBytes = 64;

    /// <summary>The conventional space, in which capabilities are linked.</summary>
    public const int ConventionalBytes = 256;

    /// <summary>Conventional and extended space.</summary>
    public const int ExtendedBytes = 4096;

    /// <summary>Bytes that could be read.</summary>
    public required int Length { get; init; }

    /// <summary>0 endpoint, 1 bridge, 2 CardBus bridge.</summary>
    public required byte HeaderType { get; init; }

    /// <summary>Bit 7 of the header type: other functions may share the slot.</summary>
    public required bool Multifunction { get; init; }

    /// <summary>The list of capabilities was read to its end (or there is none), so null means: does not have it.</summary>
    public required bool CapabilitiesSeen { get; init; }

    public PciExpressCapability? Express { get; init; }

    public AdvancedFeatures? AdvancedFeatures { get; init; }

    public PowerManagement? PowerManagement { get; init; }

    /// <summary>False for what is shorter than a header and for a function that does not answer: all its bytes are ones.</summary>
    public static bool TryParse(ReadOnlySpan<byte> bytes, out ConfigSpace value)
    {
        value = Nothing;
        if (bytes.Length < HeaderBytes || !bytes[..HeaderBytes].ContainsAnyExcept((byte)0xff))
        {
            return false;
        }

        value = Parse(bytes);
        return true;
    }

    private static ConfigSpace Nothing => new() { Length = 0, HeaderType = 0, Multifunction = false, CapabilitiesSeen = false };

    private static ConfigSpace Parse(ReadOnlySpan<byte> bytes)
    {
        var capabilities = CapabilityList.Of(bytes);
        return new ConfigSpace
        {
            Length = bytes.Length,
            HeaderType = (byte)(bytes[0x0e] & 0x7f),
            Multifunction = (bytes[0x0e] & 0x80) != 0,
            CapabilitiesSeen = capabilities.Complete,
            Express = PciExpressCapability.At(bytes, capabilities.Find(CapabilityList.Express)),
            AdvancedFeatures = AdvancedFeatures.At(bytes, capabilities.Find(CapabilityList.AdvancedFeatures)),
            PowerManagement = PowerManagement.At(bytes, capabilities.Find(CapabilityList.PowerManagement)),
        };
    }
}

/// <summary>The PCI Express capability (PCIe 6.0, 7.5.3).</summary>
public sealed record PciExpressCapability
{
    /// <summary>Device/port type, bits 7:4 of the capabilities register: 0 endpoint, 4 root port, 5 upstream port, 6 downstream port …</summary>
    public required byte PortType { get; init; }

    /// <summary>Function Level Reset, bit 28 of the device capabilities register (7.5.3.3).</summary>
    public required bool FunctionLevelReset { get; init; }

    internal static PciExpressCapability? At(ReadOnlySpan<byte> bytes, int offset)
    {
        if (offset == 0 || offset + 8 > bytes.Length)
        {
            return null;
        }

        var deviceCapabilities = BinaryPrimitives.ReadUInt32LittleEndian(bytes[(offset + 4)..]);
        return new PciExpressCapability
        {
            PortType = (byte)((bytes[offset + 2] >> 4) & 0xf),
            FunctionLevelReset = (deviceCapabilities & 0x1000_0000) != 0,
        };
    }
}

/// <summary>Advanced Features of conventional PCI (ECN Advanced Capabilities for Conventional PCI, 2006).</summary>
public sealed record AdvancedFeatures
{
    /// <summary>Function Level Reset can be used: both the transactions-pending and the FLR bit are there (pci_af_flr in drivers/pci/pci.c).</summary>
    public required bool FunctionLevelReset { get; init; }

    internal static AdvancedFeatures? At(ReadOnlySpan<byte> bytes, int offset) =>
        offset == 0 || offset + 4 > bytes.Length ? null : new() { FunctionLevelReset = (bytes[offset + 3] & 3) == 3 };
}

/// <summary>The power management capability (PCI Power Management 1.2, 3.2).</summary>
public sealed record PowerManagement
{
    /// <summary>Bit 3 of the control register: going from D3hot to D0 resets nothing.</summary>
    public required bool NoSoftReset { get; init; }

    internal static PowerManagement? At(ReadOnlySpan<byte> bytes, int offset) =>
        offset == 0 || offset + 6 > bytes.Length ? null : new() { NoSoftReset = (bytes[offset + 4] & 8) != 0 };
}
