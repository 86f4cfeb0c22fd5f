using NSubstitute;
using Passthru.Exporter.Configuration;
using Passthru.Exporter.Logging;
using Passthru.Exporter.Serving.Connections;

namespace Passthru.Tests.Exporter.Serving;

public sealed class RefusalLogTests : IDisposable
{
    private readonly TimeProvider _clock = Substitute.For<TimeProvider>();
    private readonly StringWriter _written = new();
    private readonly RefusalLog _refusals;

    public RefusalLogTests() => _refusals = new RefusalLog(new Log(_written, LogLevel.Info, LogFormat.Logfmt, _clock), _clock);

    [Fact]
    public void Each_kind_is_told_at_once_and_then_once_a_minute()
    {
        At(0);
        _refusals.Tell("a", null, "first");
        _refusals.Tell("b", null);
        At(59);
        _refusals.Tell("a", null, "second");
        _refusals.Tell("a", null, "third");
        At(60);
        _refusals.Tell("a", null, "fourth");
        _refusals.Tell("b", null);

        Assert.Equal(["reason=a err=first", "reason=b", "reason=a err=fourth before=2", "reason=b"], Lines());
    }

    [Fact]
    public void What_was_sent_is_cut_and_stays_on_its_line()
    {
        At(0);
        _refusals.Tell("a", null, $"x\r\nlevel=INFO {new string('y', 5000)}");

        var line = Assert.Single(Lines());
        Assert.StartsWith(@"reason=a err=""x\r\nlevel=INFO yyy", line, StringComparison.Ordinal);
        Assert.InRange(line.Length, 200, 230);
    }

    public void Dispose() => _written.Dispose();

    private void At(int seconds) => _clock.GetUtcNow().Returns(DateTimeOffset.UnixEpoch.AddSeconds(seconds));

    private List<string> Lines() => [.. _written.ToString().TrimEnd('\n').Split('\n').Select(line => line[(line.IndexOf("msg=refused ", StringComparison.Ordinal) + 12)..])];
}
