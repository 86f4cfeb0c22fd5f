namespace Passthru.Facts.Reading.Supervision;

/// <summary>A thread that waits for work: to start one for each read costs more than a tenth of what the read does.</summary>
internal sealed class ReadingThread
{
    private const int StackBytes = 512 * 1024;
    private readonly object _arrival = new();
    private Func<bool>? _next;

    public ReadingThread() => new Thread(WaitAndRun, StackBytes) { IsBackground = true, Name = "facts" }.Start();

    /// <summary>Does this; when it comes back with true the thread waits for more, else it ends.</summary>
    public void Run(Func<bool> work)
    {
        lock (_arrival)
        {
            _next = work;
            Monitor.Pulse(_arrival);
        }
    }

    private void WaitAndRun()
    {
        while (Next()())
        {
        }
    }

    private Func<bool> Next()
    {
        lock (_arrival)
        {
            while (_next is null)
            {
                Monitor.Wait(_arrival);
            }

            var next = _next;
            _next = null;
            return next;
        }
    }
}
