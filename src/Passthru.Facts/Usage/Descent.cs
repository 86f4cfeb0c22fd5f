namespace Passthru.Facts.Usage;

/// <summary>
/// Follows things of one kind down to functions. A layer is visited once however many stand on it, so the pass is linear, a
/// loop ends, and a function comes out with the first chain that leads to it.
/// </summary>
internal sealed class Descent(UseKind kind, Func<Layer, Footing> below)
{
    /// <summary>No host has as many; one that claims to is not followed further.</summary>
    private const int MostLayers = 65536;

    private readonly HashSet<Layer> _seen = [];
    private readonly Queue<Step> _ahead = [];
    private readonly List<Use> _uses = [];
    private readonly List<string> _untold = [];

    /// <summary>What was found, nearest first.</summary>
    public IReadOnlyList<Use> Uses => _uses;

    /// <summary>Where it went no further, as words for the operator.</summary>
    public IReadOnlyList<string> Untold => _untold;

    /// <summary>Goes down from one thing, <c>/</c> or <c>default route</c>.</summary>
    public void From(string what, Footing footing)
    {
        Add(new Step(what, null, null), footing);
        while (_ahead.TryDequeue(out var step))
        {
            Add(step, below(step.Layer!));
        }
    }

    private void Add(Step step, Footing footing)
    {
        if (footing.Untold is { } why)
        {
            _untold.Add($"{string.Join(" → ", step.Chain())}: {why}");
        }

        foreach (var layer in footing.Layers)
        {
            if (layer is FunctionLayer function)
            {
                AddUse(step, function);
            }
            else if (_seen.Count >= MostLayers)
            {
                _untold.Add($"{step.Name}: more than {MostLayers} devices");
                return;
            }
            else if (_seen.Add(layer))
            {
                _ahead.Enqueue(new Step(layer.Name, layer, step));
            }
        }
    }

    private void AddUse(Step step, FunctionLayer function)
    {
        if (_seen.Add(function))
        {
            _uses.Add(new Use(kind, step.Chain(), function.Address));
        }
    }

    /// <summary>How a layer was reached.</summary>
    private sealed record Step(string Name, Layer? Layer, Step? From)
    {
        /// <summary>A chain longer than this is told by its two ends; nobody stacks as much on purpose.</summary>
        private const int Longest = 64;

        public EquatableArray<string> Chain()
        {
            var names = new List<string>();
            for (var step = this; step is not null; step = step.From)
            {
                names.Add(step.Name);
            }

            names.Reverse();
            return names.Count <= Longest ? [.. names] : [.. names.Take(Longest / 2), "…", .. names.TakeLast(Longest / 2)];
        }
    }
}
