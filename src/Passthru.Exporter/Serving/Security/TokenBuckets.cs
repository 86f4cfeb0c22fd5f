namespace Passthru.Exporter.Serving.Security;

/// <summary>A bucket for each network that asks, so that none uses up what another may.</summary>
internal sealed class TokenBuckets(RateLimit limit, TimeProvider time)
{
    /// <summary>Of more, those that are full again, and then all, are forgotten: whoever has so many addresses is not held up by a limit of each.</summary>
    private const int Most = 4096;
    private readonly Lock _lock = new();
    private readonly Dictionary<string, TokenBucket> _buckets = [];

    public bool TryTake(string network)
    {
        lock (_lock)
        {
            if (!_buckets.TryGetValue(network, out var bucket))
            {
                MakeRoom();
                _buckets[network] = bucket = new TokenBucket(limit, time);
            }

            return bucket.TryTake();
        }
    }

    private void MakeRoom()
    {
        if (_buckets.Count < Most)
        {
            return;
        }

        foreach (var full in _buckets.Where(bucket => bucket.Value.IsFull).Select(bucket => bucket.Key).ToList())
        {
            _buckets.Remove(full);
        }

        if (_buckets.Count == Most)
        {
            _buckets.Clear();
        }
    }
}
