using System.Buffers.Binary;

namespace Passthru.Facts.Pci;

/// <summary>
/// What the bytes of <c>config</c> say. A capability is null when the function does not have it and also when it could not be
/// seen: <see cref="CapabilityListComplete"/> tells which. Offsets and bits are those of include/uapi/linux/pci_regs.h.
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
    public required bool CapabilityListComplete { get; init; }

    public PciExpressCapability? Express { get; init; }

    public AdvancedFeatures? AdvancedFeatures { get; init; }

    public PowerManagement? PowerManagement { get; init; }

    /// <summary>
    /// The list of extended capabilities was read to its end, so null means: does not have it. A PCI Express function of which
    /// only 256 bytes could be read may have any.
    /// </summary>
    public bool ExtendedListComplete { get; init; }

    public AccessControl? AccessControl { get; init; }

    /// <summary>Alternative Routing-ID Interpretation: the function counts itself among up to 256 of one device (PCIe 6.0, 7.8.8).</summary>
    public bool AlternativeRouting { get; init; }

    public SingleRootIov? SingleRootIov { get; init; }

    public CxlPort? CxlPort { get; init; }

    /// <summary>The MPC register at 0xd8 of Intel's PCH root ports (INTEL_MPC_REG in drivers/pci/quirks.c); null on anything else.</summary>
    public uint? IntelPortConfiguration { get; init; }

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

    private static ConfigSpace Nothing => new() { Length = 0, HeaderType = 0, Multifunction = false, CapabilityListComplete = false };

    private static ConfigSpace Parse(ReadOnlySpan<byte> bytes)
    {
        var conventional = ParseConventional(bytes);
        var extended = ExtendedCapabilityList.Parse(bytes);
        var accessControl = extended.Find(ExtendedCapabilityList.AccessControl);
        var config = conventional with
        {
            AccessControl = AccessControl.At(bytes, accessControl),
            AlternativeRouting = extended.Find(ExtendedCapabilityList.AlternativeRouting) != 0,
            SingleRootIov = SingleRootIov.At(bytes, extended.Find(ExtendedCapabilityList.SingleRootIov)),
            CxlPort = CxlPort.At(bytes, extended.FindVendorSpecific(CxlPort.Vendor, CxlPort.Id)),
            IntelPortConfiguration = IntelPortConfigurationOf(conventional, bytes),
        };
        var hasNone = bytes.Length == ConventionalBytes && config is { CapabilityListComplete: true, Express: null };
        return config with { ExtendedListComplete = hasNone || (extended.Complete && (accessControl == 0 || config.AccessControl is not null)) };
    }

    private static ConfigSpace ParseConventional(ReadOnlySpan<byte> bytes)
    {
        var capabilities = CapabilityList.Parse(bytes);
        var expressOffset = capabilities.Find(CapabilityList.Express);
        var express = PciExpressCapability.At(bytes, expressOffset);
        return new ConfigSpace
        {
            Length = bytes.Length,
            HeaderType = (byte)(bytes[0x0e] & 0x7f),
            Multifunction = (bytes[0x0e] & 0x80) != 0,
            CapabilityListComplete = capabilities.Complete && (expressOffset == 0 || express is not null),
            Express = express,
            AdvancedFeatures = AdvancedFeatures.At(bytes, capabilities.Find(CapabilityList.AdvancedFeatures)),
            PowerManagement = PowerManagement.At(bytes, capabilities.Find(CapabilityList.PowerManagement)),
        };
    }

    private static uint? IntelPortConfigurationOf(ConfigSpace config, ReadOnlySpan<byte> bytes)
    {
        const int register = 0xd8;
        var isIntelRootPort = config.Express?.PortType == 4 && BinaryPrimitives.ReadUInt16LittleEndian(bytes) == 0x8086;
        return isIntelRootPort && bytes.Length >= register + 4 ? BinaryPrimitives.ReadUInt32LittleEndian(bytes[register..]) : null;
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
