using System.Collections.Concurrent;
using System.Runtime.ExceptionServices;

namespace Passthru.Facts.Reading.Supervision;

/// <summary>
/// Reads on a thread of its own, and when that waits at one file for too long starts over without that file. So a reader
/// needs no time limits of its own, and a normal read costs no hand-over between threads. The thread left behind ends, and its
/// file is tried again, once the kernel answers.
/// </summary>
/// <param name="perFile">How long one file that may block is waited for.</param>
/// <param name="whole">How long a read as a whole may take.</param>
public sealed class ReadSupervisor(TimeSpan perFile, TimeSpan whole)
{
    /// <summary>
    /// Threads that may wait at files of one section at one time; with more, none of its files that may block is tried. Any user
    /// can make the command line of a process wait for ever: that costs what processes tell, and nothing of devices.
    /// </summary>
    private const int MaxWaiting = 8;

    private static readonly TimeSpan LookEvery = TimeSpan.FromMilliseconds(50);
    private readonly ConcurrentDictionary<string, string> _unanswered = new();
    private ReadingThread? _idle;
    private int _lost;

    /// <summary>Calls <paramref name="read"/>, more than once where files do not answer.</summary>
    /// <exception cref="TimeoutException">The whole took longer than its limit, at a place not known to block.</exception>
    public T Read<T>(Func<ReadAttempt, T> read)
    {
        var deadline = Environment.TickCount64 + (long)whole.TotalMilliseconds;
        while (Volatile.Read(ref _lost) < MaxWaiting)
        {
            var waits = new ReadAttempt(_unanswered, LeftAlone());
            var attempt = new Attempt<T>(this, () => read(waits));
            while (!attempt.HasEnded(LookEvery))
            {
                if (waits.GiveUpIfWaiting(perFile))
                {
                    break;
                }

                if (Environment.TickCount64 > deadline)
                {
                    attempt.Lose();
                    throw new TimeoutException($"no answer within {whole.TotalSeconds:0.#} s");
                }
            }

            if (attempt.HasEnded(TimeSpan.Zero) && !attempt.WasGivenUp)
            {
                return attempt.Result;
            }
        }

        throw new TimeoutException("earlier reads have still not come back");
    }

    private HashSet<string> LeftAlone() => [.. _unanswered.Values.CountBy(section => section).Where(waiting => waiting.Value >= MaxWaiting).Select(waiting => waiting.Key)];

    /// <summary>On the thread that the read before has left, or on one more while that one still waits somewhere.</summary>
    private void Start(Action read)
    {
        var thread = Interlocked.Exchange(ref _idle, null) ?? new ReadingThread();
        thread.Run(() =>
        {
            read();
            return Interlocked.CompareExchange(ref _idle, thread, null) is null;
        });
    }

    /// <summary>One read and what became of it.</summary>
    private sealed class Attempt<T>
    {
        private const int Running = 0;
        private const int Ended = 1;
        private const int Lost = 2;
        private readonly ReadSupervisor _owner;
        private readonly object _end = new();
        private bool _hasEnded;
        private T? _result;
        private ExceptionDispatchInfo? _failure;
        private int _state = Running;

        public Attempt(ReadSupervisor owner, Func<T> read)
        {
            _owner = owner;
            owner.Start(() => Run(read));
        }

        public bool WasGivenUp => _failure?.SourceException is OperationCanceledException;

        public T Result
        {
            get
            {
                _failure?.Throw();
                return _result!;
            }
        }

        public bool HasEnded(TimeSpan within)
        {
            lock (_end)
            {
                return _hasEnded || Monitor.Wait(_end, within);
            }
        }

        /// <summary>Nobody will wait for it any more; it counts until it ends.</summary>
        public void Lose()
        {
            Interlocked.Increment(ref _owner._lost);
            if (Interlocked.CompareExchange(ref _state, Lost, Running) == Ended)
            {
                Interlocked.Decrement(ref _owner._lost);
            }
        }

        private void Run(Func<T> read)
        {
            try
            {
                _result = read();
            }
            catch (Exception e)
            {
                _failure = ExceptionDispatchInfo.Capture(e);
            }

            if (Interlocked.Exchange(ref _state, Ended) == Lost)
            {
                Interlocked.Decrement(ref _owner._lost);
            }

            lock (_end)
            {
                _hasEnded = true;
                Monitor.PulseAll(_end);
            }
        }
    }
}
