using System.Buffers.Binary;

namespace Passthru.Facts.Pci;

/// <summary>
/// Access Control Services (PCIe 6.0, 7.7.11): what a port or a function does to send requests up to the root complex, where
/// the IOMMU sees them, instead of handing them to a neighbour.
/// </summary>
public sealed record AccessControl
{
    /// <summary>Where in config space it stands.</summary>
    internal int Offset { get; init; }

    /// <summary>Where its registers end, the wide ones among them.</summary>
    internal int End => Offset + 12;

    /// <summary>What it can do.</summary>
    public required AccessControls Capability { get; init; }

    /// <summary>What is switched on.</summary>
    public required AccessControls Control { get; init; }

    /// <summary>
    /// The control register where both registers are dwords rather than words, as in Intel's Sunrise Point root ports
    /// (INTEL_SPT_ACS_CTRL in drivers/pci/quirks.c); null where the bytes end before.
    /// </summary>
    public required AccessControls? WideControl { get; init; }

    /// <summary>Null where there is none, and where its registers could not be read.</summary>
    internal static AccessControl? At(ReadOnlySpan<byte> bytes, int offset)
    {
        if (offset == 0 || offset + 8 > bytes.Length)
        {
            return null;
        }

        // A device that stops answering reads as ones.
        var registers = BinaryPrimitives.ReadUInt32LittleEndian(bytes[(offset + 4)..]);
        return registers == uint.MaxValue ? null : new AccessControl
        {
            Offset = offset,
            Capability = (AccessControls)registers & AccessControls.All,
            Control = (AccessControls)(registers >> 16) & AccessControls.All,
            WideControl = offset + 12 > bytes.Length
                ? null
                : (AccessControls)BinaryPrimitives.ReadUInt32LittleEndian(bytes[(offset + 8)..]) & AccessControls.All,
        };
    }
}

/// <summary>The bits of both registers (PCI_ACS_SV and following in include/uapi/linux/pci_regs.h).</summary>
[Flags]
public enum AccessControls
{
    None = 0,
    SourceValidation = 0x01,
    TranslationBlocking = 0x02,
    RequestRedirect = 0x04,
    CompletionRedirect = 0x08,
    UpstreamForwarding = 0x10,
    EgressControl = 0x20,
    DirectTranslated = 0x40,
    All = 0x7f,
}
