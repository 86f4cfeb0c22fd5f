using System.Collections.Concurrent;

namespace Passthru.Facts.Reading.Supervision;

/// <summary>
/// What one attempt at reading tells of where it is, so that it can be given up. A file can hold its reader for as long as a
/// reset takes, or for as long as a virtual machine runs (pci_wait_cfg in drivers/pci/access.c, device_lock in
/// drivers/base/dd.c), in a sleep that no signal ends.
/// </summary>
public sealed class ReadAttempt
{
    private readonly Lock _lock = new();
    private readonly ConcurrentDictionary<string, string> _unanswered;
    private readonly IReadOnlySet<string> _leftAlone;
    private string? _at;
    private string _section = "";
    private long _since;
    private bool _givenUp;

    /// <param name="unanswered">Files that an earlier reader still waits at, with the section that it read.</param>
    /// <param name="leftAlone">Sections of which so many wait that none of their files that may block is tried.</param>
    internal ReadAttempt(ConcurrentDictionary<string, string> unanswered, IReadOnlySet<string> leftAlone)
    {
        _unanswered = unanswered;
        _leftAlone = leftAlone;
    }

    /// <summary>Waits as long as it takes: for a single read whose caller has nothing better to do.</summary>
    public static ReadAttempt Unlimited => new(new ConcurrentDictionary<string, string>(), new HashSet<string>());

    /// <summary>From here on files of this section are read: one that hangs costs its own section, whatever made it hang.</summary>
    internal void Enter(string section) => _section = section;

    /// <summary>False: leave that file alone, an earlier reader still waits there.</summary>
    internal bool TryEnter(string file)
    {
        if (_leftAlone.Contains(_section) || _unanswered.ContainsKey(file))
        {
            return false;
        }

        lock (_lock)
        {
            ThrowIfGivenUp();
            _at = file;
            _since = Environment.TickCount64;
        }

        return true;
    }

    /// <exception cref="OperationCanceledException">The attempt was given up meanwhile: nobody waits for its result.</exception>
    internal void Leave()
    {
        lock (_lock)
        {
            if (_givenUp && _at is not null)
            {
                _unanswered.TryRemove(_at, out _);
            }

            _at = null;
            ThrowIfGivenUp();
        }
    }

    /// <summary>Gives the attempt up if it has been waiting at one file for longer than <paramref name="limit"/>.</summary>
    internal bool GiveUpIfWaiting(TimeSpan limit)
    {
        lock (_lock)
        {
            if (_at is null || Environment.TickCount64 - _since < limit.TotalMilliseconds)
            {
                return false;
            }

            _unanswered[_at] = _section;
            _givenUp = true;
            return true;
        }
    }

    private void ThrowIfGivenUp()
    {
        if (_givenUp)
        {
            throw new OperationCanceledException("given up while it waited");
        }
    }
}
