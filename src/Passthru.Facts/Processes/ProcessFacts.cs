using Passthru.Facts.Guests;
using Passthru.Facts.Pci;

namespace Passthru.Facts.Processes;

/// <summary>What the processes of the host tell: virtual machines, and who has VFIO files open.</summary>
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
    /// <see cref="Holders"/> holds nothing, <see cref="GroupsHeldUnseen"/> aside.
    /// </summary>
    public required bool HoldersTold { get; init; }

    /// <summary>Groups with a function that VFIO has enabled and that none of <see cref="Holders"/> has open.</summary>
    public EquatableArray<string> GroupsHeldUnseen { get; init; } = [];

    /// <summary>The nodes of groups and devices on VFIO; null where the host's <c>/dev</c> is not seen, or nothing is on VFIO.</summary>
    public EquatableArray<VfioNodeFacts>? Nodes { get; init; }
}

/// <summary>
/// A process that runs a virtual machine: it has a VM of KVM open, or is a program that is known for it. Source:
/// <c>/proc/PID/fd</c>, <c>cmdline</c>, <c>exe</c>, <c>cgroup</c>.
/// </summary>
public sealed record VmProcess
{
    /// <summary>TASK_COMM_LEN without its NUL, include/linux/sched.h.</summary>
    public const int LongestKernelName = 15;

    /// <summary>No VM has more of the host's functions; whoever names more means none of them.</summary>
    public const int MostFunctions = 64;

    public required int Pid { get; init; }

    /// <summary>File name of the program: <c>qemu-system-x86_64</c>, <c>kvm</c>.</summary>
    public required string Program { get; init; }

    /// <summary>The manager of this host that started it, told by what root made; null: none is known to have.</summary>
    public VmManager? Owner { get; init; }

    /// <summary>False: its command line could not be read, so that only <see cref="Owner"/> tells whose it is.</summary>
    public bool ArgumentsTold { get; init; } = true;

    /// <summary>Whose it looks like, by what anybody can make: arguments, names of programs.</summary>
    public VmManager Platform { get; init; } = VmManagers.Qemu;

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

/// <summary>A process with a VFIO file open. Source: <c>/proc/PID/fd</c>.</summary>
public sealed record VfioHolder
{
    public required int Pid { get; init; }

    /// <summary>File name of its executable, else of its first argument, else the kernel's name for it; empty where <see cref="ArgumentsTold"/> is false.</summary>
    public required string Program { get; init; }

    /// <summary>False: its command line could not be read, so that it may run a VM that nothing else tells of.</summary>
    public bool ArgumentsTold { get; init; } = true;

    /// <summary>All its names: <c>comm</c> of at most 15 characters, the file names of the first argument and of the executable.</summary>
    public EquatableArray<string> Names { get; init; } = [];

    /// <summary>The process whose VM it works for, mostly itself; null: it runs no VM.</summary>
    public int? VmPid { get; init; }

    /// <summary>Groups by the kernel's name: <c>/dev/vfio/13</c> and <c>/dev/vfio/noiommu-13</c> both are group 13.</summary>
    public EquatableArray<string> Groups { get; init; } = [];

    /// <summary>Functions it has open, where that can be told: <c>/dev/vfio/devices/vfio0</c>, the device path in <c>fdinfo</c>, its command line.</summary>
    public EquatableArray<PciAddress> Functions { get; init; } = [];

    /// <summary>Source: <c>/proc/PID/cgroup</c>.</summary>
    public string? Unit { get; init; }
}
