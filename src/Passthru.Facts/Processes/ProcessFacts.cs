using Passthru.Facts.Pci;

namespace Passthru.Facts.Processes;

/// <summary>What the processes of the host tell: virtual machines by their command lines, and who has VFIO files open.</summary>
public sealed record ProcessFacts
{
    /// <summary>Those that are seen.</summary>
    public required EquatableArray<VmProcess> VirtualMachines { get; init; }

    /// <summary>The processes of the host were seen, all of them: what is not among <see cref="VirtualMachines"/> does not run.</summary>
    public required bool VirtualMachinesTold { get; init; }

    /// <summary>Processes with a VFIO file open, so far as seen.</summary>
    public required EquatableArray<VfioHolder> Holders { get; init; }

    /// <summary>
    /// Nothing of VFIO is open, every process was looked into, or every function in use has its holder: who is not among
    /// <see cref="Holders"/> holds nothing.
    /// </summary>
    public required bool HoldersTold { get; init; }
}

/// <summary>A process that runs a virtual machine. Source: <c>/proc/PID/cmdline</c>.</summary>
public sealed record VmProcess
{
    public required int Pid { get; init; }

    /// <summary>File name of the program: <c>qemu-system-x86_64</c>, <c>kvm</c>.</summary>
    public required string Program { get; init; }

    /// <summary>The value of <c>-id</c>, which Proxmox gives its VMID.</summary>
    public string? VmId { get; init; }

    /// <summary>The value of <c>-name</c>, without options: libvirt's domain name.</summary>
    public string? Name { get; init; }

    /// <summary>Host functions on the command line (<c>vfio-pci,host=</c>, JSON, <c>sysfsdev=</c>); null where it names no devices at all, guest or host.</summary>
    public EquatableArray<PciAddress>? Functions { get; init; }

    /// <summary>Libvirt's system daemon started it: its files below <c>/var/lib/libvirt/qemu</c> are on the command line.</summary>
    public bool IsOfLibvirt { get; init; }

    /// <summary>The systemd unit it runs in: <c>110.scope</c>. Source: <c>/proc/PID/cgroup</c>.</summary>
    public string? Unit { get; init; }

    /// <summary>It runs in a container of its own (a Kubernetes pod, Docker), not as a child of a manager on this host. Source: <c>/proc/PID/cgroup</c>.</summary>
    public bool IsInContainer { get; init; }
}

/// <summary>A process with a VFIO file open. Source: <c>/proc/PID/fd</c>.</summary>
public sealed record VfioHolder
{
    public required int Pid { get; init; }

    /// <summary>Source: <c>/proc/PID/comm</c>, 15 characters.</summary>
    public required string Program { get; init; }

    /// <summary>Groups by the kernel's name: <c>/dev/vfio/13</c> and <c>/dev/vfio/noiommu-13</c> both are group 13.</summary>
    public EquatableArray<string> Groups { get; init; } = [];

    /// <summary>Functions it has open, where that can be told: <c>/dev/vfio/devices/vfio0</c>, the device path in <c>fdinfo</c>, its command line.</summary>
    public EquatableArray<PciAddress> Functions { get; init; } = [];

    /// <summary>Source: <c>/proc/PID/cgroup</c>.</summary>
    public string? Unit { get; init; }
}
