namespace Passthru.Exporter.Serving.Security;

/// <summary>Counts who waits, so that one address alone never fills the line.</summary>
internal sealed class WaitingLine(int most, int mostOfOne)
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, int> _waiting = [];
    private int _all;

    public bool TryEnter(string from)
    {
        lock (_lock)
        {
            var own = _waiting.GetValueOrDefault(from);
            if (_all == most || own == mostOfOne)
            {
                return false;
            }

            _waiting[from] = own + 1;
            _all++;
            return true;
        }
    }

    public void Leave(string from)
    {
        lock (_lock)
        {
            _all--;
            if (--_waiting[from] == 0)
            {
                _waiting.Remove(from);
            }
        }
    }
}
