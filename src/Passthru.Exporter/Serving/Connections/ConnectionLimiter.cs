using Microsoft.AspNetCore.Connections;

namespace Passthru.Exporter.Serving.Connections;

/// <summary>
/// Bounds how many connections there are, and keeps the door open: when all places are taken, the address that has most of them gives
/// up the one that has been idle for longest, and if none is, its oldest. A bound that turns newcomers away, or that spares whoever is
/// busy, would let anyone shut the scraper out. No connection of an address that has fewer is touched.
/// </summary>
internal sealed class ConnectionLimiter(int most, RefusalLog refusals)
{
    private readonly Lock _lock = new();
    private readonly HashSet<ClientConnection> _callers = [];

    public ConnectionDelegate Before(ConnectionDelegate next) => async connection =>
    {
        var caller = new ClientConnection(connection);
        Enter(caller);
        connection.Features.Set(caller);
        ClientConnection.Current = caller;
        try
        {
            await next(connection);
        }
        finally
        {
            Leave(caller);
        }
    };

    private void Enter(ClientConnection caller)
    {
        ClientConnection? leaving = null;
        lock (_lock)
        {
            if (_callers.Count == most)
            {
                leaving = WhoLeaves();
                _callers.Remove(leaving);
            }

            _callers.Add(caller);
        }

        if (leaving is not null)
        {
            refusals.Tell(leaving.IsIdle ? "too many connections, the longest idle one closed" : "too many connections, all busy, the oldest closed", leaving);
            leaving.Close();
        }
    }

    private void Leave(ClientConnection caller)
    {
        lock (_lock)
        {
            _callers.Remove(caller);
        }
    }

    private ClientConnection WhoLeaves()
    {
        var byNetwork = _callers.GroupBy(caller => caller.Network).ToList();
        var largest = byNetwork.Max(ofOne => ofOne.Count());
        return byNetwork.Where(ofOne => ofOne.Count() == largest).SelectMany(ofOne => ofOne)
            .OrderBy(caller => caller.IsIdle ? 0 : 1)
            .ThenBy(caller => caller.Turn)
            .First();
    }
}
