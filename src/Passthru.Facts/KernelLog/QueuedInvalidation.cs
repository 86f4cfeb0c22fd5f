using System.Buffers;
using System.Globalization;
using System.Text;
using Passthru.Facts.Pci;

namespace Passthru.Facts.KernelLog;

/// <summary>
/// An invalidation that an Intel IOMMU did not complete, told in several records (drivers/iommu/intel/dmar.c, qi_dump_fault, since
/// 5.14): the time-out, then the two entries at the head of its queue. Before 5.14 only the fault status says so (bit 6, ITE).
/// </summary>
internal sealed class QueuedInvalidation
{
    /// <summary>The records of one time-out stand together; records of other processors come between.</summary>
    private const ulong FarthestRecord = 8;

    private static readonly SearchValues<byte> HexDigits = SearchValues.Create("0123456789abcdef"u8);
    private ulong _since;

    /// <summary>One is being told.</summary>
    public bool IsOpen { get; private set; }

    /// <summary>The last record is not to come.</summary>
    public bool IsComplete { get; private set; }

    /// <summary>When its first record was logged.</summary>
    public ulong Microseconds { get; private set; }

    public byte[] Text { get; private set; } = [];

    /// <summary>Whom the IOMMU waited for; null where no record says so.</summary>
    public PciAddress? Function { get; private set; }

    /// <summary>True: the record belongs to a time-out.</summary>
    public bool Add(in KernelRecord record, ulong microseconds)
    {
        var text = record.Text;
        if (!text.StartsWith("DMAR: "u8))
        {
            return false;
        }

        var source = 0U;
        if (TryHexAfter(text, "DMAR: VT-d detected Invalidation Time-out Error: SID "u8, out var id))
        {
            source = id is 0 or 0xffff ? 0 : (uint)id;
            Open(record, microseconds);
        }
        else if (TryHexAfter(text, "DMAR: DRHD: handling fault status reg "u8, out var status) && (status & 0x40) != 0)
        {
            Open(record, microseconds);
        }
        else if (IsOpen && TryEntry(text, out source))
        {
            IsComplete = text.StartsWith("DMAR: QI PRIOR"u8);
        }
        else
        {
            return false;
        }

        Function ??= source == 0 ? null : KernelAddress.OfRequester(source);
        return true;
    }

    /// <summary>No more of its records can come after this one.</summary>
    public bool EndsBefore(ulong sequence) => IsOpen && (IsComplete || sequence > _since + FarthestRecord);

    public void Close()
    {
        IsOpen = false;
        IsComplete = false;
        Function = null;
    }

    private void Open(in KernelRecord record, ulong microseconds)
    {
        if (!IsOpen)
        {
            IsOpen = true;
            _since = record.Sequence;
            Microseconds = microseconds;
            Text = record.Text.ToArray();
        }
    }

    /// <summary>
    /// An entry of the queue, and the source id of one that invalidates a device's own TLB: bits 32 to 47 of its first word
    /// (QI_DEV_IOTLB_SID in drivers/iommu/intel/iommu.h), bits 16 to 31 where it is for a PASID (QI_DEV_EIOTLB_SID).
    /// </summary>
    private static bool TryEntry(ReadOnlySpan<byte> text, out uint source)
    {
        source = 0;
        var isEntry = text.StartsWith("DMAR: QI HEAD: "u8) || text.StartsWith("DMAR: QI PRIOR: "u8);
        var isOfPasid = text.IndexOf(": PASID-based Device-TLB Invalidation "u8) > 0;
        if (isEntry && (isOfPasid || text.IndexOf(": Device-TLB Invalidation "u8) > 0) && TryHexAfter(text, "qw0 = 0x"u8, out var word))
        {
            source = (uint)(word >> (isOfPasid ? 16 : 32)) & 0xffff;
        }

        return isEntry;
    }

    private static bool TryHexAfter(ReadOnlySpan<byte> text, ReadOnlySpan<byte> marker, out ulong value)
    {
        value = 0;
        var at = text.IndexOf(marker);
        var digits = at < 0 ? [] : text[(at + marker.Length)..];
        var end = digits.IndexOfAnyExcept(HexDigits);
        digits = end < 0 ? digits : digits[..end];
        return digits.Length is > 0 and <= 16
            && ulong.TryParse(Encoding.ASCII.GetString(digits), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out value);
    }
}
