namespace Passthru.Exporter.Serving.Security;

/// <summary>Lets so many requests pass at once and then one in each interval.</summary>
internal sealed class TokenBucket(RateLimit limit, TimeProvider time)
{
    private readonly Lock _lock = new();
    private readonly long _start = time.GetTimestamp();
    private readonly TimeSpan _slack = limit.Interval * (limit.Burst - 1);

    /// <summary>When everything that passed would have passed at an even pace.</summary>
    private TimeSpan _paced;

    /// <summary>It lets as many pass as a new one.</summary>
    public bool IsFull
    {
        get
        {
            lock (_lock)
            {
                return _paced <= time.GetElapsedTime(_start);
            }
        }
    }

    public bool TryTake()
    {
        var now = time.GetElapsedTime(_start);
        lock (_lock)
        {
            if (_paced - now > _slack)
            {
                return false;
            }

            _paced = (_paced > now ? _paced : now) + limit.Interval;
            return true;
        }
    }
}
