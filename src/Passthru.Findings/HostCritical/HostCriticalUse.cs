using System.Collections.Immutable;
using Passthru.Facts.Pci;

namespace Passthru.Findings.HostCritical;

/// <summary>A reason why the host, its guests or its services can't do without a function, and the proof.</summary>
/// <param name="Function">The function.</param>
/// <param name="Reason">What would be lost.</param>
/// <param name="Chain">From what would be lost down to the function: <c>/</c>, <c>rpool</c>, <c>nvme0n1p3</c>, <c>nvme0n1</c>, <c>0000:02:00.0</c>.</param>
public sealed record HostCriticalUse(PciAddress Function, HostCriticalReason Reason, ImmutableArray<string> Chain)
{
    /// <summary>The VM that uses it; null: the host, a container or a service does.</summary>
    public string? Vm { get; init; }

    /// <summary>The container that uses it.</summary>
    public string? Container { get; init; }

    /// <summary>The program that has it open, where it is no guest's: <c>ceph-osd</c>.</summary>
    public string? Program { get; init; }
}

/// <summary>What is lost with a function.</summary>
public enum HostCriticalReason
{
    RootDisk,
    MountedDisk,
    Swap,
    BootDisk,
    VmDisk,
    StorageService,
    DefaultRoute,
    ManagementNetwork,
    GuestNetwork,
    BootDisplay,
    Keyboard,
    ContainerDevice,
}

/// <summary>How much of a function's use was seen.</summary>
public static class CriticalReasons
{
    public static bool IsConsole(this HostCriticalReason reason) => reason is HostCriticalReason.BootDisplay or HostCriticalReason.Keyboard;

    public static bool IsDisk(this HostCriticalReason reason) => reason <= HostCriticalReason.StorageService;
}
