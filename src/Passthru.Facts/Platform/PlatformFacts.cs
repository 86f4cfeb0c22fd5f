using Passthru.Facts.Values;

namespace Passthru.Facts.Platform;

/// <summary>The machine below the kernel.</summary>
public sealed record PlatformFacts
{
    /// <summary>The name of the host; null where it can't be read. Source: <c>/proc/sys/kernel/hostname</c>.</summary>
    public string? HostName { get; init; }

    /// <summary>The ACPI tables that announce an IOMMU.</summary>
    public static readonly EquatableArray<string> IommuTables = ["DMAR", "IVRS", "IORT"];

    /// <summary>Which of <see cref="IommuTables"/> the firmware offers. Source: <c>/sys/firmware/acpi/tables</c>; null when it can't be looked into.</summary>
    public EquatableArray<string>? FirmwareTables { get; init; }

    /// <summary>vmx or svm. Source: <c>flags</c> of the first processor in <c>/proc/cpuinfo</c>; null when there are no flags, as on arm64.</summary>
    public EquatableArray<string>? VirtualizationExtensions { get; init; }

    /// <summary>Interrupts go through the IOMMU. Null on processors other than x86, where no file tells.</summary>
    public bool? InterruptRemapping { get; init; }

    /// <summary>The hypervisor below the kernel; null where there is none that shows itself.</summary>
    public HypervisorFacts? Hypervisor { get; init; }

    public required BoardFacts Board { get; init; }

    /// <summary>All that is there of the board could be read.</summary>
    public bool BoardComplete { get; init; } = true;

    /// <summary>The slots of the board; none where the firmware names none, or the table can't be read.</summary>
    public EquatableArray<PhysicalSlot> Slots { get; init; } = [];

    /// <summary>The processor's flags are x86 flags.</summary>
    public bool IsX86 => VirtualizationExtensions is not null;
}

/// <summary>A hypervisor that shows itself in sysfs.</summary>
/// <param name="Type"><c>xen</c>. Source: <c>/sys/hypervisor/type</c>.</param>
/// <param name="IsControlDomain">This kernel is the domain that controls the others (dom0). Source: <c>control_d</c> in <c>/proc/xen/capabilities</c>.</param>
public sealed record HypervisorFacts(string Type, bool IsControlDomain)
{
    /// <summary>Xen itself has the IOMMU, and dom0 cannot see what it does with it.</summary>
    public bool HasIommu => Type == "xen" && IsControlDomain;
}

/// <summary>What decides a group layout besides the kernel. Source: <c>/sys/class/dmi/id</c>, of which anybody may read these; without DMI, the model of the device tree.</summary>
public sealed record BoardFacts
{
    public string? Vendor { get; init; }

    public string? Name { get; init; }

    public string? BiosVendor { get; init; }

    public string? BiosVersion { get; init; }

    public string? BiosDate { get; init; }

    public string? Product { get; init; }
}
