using Passthru.Facts.Pci;
using Passthru.Facts.Reading.Trees;

namespace Passthru.Facts.KernelLog;

/// <summary>
/// Follows /dev/kmsg on a thread of its own, from the oldest record the ring holds, and keeps nothing but the counts: whoever
/// looks waits for no log. A reader that falls behind is told so by the kernel (EPIPE) and goes on with the oldest record left.
/// </summary>
public sealed class KernelLogFollower : IDisposable
{
    /// <summary>CONSOLE_EXT_LOG_MAX; what is larger than the buffer is lost with EINVAL (devkmsg_read in kernel/printk/printk.c).</summary>
    private const int LargestRecord = 8192;

    private const int LookForEndEvery = 1000;
    private const int StandardInput = 0;
    private static readonly TimeSpan FirstPass = TimeSpan.FromSeconds(2);
    private readonly string? _path;
    private readonly int? _facility;
    private readonly Lock _lock = new();
    private KernelLogTally _tally = new();
    private ManualResetEventSlim _caughtUp = new();
    private Errno _error;
    private bool _runs;
    private bool _isLive;
    private volatile bool _ended;

    /// <param name="path">Null: the log is standard input.</param>
    /// <param name="facility">Null: the kernel's.</param>
    private KernelLogFollower(string? path, int? facility)
    {
        _path = path;
        _facility = facility;
    }

    /// <summary>
    /// A follower for the host whose root this is; null where there is no log to follow, as in a fixture or a capture. It
    /// starts with the first look. A log that was handed over as standard input needs no right to open it: so a service may have
    /// it that may not open /dev/kmsg.
    /// </summary>
    public static KernelLogFollower? Open(string root) =>
        root == "/" && Libc.IsCharacterDevice(StandardInput, major: 1, minor: 11) ? new KernelLogFollower(path: null, facility: null) : Open(root, facility: null);

    /// <param name="root">A directory.</param>
    /// <param name="facility">Another facility than the kernel's, for tests: no process can write a record of the kernel's.</param>
    internal static KernelLogFollower? Open(string root, int? facility)
    {
        var path = Path.Join(root, KernelLogReader.Path);
        return Libc.IsCharacterDevice(path) ? new KernelLogFollower(path, facility) : null;
    }

    /// <summary>The counts so far. What went wrong is tried again with the next look.</summary>
    /// <param name="locate">The function that a controller is on (<c>nvme0</c>); null where that can't be told.</param>
    /// <param name="facts">Null: the log can't be read.</param>
    internal Errno Look(Func<string, PciAddress?> locate, out KernelLogFacts? facts)
    {
        ManualResetEventSlim caughtUp;
        lock (_lock)
        {
            if (!_runs)
            {
                Start();
            }

            caughtUp = _caughtUp;
        }

        // Counts of half a log would look like a burst of events by the next look.
        caughtUp.Wait(FirstPass);
        lock (_lock)
        {
            _tally.PlaceAll(locate);
            facts = _error == Errno.None ? _tally.ToFacts(lostComplete: true) : null;
            return _error;
        }
    }

    public void Dispose() => _ended = true;

    private void Start()
    {
        const int stackBytes = 256 * 1024;
        _tally = _facility is { } facility ? new KernelLogTally(facility) : new KernelLogTally();
        _caughtUp = new ManualResetEventSlim();
        var log = _path is null ? Libc.Rewound(StandardInput) : Libc.OpenAt(-1, _path, Libc.ReadOnly | Libc.NonBlocking | Libc.CloseOnExec);
        _error = log < 0 ? Libc.LastError : Errno.None;
        if (log < 0)
        {
            _caughtUp.Set();
            return;
        }

        _runs = true;
        new Thread(() => Follow(log), stackBytes) { IsBackground = true, Name = "kmsg" }.Start();
    }

    private void Follow(int log)
    {
        var error = Errno.None;
        _isLive = false;
        var buffer = new byte[LargestRecord];
        while (error == Errno.None && !_ended)
        {
            error = ReadToEnd(log, buffer);
            if (error == Errno.None)
            {
                _caughtUp.Set();
                Wait(log);
            }
        }

        _ = Libc.Close(log);
        lock (_lock)
        {
            _error = error;
            _runs = false;
            _caughtUp.Set();
        }
    }

    /// <summary>What is written from here on is read at once, so the clock tells when it was written.</summary>
    private void Wait(int log)
    {
        if (!Libc.WaitForInput(log, LookForEndEvery))
        {
            lock (_lock)
            {
                _tally.Settle();
            }
        }

        _isLive = true;
    }

    /// <summary>Record by record, for that is how the kernel hands them out.</summary>
    private unsafe Errno ReadToEnd(int log, byte[] buffer)
    {
        fixed (byte* start = buffer)
        {
            while (!_ended)
            {
                var read = Libc.Read(log, start, buffer.Length);
                switch (read < 0 ? Libc.LastError : Errno.None)
                {
                    case Errno.None when read > 0:
                        AddRecord(buffer.AsSpan(0, (int)read));
                        break;
                    case Errno.None or Errno.TryAgain:
                        return Errno.None;
                    case Errno.BrokenPipe or Errno.InvalidArgument or Errno.Interrupted:
                        break;
                    default:
                        return Libc.LastError;
                }
            }
        }

        return Errno.None;
    }

    private void AddRecord(ReadOnlySpan<byte> record)
    {
        lock (_lock)
        {
            _tally.Clock = _isLive ? Libc.MicrosecondsSinceBoot() : null;
            foreach (var line in record.Split((byte)'\n'))
            {
                if (line.Start.Value < record.Length)
                {
                    _tally.Add(record[line]);
                }
            }

            _tally.EndRecord();
        }
    }
}
