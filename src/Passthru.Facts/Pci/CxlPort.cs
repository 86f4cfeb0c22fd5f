using System.Buffers.Binary;

namespace Passthru.Facts.Pci;

/// <summary>The CXL extensions of a port (CXL 3.1, 8.1.5): a designated vendor-specific capability.</summary>
public sealed record CxlPort
{
    /// <summary>PCI_VENDOR_ID_CXL</summary>
    internal const ushort Vendor = 0x1e98;

    /// <summary>PCI_DVSEC_CXL_PORT</summary>
    internal const ushort Id = 3;

    /// <summary>Secondary Bus Reset in the bridge control register has an effect (bit 0 of the port control register).</summary>
    public required bool UnmasksBusReset { get; init; }

    internal static CxlPort? At(ReadOnlySpan<byte> bytes, int offset) =>
        offset == 0 || offset + 0x0e > bytes.Length
            ? null
            : new CxlPort { UnmasksBusReset = (BinaryPrimitives.ReadUInt16LittleEndian(bytes[(offset + 0x0c)..]) & 1) != 0 };
}
