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

    private static int Passes(TokenBucket bucket, int requests) => Enumerable.Range(0, requests).Count(_ => bucket.TryTake());
}
