using Passthru.Facts.Pci;
using Passthru.Facts.Values;

namespace Passthru.Facts.Vms;

/// <summary>
/// A process that runs a virtual machine: it has a VM of KVM open, or is a program that is known for it. Source:
/// <c>/proc/PID/fd</c>, <c>cmdline</c>, <c>exe</c>, <c>cgroup</c>.
/// </summary>
public sealed record VmProcess
{
    /// <summary>No VM has more of the host's functions; whoever names more means none of them.</summary>
    public const int MaxFunctions = 64;

    public required int Pid { get; init; }

    /// <summary>File name of the program: <c>qemu-system-x86_64</c>, <c>kvm</c>.</summary>
    public required string Program { get; init; }

    /// <summary>The manager of this host that started it, told by what root made; null: none is known to have.</summary>
    public VmManager? Owner { get; init; }

    /// <summary>False: its command line could not be read, so that only <see cref="Owner"/> tells whose it is.</summary>
    public bool ArgumentsComplete { get; init; } = true;

    /// <summary>Whose it looks like, by what anybody can make: arguments, names of programs.</summary>
    public required VmManager Platform { get; init; }

    /// <summary>The value of <c>-id</c>, which Proxmox gives its VMID.</summary>
    public string? VmId { get; init; }

    /// <summary>The value of <c>-name</c>, without options: libvirt's domain name. Else the instance of its unit.</summary>
    public string? Name { get; init; }

    /// <summary>Host functions on the command line, 64 at most; null where it names no devices at all, guest or host.</summary>
    public EquatableArray<PciAddress>? Functions { get; init; }

    /// <summary>The systemd unit it runs in: <c>110.scope</c>. Source: <c>/proc/PID/cgroup</c>.</summary>
    public string? Unit { get; init; }

    /// <summary>The user whose process it is, where no manager owns it; null where that can't be read. Source: <c>/proc/PID/status</c>.</summary>
    public uint? User { get; init; }

    /// <summary>That user is a person, or one of a container: what the process says of itself may be made up.</summary>
    public bool IsOfOrdinaryUser { get; init; }

    /// <summary>It is in another PID namespace than the host's. Source: <c>/proc/PID/ns/pid</c>.</summary>
    public bool IsInContainer { get; init; }
}
