using Passthru.Facts.Pci;
using Passthru.Facts.Values;

namespace Passthru.Facts.Processes;

/// <summary>A process with a VFIO file open. Source: <c>/proc/PID/fd</c>.</summary>
public sealed record VfioHolder
{
    public required int Pid { get; init; }

    /// <summary>File name of its executable, else of its first argument, else the kernel's name for it; empty where <see cref="ArgumentsComplete"/> is false.</summary>
    public required string Program { get; init; }

    /// <summary>False: its command line could not be read, so that it may run a VM that nothing else tells of.</summary>
    public bool ArgumentsComplete { get; init; } = true;

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
