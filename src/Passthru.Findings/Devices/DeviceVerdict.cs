using System.Collections.Immutable;
using Passthru.Facts.HostDependencies.Chains;
using Passthru.Facts.Pci;
using Passthru.Findings.HostCritical;
using Passthru.Findings.Ownership;
using Passthru.Findings.Values;

namespace Passthru.Findings.Devices;

/// <summary>What is to be said of one endpoint.</summary>
public sealed record DeviceVerdict
{
    public required PciFunction Function { get; init; }

    public required Owner Owner { get; init; }

    public required ResetVerdict Reset { get; init; }

    /// <summary>The physical slot, as the board, the firmware or the kernel names it.</summary>
    public string? PhysicalSlot { get; init; }

    /// <summary>Why the host can't do without it, one proof a reason.</summary>
    public ImmutableArray<HostCriticalUse> Critical { get; init; } = [];

    /// <summary>The same, one proof for each guest and reason.</summary>
    public ImmutableArray<HostCriticalUse> Users { get; init; } = [];

    /// <summary>What may lie on it, where that can't be told.</summary>
    public ImmutableArray<UnresolvedDependency> MayCarry { get; init; } = [];

    /// <summary>Parts of it, virtual functions or mediated devices, that VMs have.</summary>
    public ImmutableArray<PartInUse> Parts { get; init; } = [];

    /// <summary>The host lives on it; null: nothing is known to stand on it, and something whose place is unknown might.</summary>
    public bool? IsCritical { get; init; }

    /// <summary>
    /// Its <c>driver_override</c> names a driver of the host that does not have it, or it was taken from VFIO and hangs on the way: the
    /// host waits for its device. Null: nothing says that a driver of the host is to have it.
    /// </summary>
    public bool? IsNotReturned { get; init; }

    /// <summary>Some source claims it for VFIO.</summary>
    public bool IsReserved { get; init; }

    /// <summary>
    /// A virtual function of an adapter of which nothing is on VFIO or claimed for it: the host made it for itself, or for
    /// containers, and there may be hundreds.
    /// </summary>
    public bool IsHostsOwnVirtual { get; init; }

    /// <summary>Somebody wants, or may want, to hand it to a virtual machine.</summary>
    public bool IsCandidate => (Function.Kind != DeviceKind.Other && !IsHostsOwnVirtual) || IsReserved;

    internal static DeviceVerdict Assess(PciFunction function, ResetAssessor reset) => new()
    {
        Function = function,
        Owner = OwnerOf(function.Driver),
        Reset = reset.Judge(function),
        IsNotReturned = IsLost(function),
    };

    /// <summary>A name that no driver has is a way to keep every driver off.</summary>
    private static bool? IsLost(PciFunction function) => function.DriverOverride switch
    {
        null => function is { Driver: null, EnableCount: > 0, UnbindPending: true } ? true : null,
        "" or "none" or "null" or "void" or "dummy" or "no_driver" => null,
        { } name when PciDriver.IsVfioName(name) || new PciDriver(name, false).IsStub => null,
        { } name => function.Driver?.Name.Replace('-', '_') != name.Replace('-', '_'),
    };

    private static Owner OwnerOf(PciDriver? driver) => driver switch
    {
        null => Owner.None,
        { IsVfio: true } => Owner.Vfio,
        { IsStub: true } => Owner.Stub,
        _ => Owner.Host,
    };
}
