using System.Buffers.Text;
using Passthru.Facts.Pci;

namespace Passthru.Facts.KernelLog;

/// <summary>
/// The first line of a record of /dev/kmsg: <c>PRIORITY,SEQUENCE,MICROSECONDS,FLAGS;TEXT</c>
/// (Documentation/ABI/testing/dev-kmsg). Fields may be added before the semicolon.
/// </summary>
internal readonly ref struct KernelRecord
{
    public required uint Priority { get; init; }

    public required ulong Sequence { get; init; }

    /// <summary>Since boot, by the clock that printk uses.</summary>
    public required ulong Microseconds { get; init; }

    public required ReadOnlySpan<byte> Text { get; init; }

    public uint Facility => Priority >> 3;

    /// <summary>0 (emergency) to 7 (debug).</summary>
    public uint Level => Priority & 7;

    public static bool TryParse(ReadOnlySpan<byte> line, out KernelRecord record)
    {
        record = default;
        var semicolon = line.IndexOf((byte)';');
        var header = semicolon < 0 ? [] : line[..semicolon];
        if (!TryNumber(ref header, out var priority) || priority > uint.MaxValue
            || !TryNumber(ref header, out var sequence) || !TryNumber(ref header, out var microseconds))
        {
            return false;
        }

        record = new KernelRecord
        {
            Priority = (uint)priority,
            Sequence = sequence,
            Microseconds = microseconds,
            Text = line[(semicolon + 1)..],
        };
        return true;
    }

    /// <summary>A number and the comma behind it.</summary>
    private static bool TryNumber(ref ReadOnlySpan<byte> header, out ulong value)
    {
        var understood = Utf8Parser.TryParse(header, out value, out var length) && length < header.Length && header[length] == ',';
        header = understood ? header[(length + 1)..] : [];
        return understood;
    }
}

/// <summary>
/// What dev_printk and netdev_printk put before a message about a PCI function: <c>vfio-pci 0000:01:00.0: </c>,
/// <c>igb 0000:01:00.0 eth0: </c> (drivers/base/core.c, net/core/dev.c). No user can put it there: names of processes have 15
/// characters, and names of USB devices come behind a prefix of their own.
/// </summary>
internal readonly ref struct FunctionPrefix
{
    private const int LongestName = 64;

    /// <summary>The driver, or <c>pci</c> where there is none.</summary>
    public ReadOnlySpan<byte> Driver { get; private init; }

    public PciAddress Function { get; private init; }

    /// <summary>The message itself.</summary>
    public ReadOnlySpan<byte> Body { get; private init; }

    public static bool TryParse(ReadOnlySpan<byte> text, out FunctionPrefix prefix)
    {
        prefix = default;
        var space = text[..Math.Min(text.Length, LongestName)].IndexOf((byte)' ');
        if (space <= 0 || text[..space].Contains((byte)':') || !KernelAddress.TryRead(text[(space + 1)..], out var function, out var length))
        {
            return false;
        }

        var rest = text[(space + 1 + length)..];
        var colon = rest.StartsWith((byte)' ') || rest.StartsWith(": "u8) ? rest[..Math.Min(rest.Length, LongestName)].IndexOf(": "u8) : -1;
        if (colon < 0)
        {
            return false;
        }

        prefix = new FunctionPrefix { Driver = text[..space], Function = function, Body = rest[(colon + 2)..] };
        return true;
    }
}
