namespace Passthru.Exporter.Serving.Security;

/// <summary>
/// Bounds who waits. Who comes when the line is full takes the place of the last to come from the network with most places, if that
/// has more of them than the newcomer would have: a few addresses never keep another one out.
/// </summary>
internal sealed class FairQueue(int most, int mostOfOne)
{
    private readonly Lock _lock = new();
    private readonly List<Place> _places = [];

    /// <summary>Null: there is none.</summary>
    public Place? TryEnter(string from)
    {
        Place? dropped = null;
        var place = new Place(this, from);
        lock (_lock)
        {
            var own = _places.Count(other => other.From == from);
            if (own == mostOfOne || (_places.Count == most && (dropped = WhoIsDropped(own + 1)) is null))
            {
                return null;
            }

            if (dropped is not null)
            {
                _places.Remove(dropped);
            }

            _places.Add(place);
        }

        dropped?.Drop();
        return place;
    }

    private Place? WhoIsDropped(int moreThan) =>
        _places.GroupBy(place => place.From)
            .Where(ofOne => ofOne.Count() > moreThan)
            .OrderByDescending(ofOne => ofOne.Count())
            .SelectMany(ofOne => ofOne.Reverse())
            .FirstOrDefault(place => !place.HasTurn);

    /// <summary>A place in the line, until it is disposed of or dropped.</summary>
    internal sealed class Place(FairQueue line, string from) : IDisposable
    {
        private readonly TaskCompletionSource<bool> _dropped = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public string From => from;

        public bool HasTurn { get; private set; }

        public bool IsDropped => _dropped.Task.IsCompleted;

        /// <summary>Until it is its turn, which it has to release. False: dropped.</summary>
        public async Task<bool> Wait(SemaphoreSlim turn)
        {
            using var cancel = new CancellationTokenSource();
            var mine = turn.WaitAsync(cancel.Token);
            await Task.WhenAny(mine, _dropped.Task);
            if (!mine.IsCompleted)
            {
                await cancel.CancelAsync();
            }

            try
            {
                await mine;
                HasTurn = true;
                return true;
            }
            catch (OperationCanceledException)
            {
                return false;
            }
        }

        public void Drop() => _dropped.TrySetResult(true);

        public void Dispose()
        {
            lock (line._lock)
            {
                line._places.Remove(this);
            }
        }
    }
}
