using Passthru.Facts.Pci;
using Passthru.Facts.Vms;
using Passthru.Findings.Values;

namespace Passthru.Findings.Ownership;

/// <summary>Somebody says that a function belongs to VFIO: who, and from when to when.</summary>
public sealed record Expectation
{
    /// <summary>The function; function 0 where a whole slot is meant and nothing is there.</summary>
    public required PciAddress Function { get; init; }

    public required ExpectationSource Source { get; init; }

    public required ExpectationTime When { get; init; }

    /// <summary>Whose driver is to have it: VFIO's, or below Xen the stub that holds what guests have.</summary>
    public Owner Owner { get; init; } = Owner.Vfio;

    /// <summary>It holds at this moment; null where that hangs on a virtual machine of which it is not known whether it runs.</summary>
    public required bool? AppliesNow { get; init; }

    /// <summary>What it stands on: <c>etc/modprobe.d/vfio.conf:3</c>, <c>etc/pve/qemu-server/110.conf hostpci0</c>.</summary>
    public required string Evidence { get; init; }

    /// <summary>It names an address, so that the function can be missed.</summary>
    public bool NamesAddress { get; init; }

    /// <summary>Any driver will do, so long as the function is there: an NVIDIA virtual function keeps its own.</summary>
    public bool TakesAnyDriver { get; init; }

    /// <summary>
    /// What speaks needs the function now, or will without anybody's doing. False: for a VM that is off and that nobody starts, or
    /// whose hook may bring the function. A VM of which it is not known whether it runs needs it.
    /// </summary>
    public bool IsUrgent { get; init; } = true;

    /// <summary>False: it is urgent only for not being known otherwise.</summary>
    public bool IsUrgencyKnown { get; init; } = true;

    /// <summary>What must be at the address, where the source says so.</summary>
    public PciId? Id { get; init; }

    /// <summary>See <see cref="Id"/>.</summary>
    public PciId? Subsystem { get; init; }

    /// <summary>Whose configuration it is, where the source is a VM's.</summary>
    public VmManager? Manager { get; init; }

    /// <summary>The virtual machine that is to have it.</summary>
    public string? Vm { get; init; }
}

/// <summary>Who speaks of a device, the strongest first.</summary>
public enum ExpectationSource
{
    Config,
    DriverOverride,
    Driverctl,
    CommandLine,
    Modprobe,
    Unraid,
    Udev,

    /// <summary>The configuration of a VM.</summary>
    Vm,
}
