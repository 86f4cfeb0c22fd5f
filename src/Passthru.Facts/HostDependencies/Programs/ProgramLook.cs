using Passthru.Facts.Values;

namespace Passthru.Facts.HostDependencies.Programs;

/// <summary>What a look at one process found.</summary>
internal sealed record ProgramLook
{
    public required int Pid { get; init; }

    /// <summary>Its name in the kernel, 15 characters.</summary>
    public required string? Name { get; init; }

    /// <summary>It has a VM of KVM open: <c>anon_inode:kvm-vm</c>.</summary>
    public bool IsVm { get; init; }

    /// <summary>
    /// An ordinary user runs it, outside of any container that root made: a file of that user can go by the path of a node, in a mount
    /// namespace of the user's own.
    /// </summary>
    public bool IsOrdinary { get; init; }

    /// <summary>Nodes below /dev that it has open, by descriptor.</summary>
    public EquatableArray<OpenNode> Nodes { get; init; } = [];

    /// <summary>Its mount namespace, where that is not the host's: <c>mnt:[4026532650]</c>, or the process itself where that can't be seen.</summary>
    public string? MountNamespace { get; init; }

    /// <summary>The container it is in: <c>103</c>, <c>docker 0123456789ab</c>; null: none that a control group names.</summary>
    public string? Container { get; init; }
}
