using System.Buffers.Text;
using System.Text;
using Passthru.Facts.Files;
using Passthru.Facts.Pci;

namespace Passthru.Facts.KernelLog;

/// <summary>
/// Counts events in records of /dev/kmsg, given line by line: <c>PRIORITY,SEQUENCE,MICROSECONDS,FLAGS;TEXT</c>, and lines that
/// begin with a space, of which <c> DEVICE=+pci:ADDRESS</c> names the function (Documentation/ABI/testing/dev-kmsg). Only what
/// the kernel itself logged counts: no process can write a record of facility 0.
/// </summary>
internal sealed class KernelLogTally(int facility = KernelLogTally.KernelFacility)
{
    private const int KernelFacility = 0;

    /// <summary>Pairs of event and function told apart; what comes later is counted without its function.</summary>
    private const int MostPairs = 512;

    private readonly Dictionary<(KernelEventKind Kind, PciAddress? Device), long> _counts = [];
    private KernelEventKind? _kind;
    private PciAddress? _named;
    private PciAddress? _written;
    private ulong _next;
    private long _lost;

    /// <summary>Keep: the line belongs to an event.</summary>
    public LineVerdict Add(ReadOnlySpan<byte> line)
    {
        if (line.StartsWith((byte)' '))
        {
            AddProperty(line[1..]);
            return _kind is null ? LineVerdict.Skip : LineVerdict.Keep;
        }

        EndRecord();
        return TryHeader(line, out var priority, out var sequence, out var text) && Begin(priority, sequence, text)
            ? LineVerdict.Keep
            : LineVerdict.Skip;
    }

    /// <summary>The record is complete; to be said after the last one.</summary>
    public void EndRecord()
    {
        if (_kind is { } kind)
        {
            var key = (kind, _named ?? _written);
            key = _counts.ContainsKey(key) || _counts.Count < MostPairs ? key : (kind, null);
            _counts[key] = _counts.GetValueOrDefault(key) + 1;
        }

        _kind = null;
        _named = null;
        _written = null;
    }

    /// <param name="lostTold">Every record went through here, so gaps in their sequence are losses.</param>
    public KernelLogFacts ToFacts(bool lostTold) => new()
    {
        Events =
        [
            .. _counts
                .OrderBy(pair => pair.Key.Kind)
                .ThenBy(pair => pair.Key.Device)
                .Select(pair => new KernelEventCount(pair.Key.Kind, pair.Key.Device, pair.Value)),
        ],
        Lost = lostTold ? _lost : null,
    };

    /// <summary>True: the record is an event.</summary>
    private bool Begin(uint priority, ulong sequence, ReadOnlySpan<byte> text)
    {
        if (sequence >= _next)
        {
            _lost = (long)Math.Min((ulong)_lost + (sequence - _next), long.MaxValue);
            _next = sequence + 1;
        }

        if (priority >> 3 != facility || KernelEventPattern.For((int)(priority & 7), text) is not { } pattern)
        {
            return false;
        }

        _kind = pattern.Kind;
        _named = FindAddress(pattern.DevicePart(text));
        _written = FindAddress(text);
        return true;
    }

    private void AddProperty(ReadOnlySpan<byte> property)
    {
        var device = "DEVICE=+pci:"u8;
        if (_kind is not null && _named is null && property.StartsWith(device))
        {
            _named = FindAddress(property[device.Length..]);
        }
    }

    /// <summary>Fields may be added before the semicolon.</summary>
    private static bool TryHeader(ReadOnlySpan<byte> line, out uint priority, out ulong sequence, out ReadOnlySpan<byte> text)
    {
        sequence = 0;
        text = [];
        if (!Utf8Parser.TryParse(line, out priority, out var length) || length >= line.Length || line[length] != ',')
        {
            return false;
        }

        var rest = line[(length + 1)..];
        var semicolon = rest.IndexOf((byte)';');
        if (semicolon < 0 || !Utf8Parser.TryParse(rest, out sequence, out length) || length >= semicolon || rest[length] != ',')
        {
            return false;
        }

        text = rest[(semicolon + 1)..];
        return true;
    }

    /// <summary>The first address in a text, with a domain (<c>0000:01:00.0</c>) or, as older messages have it, without.</summary>
    private static PciAddress? FindAddress(ReadOnlySpan<byte> text)
    {
        const int withoutDomain = 7;
        for (var dot = 0; dot < text.Length; dot++)
        {
            if (text[dot] != '.' || dot < withoutDomain - 2)
            {
                continue;
            }

            var start = dot;
            while (start > 0 && (char.IsAsciiHexDigit((char)text[start - 1]) || text[start - 1] == ':'))
            {
                start--;
            }

            var end = Math.Min(dot + 2, text.Length);
            var found = Encoding.ASCII.GetString(text[start..end]);
            if ((end == text.Length || !char.IsAsciiLetterOrDigit((char)text[end]))
                && PciAddress.TryParse(found.Length == withoutDomain ? $"0000:{found}" : found, out var address))
            {
                return address;
            }
        }

        return null;
    }
}
