using Microsoft.AspNetCore.Connections;

namespace Passthru.Exporter.Serving;

/// <summary>
/// Bounds how many connections there are, and keeps the door open: when all places are taken, whoever holds most of them gives up
/// the one that has been idle for longest. A bound that turns newcomers away would let anyone shut the scraper out.
/// </summary>
internal sealed class Connections(int most, RefusalLog refusals)
{
    private readonly Lock _lock = new();
    private readonly HashSet<Caller> _callers = [];

    public ConnectionDelegate Before(ConnectionDelegate next) => async connection =>
    {
        var caller = new Caller(connection);
        if (!TryEnter(caller))
        {
            refusals.Tell("too many connections, all of them busy", caller);
            connection.Abort();
            return;
        }

        connection.Features.Set(caller);
        Caller.Current = caller;
        try
        {
            await next(connection);
        }
        finally
        {
            Leave(caller);
        }
    };

    private bool TryEnter(Caller caller)
    {
        Caller? idle = null;
        lock (_lock)
        {
            if (_callers.Count == most)
            {
                idle = LongestIdle();
                if (idle is null)
                {
                    return false;
                }

                _callers.Remove(idle);
            }

            _callers.Add(caller);
        }

        if (idle is not null)
        {
            refusals.Tell("too many connections, the longest idle one closed", idle);
            idle.Close();
        }

        return true;
    }

    private void Leave(Caller caller)
    {
        lock (_lock)
        {
            _callers.Remove(caller);
        }
    }

    /// <summary>Of the address that has most.</summary>
    private Caller? LongestIdle() =>
        _callers.GroupBy(caller => caller.Address)
            .OrderByDescending(ofOne => ofOne.Count())
            .SelectMany(ofOne => ofOne.Where(caller => caller.IsIdle).OrderBy(caller => caller.Turn))
            .FirstOrDefault();
}
