using Passthru.Facts.Pci;

namespace Passthru.Facts.Usage;

/// <summary>
/// Follows things of one kind down to functions. A layer is visited once however many stand on it, so the pass is linear, a
/// loop ends, and a function comes out with the first chain that leads to it.
/// </summary>
internal sealed class Descent(UseKind kind, Func<Layer, Footing> below, UseOwner? owner = null)
{
    /// <summary>No host has as many; one that claims to is not followed further.</summary>
    private const int MostLayers = 65536;

    /// <summary>By which thing each layer was reached first.</summary>
    private readonly Dictionary<Layer, int> _seen = [];
    private readonly Queue<Step> _ahead = [];
    private readonly List<Use> _uses = [];
    private readonly List<UnresolvedUse> _unresolved = [];
    private int _things;
    private bool _hasEnd;

    /// <summary>What was found, nearest first.</summary>
    public IReadOnlyList<Use> Uses => _uses;

    /// <summary>Where it went no further.</summary>
    public IReadOnlyList<UnresolvedUse> Unresolved => _unresolved;

    /// <summary>Goes down from one thing, <c>/</c> or <c>default route</c>.</summary>
    public void From(string what, Footing footing)
    {
        _things++;
        _hasEnd = false;
        var start = new Step(what, null, null);
        Add(start, footing);
        while (_ahead.TryDequeue(out var step))
        {
            Add(step, below(step.Layer!));
        }

        if (!_hasEnd)
        {
            AddUnresolved(start, "its chain ends in itself", null);
        }
    }

    private void Add(Step step, Footing footing)
    {
        if (footing.Untold is { } why)
        {
            AddUnresolved(step, why, footing.Candidates);
        }

        _hasEnd |= footing.Layers.IsEmpty;
        foreach (var layer in footing.Layers)
        {
            if (layer is FunctionLayer function)
            {
                AddUse(step, function);
            }
            else if (_seen.Count >= MostLayers)
            {
                AddUnresolved(step, $"more than {MostLayers} devices", null);
                return;
            }
            else if (_seen.TryAdd(layer, _things))
            {
                _ahead.Enqueue(new Step(layer.Name, layer, step));
            }
            else
            {
                // What an earlier thing stands on was followed to its end.
                _hasEnd |= _seen[layer] < _things;
            }
        }
    }

    private void AddUse(Step step, FunctionLayer function)
    {
        _hasEnd = true;
        if (_seen.TryAdd(function, _things))
        {
            _uses.Add(new Use(kind, step.Chain(), function.Address) { Owner = owner });
        }
    }

    private void AddUnresolved(Step step, string why, EquatableArray<PciAddress>? candidates)
    {
        _hasEnd = true;
        _unresolved.Add(new UnresolvedUse(kind, step.Chain(), why, candidates));
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
