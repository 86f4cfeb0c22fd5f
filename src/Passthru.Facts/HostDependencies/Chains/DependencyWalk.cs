using Passthru.Facts.Pci;
using Passthru.Facts.Values;

namespace Passthru.Facts.HostDependencies.Chains;

/// <summary>
/// Follows things of one kind down to functions. A layer is visited once however many stand on it, so the pass is linear, a
/// loop ends, and a function comes out with the first chain that leads to it.
/// </summary>
internal sealed class DependencyWalk(HostDependencyKind kind, Func<StackLayer, Backing> below, UseOwner? owner = null)
{
    /// <summary>No host has as many; one that claims to is not followed further.</summary>
    private const int MaxLayers = 65536;

    /// <summary>By which thing each layer was reached first.</summary>
    private readonly Dictionary<StackLayer, int> _seen = [];
    private readonly Queue<Step> _ahead = [];
    private readonly List<HostDependency> _uses = [];
    private readonly List<UnresolvedDependency> _unresolved = [];
    private int _things;
    private bool _hasEnd;

    /// <summary>What was found, nearest first.</summary>
    public IReadOnlyList<HostDependency> HostDependencies => _uses;

    /// <summary>Where it went no further.</summary>
    public IReadOnlyList<UnresolvedDependency> Unresolved => _unresolved;

    /// <summary>Goes down from one thing, <c>/</c> or <c>default route</c>.</summary>
    public void From(string what, Backing footing)
    {
        _things++;
        _hasEnd = false;
        var start = new Step(what, null, null);
        Add(start, footing);
        while (_ahead.TryDequeue(out var step))
        {
            Add(step, below(step.StackLayer!));
        }

        if (!_hasEnd)
        {
            AddUnresolved(start, "its chain ends in itself", null);
        }
    }

    private void Add(Step step, Backing footing)
    {
        if (footing.Unresolved is { } why)
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
            else if (_seen.Count >= MaxLayers)
            {
                AddUnresolved(step, $"more than {MaxLayers} devices", null);
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
            _uses.Add(new HostDependency(kind, step.Chain(), function.Address) { Owner = owner });
        }
    }

    private void AddUnresolved(Step step, string why, EquatableArray<PciAddress>? candidates)
    {
        _hasEnd = true;
        _unresolved.Add(new UnresolvedDependency(kind, step.Chain(), why, candidates));
    }

    /// <summary>How a layer was reached.</summary>
    private sealed record Step(string Name, StackLayer? StackLayer, Step? From)
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
