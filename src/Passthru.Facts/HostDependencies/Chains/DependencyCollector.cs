using Passthru.Facts.Pci;
using Passthru.Facts.Reading;

namespace Passthru.Facts.HostDependencies.Chains;

/// <summary>Collects what is used, and what could not be followed.</summary>
/// <param name="files">Who hears of limits.</param>
internal sealed class DependencyCollector(HostReader files)
{
    private readonly List<HostDependency> _uses = [];
    private readonly List<UnresolvedDependency> _unresolved = [];

    public IReadOnlyList<HostDependency> HostDependencies => _uses;

    public IReadOnlyList<UnresolvedDependency> UnresolvedDependencies => _unresolved;

    /// <summary>What a descent found, and where it ended early.</summary>
    /// <param name="descent">The descent.</param>
    /// <param name="elsewhere">Where what it could not follow may lie, unless it says so itself.</param>
    /// <param name="source">The file that told of it, which is told to the operator; null: it is not.</param>
    public void Add(DependencyWalk descent, IEnumerable<PciAddress> elsewhere, string? source)
    {
        AddUses(descent);
        AddUnresolved(descent, elsewhere, source);
    }

    public void AddUses(DependencyWalk descent) => _uses.AddRange(descent.HostDependencies);

    public void Add(HostDependency use) => _uses.Add(use);

    /// <summary>Functions that are known to carry storage in use. A guest's configuration alone is no use.</summary>
    public HashSet<PciAddress> WithStorage() =>
        [.. _uses.Where(use => use.Kind.IsStorage() && (use.Owner is null || use.Owner.Pid is not null)).Select(use => use.Function)];

    /// <summary>The same, on functions that are not known to carry other storage: there it says nothing more.</summary>
    public void AddWhereNothingElseIs(DependencyWalk descent, IEnumerable<PciAddress> elsewhere, string? source)
    {
        var known = WithStorage();
        _uses.AddRange(descent.HostDependencies.Where(use => !known.Contains(use.Function)));
        AddUnresolved(descent, elsewhere, source);
    }

    /// <summary>What was not seen may lie on one function, or, if that is null, on any that carries such things.</summary>
    public void Unresolved(HostDependencyKind kind, string what, string why, PciAddress? function = null) =>
        _unresolved.Add(new UnresolvedDependency(kind, [what], why, function is { } one ? [one] : null));

    /// <summary>It lies on one of some functions, if there are any.</summary>
    public void Unresolved(HostDependencyKind kind, string what, string why, IEnumerable<PciAddress> functions)
    {
        if (functions.Distinct().Order().ToList() is { Count: > 0 } some)
        {
            _unresolved.Add(new UnresolvedDependency(kind, [what], why, [.. some]));
        }
    }

    private void AddUnresolved(DependencyWalk descent, IEnumerable<PciAddress> elsewhere, string? source)
    {
        foreach (var use in descent.Unresolved)
        {
            _unresolved.Add(use with { Functions = use.Functions ?? [.. elsewhere.Order()] });
            if (source is not null)
            {
                files.Limit(source, $"{string.Join(" → ", use.Chain)}: {use.Why}");
            }
        }
    }
}
