using Passthru.Facts.Iommu;
using Passthru.Facts.Kernel;
using Passthru.Facts.Platform;

namespace Passthru.Exporter.Metrics;

internal static class PlatformFamilies
{
    /// <summary>Modules without which passthrough does not work, and those that change how it does.</summary>
    private static readonly string[] Modules =
        ["vfio", "vfio_pci", "vfio_iommu_type1", "iommufd", "kvm", "kvm_intel", "kvm_amd", "vendor_reset"];

    /// <summary>Xen hands devices out without VFIO: whether dom0 has its modules says nothing.</summary>
    private static bool IsOfNoUse(string module, View view) => module.StartsWith("vfio", StringComparison.Ordinal) && view.Facts.Platform?.Hypervisor?.HasIommu == true;

    public static readonly Family[] All =
    [
        Family.Gauge("passthru_iommu_enabled", "Whether the kernel runs an IOMMU (/sys/class/iommu and /sys/kernel/iommu_groups both non-empty).", [],
            view => Sample.From(view.Report.IommuEnabled)),
        Family.Gauge("passthru_hypervisor_info", "The hypervisor below the kernel, where one shows itself (/sys/hypervisor), and whether this is the domain that controls the others.", ["type", "role"],
            view => view.Facts.Platform?.Hypervisor is { } hypervisor ? [Sample.Info(hypervisor.Type, hypervisor.IsControlDomain ? "dom0" : "guest")] : []),
        Family.Gauge("passthru_iommu_firmware_table_present", "Whether the firmware announces an IOMMU with this ACPI table, whatever the kernel made of it.", ["table"],
            view => view.Facts.Platform?.FirmwareTables is { } present
                ? PlatformFacts.IommuTables.Select(table => new Sample(present.Contains(table) ? 1 : 0, table))
                : []),
        Family.Gauge("passthru_iommu_unit_info", "Remapping units that the kernel has set up (/sys/class/iommu).", ["unit", "kind"],
            view => (view.Facts.Iommu?.Units ?? []).Select(unit => Sample.Info(unit.Name, KindLabel(unit.Kind)))),
        Family.Gauge("passthru_iommu_groups", "Number of IOMMU groups.", [],
            view => Sample.From(view.Facts.Iommu?.Groups?.Length)),
        Family.Gauge("passthru_cpu_virtualization_info", "Virtualization extension that the processor shows.", ["extension"],
            view => (view.Facts.Platform?.VirtualizationExtensions ?? []).Select(extension => Sample.Info(extension))),
        Family.Gauge("passthru_interrupt_remapping_enabled", "Whether interrupts go through the IOMMU (any interrupt chip named IR-...); x86 only.", [],
            view => Sample.From(view.Facts.Platform?.InterruptRemapping)),
        Family.Gauge("passthru_unsafe_interrupts_allowed", "Whether vfio_iommu_type1 or iommufd accepts devices without interrupt remapping (allow_unsafe_interrupts).", [],
            view => Sample.From(view.Facts.Kernel?.UnsafeInterruptsAllowed)),
        Family.Gauge("passthru_noiommu_enabled", "Whether VFIO gives devices to VMs without an IOMMU (enable_unsafe_noiommu_mode).", [],
            view => Sample.From(view.Facts.Kernel?.NoIommuMode)),
        Family.Gauge("passthru_module_loaded", "Whether the kernel has this module, loaded or built in.", ["module"],
            view => view.Facts.Kernel?.Modules is { } modules
                ? Modules.Where(module => !IsOfNoUse(module, view)).SelectMany(module => Sample.From(modules.Has(module), module))
                : []),
        Family.Gauge("passthru_kernel_parameter_info", "Parameters on the kernel command line that bear on passthrough.", ["parameter", "value"],
            view => view.Facts.Kernel?.CommandLine is { } line
                ? PassthroughParameters.In(line).Select(parameter => Sample.Info(parameter.Name, parameter.Value ?? ""))
                : []),
        Family.Gauge("passthru_host_info", "Kernel, board and firmware, which decide how groups come out.",
            ["kernel", "board_vendor", "board_name", "bios_version", "bios_date", "product"], HostInfo),
        Family.Gauge("passthru_pcie_aspm_policy_info", "Policy for the power states of PCI Express links.", ["policy"],
            view => view.Facts.Kernel?.AspmPolicy is { } policy ? [Sample.Info(policy)] : []),
    ];

    private static IEnumerable<Sample> HostInfo(View view)
    {
        var board = view.Facts.Platform?.Board;
        string?[] known = [view.Facts.Kernel?.Release, board?.Vendor, board?.Name, board?.BiosVersion, board?.BiosDate, board?.Product];
        return known.Any(label => label is not null) ? [Sample.Info([.. known.Select(label => label ?? "")])] : [];
    }

    private static string KindLabel(IommuKind kind) => kind switch
    {
        IommuKind.Intel => "intel",
        IommuKind.Amd => "amd",
        IommuKind.ArmSmmu => "arm-smmu",
        IommuKind.ArmSmmuV3 => "arm-smmu-v3",
        IommuKind.Virtio => "virtio",
        _ => "other",
    };
}
