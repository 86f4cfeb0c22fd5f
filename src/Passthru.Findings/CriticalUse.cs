using System.Collections.Immutable;
using Passthru.Facts.Pci;

namespace Passthru.Findings;

/// <summary>A reason why the host can't do without a function, and the proof.</summary>
/// <param name="Function">The function.</param>
/// <param name="Reason">What would be lost.</param>
/// <param name="Chain">From what would be lost down to the function: <c>/</c>, <c>rpool</c>, <c>nvme0n1p3</c>, <c>nvme0n1</c>, <c>0000:02:00.0</c>.</param>
public sealed record CriticalUse(PciAddress Function, CriticalReason Reason, ImmutableArray<string> Chain);

/// <summary>What a host loses with a function.</summary>
public enum CriticalReason
{
    RootDisk,
    MountedDisk,
    Swap,
    DefaultRoute,
    ManagementNetwork,
    BootDisplay,
    Keyboard,
}
