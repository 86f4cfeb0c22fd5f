using NSubstitute;
using Passthru.Exporter.Configuration;
using Passthru.Exporter.Logging;

namespace Passthru.Tests.Exporter;

public sealed class LogTests : IDisposable
{
    private readonly StringWriter _written = new();

    public void Dispose() => _written.Dispose();

    [Fact]
    public void Logfmt_quotes_what_has_to_be_quoted()
    {
        Log(LogLevel.Info, LogFormat.Logfmt).Warn("cannot read", ("path", "sys/class"), ("err", "a \"b\"\nc"));
        Assert.Equal("time=2026-01-02T03:04:05.678Z level=WARN msg=\"cannot read\" path=sys/class err=\"a \\\"b\\\"\\nc\"\n", _written.ToString());
    }

    [Fact]
    public void Json_is_one_object_a_line()
    {
        Log(LogLevel.Info, LogFormat.Json).Error("x", ("k", "\u0001é\""));
        Assert.Equal("{\"time\":\"2026-01-02T03:04:05.678Z\",\"level\":\"ERROR\",\"msg\":\"x\",\"k\":\"\\u0001é\\\"\"}\n", _written.ToString());
    }

    [Fact]
    public void Lines_below_the_level_are_left_out()
    {
        var log = Log(LogLevel.Warn, LogFormat.Logfmt);
        log.Debug("x");
        log.Info("x");
        Assert.Empty(_written.ToString());
    }

    /// <summary>As journald takes them: debug 7, info 6, warning 4, error 3.</summary>
    [Fact]
    public void For_the_journal_a_line_begins_with_its_priority()
    {
        var log = new Log(_written, LogLevel.Debug, LogFormat.Logfmt, TimeProvider.System, forJournal: true);
        log.Debug("a");
        log.Info("b");
        log.Warn("c");
        log.Error("d");
        Assert.Equal(["<7>time", "<6>time", "<4>time", "<3>time"], _written.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => line.Split('=')[0]));
    }

    [Theory]
    [InlineData("9:4711", "socket:[4711]", true)]
    [InlineData("9:4711", "socket:[4712]", false)]
    [InlineData("9:4711", "/dev/pts/0", false)]
    [InlineData(null, "socket:[4711]", false)]
    [InlineData("", "socket:[]", false)]
    [InlineData("9:4711", null, false)]
    public void The_journal_reads_where_the_stream_is_the_one_that_systemd_names(string? stream, string? target, bool expected) =>
        Assert.Equal(expected, JournalStream.Is(stream, target));

    private Log Log(LogLevel level, LogFormat format)
    {
        var clock = Substitute.For<TimeProvider>();
        clock.GetUtcNow().Returns(new DateTimeOffset(2026, 1, 2, 3, 4, 5, 678, TimeSpan.Zero));
        return new Log(_written, level, format, clock);
    }
}
