namespace Passthru.Findings.Isolation;

/// <summary>Which functions are together; those without a group are in none.</summary>
internal sealed class GroupLayout
{
    private readonly Dictionary<int, List<PciTreeNode>> _members = [];
    private readonly int?[] _groups;

    /// <param name="nodes">All functions.</param>
    /// <param name="groups">The group of each, by the index of the node; any number.</param>
    public GroupLayout(IEnumerable<PciTreeNode> nodes, int?[] groups)
    {
        _groups = groups;
        foreach (var node in nodes)
        {
            if (groups[node.Index] is { } group)
            {
                (_members.TryGetValue(group, out var members) ? members : _members[group] = []).Add(node);
            }
        }
    }

    /// <summary>Every group.</summary>
    public IEnumerable<IReadOnlyList<PciTreeNode>> Groups => _members.Values;

    /// <summary>As the kernel has it.</summary>
    public static GroupLayout OfKernel(PciTree tree)
    {
        var numbers = new Dictionary<string, int>();
        var groups = tree.Nodes.Select(node => NumberOf(node.KernelGroup)).ToArray();
        return new GroupLayout(tree.Nodes, groups);

        int? NumberOf(string? name) => name is null ? null : numbers.TryGetValue(name, out var known) ? known : numbers[name] = numbers.Count;
    }

    /// <summary>The group of a function, itself included, in order; empty for one without.</summary>
    public IReadOnlyList<PciTreeNode> MembersWith(PciTreeNode node) => _groups[node.Index] is { } group ? _members[group] : [];

    /// <summary>The function is with the same functions in both.</summary>
    public bool AgreesOn(PciTreeNode node, GroupLayout other) =>
        ReferenceEquals(this, other) || MembersWith(node).SequenceEqual(other.MembersWith(node));
}
