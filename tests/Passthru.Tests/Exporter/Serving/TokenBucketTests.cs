using NSubstitute;
using Passthru.Exporter.Serving.Security;

namespace Passthru.Tests.Exporter.Serving;

public sealed class TokenBucketTests
{
    private readonly TimeProvider _clock = Substitute.For<TimeProvider>();
    private long _milliseconds;

    public TokenBucketTests()
    {
        _clock.TimestampFrequency.Returns(1000);
        _clock.GetTimestamp().Returns(_ => _milliseconds);
    }

    [Fact]
    public void A_burst_passes_and_then_one_in_each_interval()
    {
        var bucket = new TokenBucket(new RateLimit(TimeSpan.FromSeconds(1), 3), _clock);
        Assert.Equal(3, Passes(bucket, 10));

        _milliseconds = 999;
        Assert.Equal(0, Passes(bucket, 10));
        _milliseconds = 1000;
        Assert.Equal(1, Passes(bucket, 10));
        _milliseconds = 3500;
        Assert.Equal(2, Passes(bucket, 10));
        _milliseconds = 3_600_000;
        Assert.Equal(3, Passes(bucket, 10));
    }

    [Fact]
    public void Each_network_has_its_own()
    {
        var buckets = new TokenBuckets(new RateLimit(TimeSpan.FromHours(1), 2), _clock);
        Assert.Equal([true, true, false], Enumerable.Range(0, 3).Select(_ => buckets.TryTake("10.0.0.1")));
        Assert.True(buckets.TryTake("10.0.0.2"));
        Assert.All(Enumerable.Range(0, 20_000), i => Assert.True(buckets.TryTake($"{i}")));
    }

    private static int Passes(TokenBucket bucket, int requests) => Enumerable.Range(0, requests).Count(_ => bucket.TryTake());
}
