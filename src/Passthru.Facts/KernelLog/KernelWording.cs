using System.Buffers;
using System.Collections.Immutable;
using System.Text;
using Passthru.Facts.Pci;

namespace Passthru.Facts.KernelLog;

/// <summary>Who says a message, which is what stands before it in the record.</summary>
internal enum Speaker
{
    /// <summary>printk: the message is the record.</summary>
    Printk,

    /// <summary>dev_printk of a PCI function, which the message is about: <c>vfio-pci 0000:01:00.0: </c>.</summary>
    Function,

    /// <summary>The same of a bridge or port: <c>pcieport 0000:00:1c.0: </c>.</summary>
    Port,

    /// <summary>printk, or dev_printk of the IOMMU: <c>AMD-Vi: </c>, <c>iommu ivhd0: AMD-Vi: </c>, <c>pci 0000:00:00.2: AMD-Vi: </c>.</summary>
    IommuUnit,
}

/// <summary>
/// One wording of the kernel, from the start of the message. It fits a message that begins with it. Places to be filled:
/// <c>{address}</c> the function, <c>{slot}</c> the same without the function's number, <c>{controller}</c> a name such as nvme0,
/// <c>{number}</c>, <c>{word}</c>, <c>{words}</c> without brackets, <c>{any}</c>.
/// </summary>
internal sealed class KernelWording
{
    private readonly ImmutableArray<Part> _parts;

    public KernelWording(KernelEventKind kind, Speaker speaker, string wording)
    {
        Kind = kind;
        Speaker = speaker;
        Wording = wording;
        _parts = Parts(wording);
    }

    private enum Place
    {
        None,
        Address,
        Slot,
        Controller,
        Number,
        Word,
        Words,
        Any,
    }

    public KernelEventKind Kind { get; }

    public Speaker Speaker { get; }

    public string Wording { get; }

    /// <summary>The level at which the record must be logged; null: any.</summary>
    public uint? Level { get; init; }

    /// <summary>It tells of an interrupt, not of memory.</summary>
    public bool IsOfInterrupt { get; init; }

    /// <summary>The first byte of a message that fits; null where a place stands first.</summary>
    public byte? FirstByte => _parts[0].Place == Place.None ? _parts[0].Text[0] : null;

    /// <param name="text">The message, without what stands before it.</param>
    /// <param name="named">What it names.</param>
    public bool Fits(ReadOnlySpan<byte> text, ref Named named)
    {
        foreach (var part in _parts)
        {
            if (!part.TryRead(text, ref named, out var length))
            {
                return false;
            }

            text = text[length..];
        }

        return true;
    }

    private static ImmutableArray<Part> Parts(string wording)
    {
        var parts = ImmutableArray.CreateBuilder<Part>();
        foreach (var piece in wording.Replace("{", "\0{", StringComparison.Ordinal).Replace("}", "}\0", StringComparison.Ordinal).Split('\0'))
        {
            if (piece.Length > 0)
            {
                parts.Add(Part.Of(piece));
            }
        }

        for (var i = 0; i + 1 < parts.Count; i++)
        {
            parts[i] = parts[i] with { Until = parts[i + 1].Text };
        }

        return parts.DrainToImmutable();
    }

    /// <summary>A literal text, or a place that reaches up to the literal text that follows.</summary>
    private sealed record Part(Place Place, byte[] Text)
    {
        public byte[] Until { get; init; } = [];

        public static Part Of(string piece) => piece.StartsWith('{')
            ? new Part(Enum.Parse<Place>(piece.AsSpan(1, piece.Length - 2), ignoreCase: true), [])
            : new Part(Place.None, Encoding.ASCII.GetBytes(piece));

        public bool TryRead(ReadOnlySpan<byte> text, ref Named named, out int length)
        {
            switch (Place)
            {
                case Place.None:
                    length = Text.Length;
                    return text.StartsWith(Text);
                case Place.Address or Place.Slot:
                    var isRead = Place == Place.Address
                        ? KernelAddress.TryRead(text, out var address, out length)
                        : KernelAddress.TryReadSlot(text, out address, out length);
                    named.Function = isRead ? address : null;
                    return isRead;
                default:
                    length = text.IndexOf(Until);
                    if (length <= 0 || !MayBe(text[..length]))
                    {
                        return false;
                    }

                    named.Controller = Place == Place.Controller ? Encoding.ASCII.GetString(text[..length]) : named.Controller;
                    return true;
            }
        }

        private bool MayBe(ReadOnlySpan<byte> filled) => Place switch
        {
            Place.Controller => filled.Length <= 16 && !filled.ContainsAnyExcept(Characters.OfNames),
            Place.Number => !filled.ContainsAnyExcept(Characters.OfNumbers),
            Place.Word => !filled.ContainsAny(" []"u8),
            Place.Words => !filled.ContainsAny("[]"u8),
            _ => true,
        };
    }

    private static class Characters
    {
        public static readonly SearchValues<byte> OfNames = SearchValues.Create("abcdefghijklmnopqrstuvwxyz0123456789"u8);
        public static readonly SearchValues<byte> OfNumbers = SearchValues.Create("0123456789abcdefxABCDEF-"u8);
    }
}

/// <summary>What a message names.</summary>
internal struct Named
{
    public PciAddress? Function { get; set; }

    public string? Controller { get; set; }
}
