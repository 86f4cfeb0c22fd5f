using Passthru.Exporter.Observing;

namespace Passthru.Exporter.Serving;

/// <summary>Scrapes that come while the host is being read share that read; the next one reads anew. Nothing is kept in between.</summary>
internal sealed class ReadCoalescer(Func<Observation> observe)
{
    private readonly Lock _lock = new();
    private Task<Observation>? _running;

    public Task<Observation> Next()
    {
        lock (_lock)
        {
            return _running is { IsCompleted: false } ? _running : _running = Task.Run(observe);
        }
    }
}
