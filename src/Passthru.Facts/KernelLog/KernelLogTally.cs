using Passthru.Facts.Pci;
using Passthru.Facts.Reading.Trees;

namespace Passthru.Facts.KernelLog;

/// <summary>
/// Counts events in records of /dev/kmsg, given line by line: the record, and lines that begin with a space, of which
/// <c> DEVICE=+pci:ADDRESS</c> names the function (Documentation/ABI/testing/dev-kmsg). Only what the kernel itself logged counts: no
/// process can write a record of facility 0. What dev_printk says of a function counts only with its DEVICE line, where the log has any.
/// </summary>
internal sealed class KernelLogTally(int facility = KernelLogTally.KernelFacility)
{
    private const int KernelFacility = 0;

    /// <summary>A lost device says so several times, and once more when its driver gives up.</summary>
    private const ulong OneLoss = 60_000_000;

    private readonly KernelEventCounts _counts = new();
    private readonly AcsStatementReader _acs = new();
    private readonly QueuedInvalidation _invalidation = new();
    private readonly Dictionary<KernelEventKind, long> _suppressed = [];
    private readonly Dictionary<string, PciAddress> _controllers = [];
    private readonly byte[] _text = new byte[KernelEventCounts.LongestText];
    private KernelWording? _wording;
    private Named _named;
    private PciAddress? _device;
    private int _textLength;
    private ulong _microseconds;
    private bool _isMine;
    private bool _givesDevices;
    private ulong? _splitAt;
    private ulong _next;
    private long _lost;

    /// <summary>
    /// Microseconds since boot, for records that are read as they are written; null: their own stamps count. Those are of a clock
    /// that nobody corrects, which is minutes off after months, and that stands still while the machine sleeps.
    /// </summary>
    public ulong? Clock { get; set; }

    /// <summary>Keep: the line belongs to an event.</summary>
    public LineVerdict Add(ReadOnlySpan<byte> line)
    {
        if (line.StartsWith((byte)' '))
        {
            return AddProperty(line[1..]) ? LineVerdict.Keep : LineVerdict.Skip;
        }

        EndRecord();
        return KernelRecord.TryParse(line, out var record) && Begin(record) ? LineVerdict.Keep : LineVerdict.Skip;
    }

    /// <summary>The record is complete.</summary>
    public void EndRecord()
    {
        if (_wording is { } wording && TryDevice(wording, out var device))
        {
            Count(wording, device);
        }

        _wording = null;
        _named = default;
        _device = null;
        _isMine = false;
    }

    /// <summary>Nothing more comes for now: what is told in several records is complete.</summary>
    public void Settle()
    {
        EndRecord();
        EndInvalidation();
    }

    /// <summary>Asks where the controllers are that records name. What was once found stays, for a lost one is soon nowhere.</summary>
    public void PlaceAll(Func<string, PciAddress?> locate)
    {
        foreach (var controller in _counts.Controllers.ToList())
        {
            if (locate(controller) is { } function)
            {
                Place(controller, function);
            }
        }
    }

    /// <param name="lostComplete">Every record went through here, so gaps in their sequence are losses.</param>
    public KernelLogFacts ToFacts(bool lostComplete) => new()
    {
        Events = _counts.ToFacts(),
        Suppressed = [.. _suppressed.OrderBy(pair => pair.Key).Select(pair => new KernelEventsSuppressed(pair.Key, pair.Value))],
        Acs = _acs.ToFacts(),
        Lost = lostComplete ? _lost : null,
    };

    /// <summary>True: the record is part of an event.</summary>
    private bool Begin(in KernelRecord record)
    {
        if (record.Sequence >= _next)
        {
            _lost = (long)Math.Min((ulong)_lost + (record.Sequence - _next), long.MaxValue);
            _next = record.Sequence + 1;
        }

        _isMine = record.Facility == facility;
        if (!_isMine)
        {
            return false;
        }

        if (_invalidation.EndsBefore(record.Sequence))
        {
            EndInvalidation();
        }

        _microseconds = Clock ?? record.Microseconds;
        return BeginWording(record) || _invalidation.Add(record, _microseconds) || _acs.Add(record.Text) || Note(record.Text);
    }

