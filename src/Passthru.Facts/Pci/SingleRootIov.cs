using System.Buffers.Binary;

namespace Passthru.Facts.Pci;

/// <summary>Single Root I/O Virtualization (PCIe 6.0, 9.3.3): how many virtual functions there can be, and at which addresses.</summary>
public sealed record SingleRootIov
{
    public required ushort TotalVirtualFunctions { get; init; }

    /// <summary>From the physical function's requester id to the first virtual one's.</summary>
    public required ushort FirstOffset { get; init; }

    /// <summary>From one virtual function's requester id to the next one's.</summary>
    public required ushort Stride { get; init; }

    internal static SingleRootIov? At(ReadOnlySpan<byte> bytes, int offset) =>
        offset == 0 || offset + 0x18 > bytes.Length
            ? null
            : new SingleRootIov
            {
                TotalVirtualFunctions = BinaryPrimitives.ReadUInt16LittleEndian(bytes[(offset + 0x0e)..]),
                FirstOffset = BinaryPrimitives.ReadUInt16LittleEndian(bytes[(offset + 0x14)..]),
                Stride = BinaryPrimitives.ReadUInt16LittleEndian(bytes[(offset + 0x16)..]),
            };
}
