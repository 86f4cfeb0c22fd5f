using System.Net;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Http;
using Passthru.Exporter.Logging;
using Passthru.Exporter.Serving.Connections;

namespace Passthru.Tests.Exporter.Serving;

/// <summary>Who gives way when all places are taken.</summary>
public sealed class ConnectionLimiterTests
{
    private readonly ConnectionLimiter _connections = new(4, new RefusalLog(new Log(TextWriter.Null, default, default, TimeProvider.System), TimeProvider.System));

    [Fact]
    public void The_longest_idle_of_whoever_has_most()
    {
        var (innocent, first, second, third) = (Connect("10.0.0.9"), Connect("10.0.0.1"), Connect("10.0.0.1"), Connect("10.0.0.1"));
        second.IsBusy = true;
        var newcomer = Connect("10.0.0.2");
        Assert.Equal([false, true, false, false, false], new[] { innocent, first, second, third, newcomer }.Select(one => one.IsAborted));
    }

    [Fact]
    public void When_all_are_busy_the_oldest_of_whoever_has_most()
    {
        var busy = Enumerable.Range(0, 4).Select(_ => Connect("10.0.0.1", busy: true)).ToList();
        var scraper = Connect("10.0.0.2");
        Assert.Equal([true, false, false, false], busy.Select(one => one.IsAborted));
        Assert.False(scraper.IsAborted);
    }

    [Fact]
    public void An_idle_one_of_an_address_with_few_stays_though_those_of_the_one_with_most_are_busy()
    {
        var innocent = Connect("10.0.0.9");
        var busy = Enumerable.Range(0, 3).Select(_ => Connect("10.0.0.1", busy: true)).ToList();
        Connect("10.0.0.2");
        Assert.False(innocent.IsAborted);
        Assert.True(busy[0].IsAborted);
    }

    [Fact]
    public void Addresses_of_one_64_bit_network_are_one()
    {
        var innocent = Connect("2001:db8:0:1::1");
        var busy = Enumerable.Range(1, 3).Select(i => Connect($"2001:db8:0:2::{i}", busy: true)).ToList();
        Connect("2001:db8:0:3::1");
        Assert.False(innocent.IsAborted);
        Assert.True(busy[0].IsAborted);
    }

    private Connected Connect(string address, bool busy = false)
    {
        var connected = new Connected(address);
        _ = _connections.Before(_ => connected.Ended)(connected.Context);
        connected.IsBusy = busy;
        return connected;
    }

    private sealed class FakeConnection : DefaultConnectionContext
    {
        public bool IsAborted { get; private set; }

        public override void Abort(ConnectionAbortedException abortReason) => IsAborted = true;
    }

    private sealed class Connected
    {
        private readonly TaskCompletionSource _ended = new();

        public Connected(string address)
        {
            Context = new FakeConnection { RemoteEndPoint = new IPEndPoint(IPAddress.Parse(address), 1) };
        }

        public FakeConnection Context { get; }

        public Task Ended => _ended.Task;

        public bool IsAborted => Context.IsAborted;

        /// <summary>A request of it is being answered.</summary>
        public bool IsBusy
        {
            set
            {
                if (value)
                {
                    var request = new DefaultHttpContext();
                    request.Features.Set(Context.Features.Get<ClientConnection>());
                    _ = ClientConnection.Busy(_ => _ended.Task)(request);
                }
            }
        }
    }
}