    private bool BeginWording(in KernelRecord record)
    {
        var head = "AMD-Vi: Event logged ["u8;
        var text = record.Text;
        if (_splitAt + 1 == record.Sequence)
        {
            // Linux 4.9 to 4.15 logged the head and the rest as two records (iommu_print_event: printk without KERN_CONT).
            text = (byte[])[.. head, .. text];
        }

        var isHead = text.SequenceEqual(head);
        _splitAt = isHead ? record.Sequence : null;
        _wording = KernelWordings.Match(record.Level, text, ref _named);
        if (_wording is not null)
        {
            _textLength = Math.Min(text.Length, _text.Length);
            text[.._textLength].CopyTo(_text);
        }

        return isHead || _wording is not null;
    }

    /// <summary>What is no event and says something of others.</summary>
    private bool Note(ReadOnlySpan<byte> text)
    {
        if (KernelWordings.SuppressedBy(text) is { } suppressed)
        {
            _suppressed[suppressed.Kind] = _suppressed.GetValueOrDefault(suppressed.Kind) + suppressed.Count;
            return true;
        }

        const int mostControllers = 1024;
        var isPlace = KernelWordings.TryPlace(text, out var controller, out var function);
        if (isPlace && _controllers.Count < mostControllers)
        {
            Place(controller, function);
        }

        return isPlace;
    }

    private void Place(string controller, PciAddress function)
    {
        _controllers[controller] = function;
        _counts.Place(controller, function);
    }

    /// <summary>True: the line is wanted, as part of an event or as the first that shows that this log has such lines.</summary>
    private bool AddProperty(ReadOnlySpan<byte> property)
    {
        var isFirst = false;
        if (_isMine && property.StartsWith("DEVICE="u8))
        {
            isFirst = !_givesDevices;
            _givesDevices = true;
            var function = "DEVICE=+pci:"u8;
            if (_device is null && property.StartsWith(function) && KernelAddress.TryRead(property[function.Length..], out var address, out _))
            {
                _device = address;
            }
        }

        return isFirst || _wording is not null;
    }

    /// <summary>The function that the record is about. False: it is written as if it were about one, and the kernel does not say so.</summary>
    private bool TryDevice(KernelWording wording, out PciAddress? device)
    {
        var isOfFunction = wording.Speaker is Speaker.Function or Speaker.Port;
        device = !isOfFunction ? _named.Function
            : _givesDevices ? _device
            : FunctionPrefix.TryParse(_text.AsSpan(0, _textLength), out var prefix) ? prefix.Function : null;
        return device is not null || !isOfFunction;
    }

    private void Count(KernelWording wording, PciAddress? device)
    {
        var controller = _named.Controller;
        if (controller is not null && _controllers.TryGetValue(controller, out var function))
        {
            (device, controller) = (function, null);
        }

        var text = _text.AsSpan(0, _textLength);
        var once = wording.Kind == KernelEventKind.DeviceLost ? OneLoss : 0;
        _counts.Add(new KernelEventKey(wording.Kind, device, controller), _microseconds, text, wording.IsOfInterrupt, once);
        if (wording.Kind == KernelEventKind.LinkDown)
        {
            _counts.Add(new KernelEventKey(KernelEventKind.PortError, device, null), _microseconds, text);
        }
    }

    private void EndInvalidation()
    {
        if (_invalidation.IsOpen)
        {
            _counts.Add(
                new KernelEventKey(KernelEventKind.InvalidationTimeout, _invalidation.Function, null), _invalidation.Microseconds, _invalidation.Text);
            _invalidation.Close();
        }
    }
}
