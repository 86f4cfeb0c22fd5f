using System.Text;
using Passthru.Facts.Pci;
using Passthru.Facts.Values;

namespace Passthru.Facts.KernelLog;

/// <summary>What is counted apart.</summary>
/// <param name="Kind">What happened.</param>
/// <param name="Device">To which function; null: the record names none.</param>
/// <param name="Controller">The controller that the record names, while its function is not known.</param>
internal readonly record struct KernelEventKey(KernelEventKind Kind, PciAddress? Device, string? Controller);

/// <summary>Counts, times and last texts of events, in bounded memory.</summary>
internal sealed class KernelEventCounts
{
    /// <summary>As much of a text as evidence needs.</summary>
    public const int LongestText = 200;

    /// <summary>Pairs of event and function told apart; what comes later is counted without its function.</summary>
    private const int MaxKeys = 512;

    private readonly Dictionary<KernelEventKey, Entry> _entries = [];

    public IEnumerable<string> Controllers => _entries.Keys.Select(key => key.Controller).OfType<string>();

    /// <param name="key">What.</param>
    /// <param name="microseconds">When, since boot.</param>
    /// <param name="text">The record.</param>
    /// <param name="isOfInterrupt">It tells of an interrupt, not of memory.</param>
    /// <param name="once">Microseconds within which repetitions are the same event.</param>
    public void Add(KernelEventKey key, ulong microseconds, ReadOnlySpan<byte> text, bool isOfInterrupt = false, ulong once = 0)
    {
        if (!_entries.TryGetValue(key, out var entry))
        {
            key = _entries.Count < MaxKeys ? key : new KernelEventKey(key.Kind, null, null);
            entry = _entries.GetValueOrDefault(key) ?? (_entries[key] = new Entry());
        }

        var isSame = entry.Count > 0 && once > 0 && microseconds < entry.Microseconds + once;
        entry.Count += isSame ? 0 : 1;
        entry.OfInterrupts += isOfInterrupt ? 1 : 0;
        entry.Microseconds = microseconds;
        entry.SetText(text);
    }

    /// <summary>What was counted of a controller is of this function.</summary>
    public void Place(string controller, PciAddress function)
    {
        foreach (var key in _entries.Keys.Where(key => key.Controller == controller).ToList())
        {
            _entries.Remove(key, out var entry);
            var placed = key with { Device = function, Controller = null };
            if (!_entries.TryAdd(placed, entry!))
            {
                _entries[placed].Add(entry!);
            }
        }
    }

    public EquatableArray<KernelEventCount> ToFacts() =>
    [
        .. _entries
            .OrderBy(pair => pair.Key.Kind)
            .ThenBy(pair => pair.Key.Device)
            .ThenBy(pair => pair.Key.Controller, StringComparer.Ordinal)
            .Select(pair => new KernelEventCount(pair.Key.Kind, pair.Key.Device, pair.Value.Count)
            {
                LastAt = TimeSpan.FromMicroseconds(pair.Value.Microseconds),
                LastText = pair.Value.Text,
                OfInterrupts = pair.Value.OfInterrupts,
                Controller = pair.Key.Controller,
            }),
    ];

    private sealed class Entry
    {
        private readonly byte[] _bytes = new byte[LongestText];
        private int _length;
        private string? _text;

        public long Count { get; set; }

        public long OfInterrupts { get; set; }

        public ulong Microseconds { get; set; }

        /// <summary>Made when somebody looks: in a storm nobody does.</summary>
        public string Text => _text ??= Encoding.UTF8.GetString(_bytes, 0, _length);

        public void Add(Entry later)
        {
            Count += later.Count;
            OfInterrupts += later.OfInterrupts;
            Microseconds = later.Microseconds;
            SetText(later._bytes.AsSpan(0, later._length));
        }

        public void SetText(ReadOnlySpan<byte> text)
        {
            _length = Math.Min(text.Length, LongestText);
            text[.._length].CopyTo(_bytes);
            _text = null;
        }
    }
}
