using System.Collections.Immutable;

namespace Passthru.Facts.Kernel;

/// <summary>The parameters on the kernel's command line that bear on passthrough.</summary>
public static class PassthroughParameters
{
    private static readonly ImmutableArray<string> Names =
    [
        // Whether there is an IOMMU, and how it treats the host's own devices.
        "intel_iommu", "amd_iommu", "amd_iommu_dump", "amd_iommu_intr", "iommu", "intremap", "nointremap", "mem_encrypt",

        // How groups come out.
        "pcie_acs_override", "pci",

        // Who gets a device first.
        "driver_async_probe", "initcall_blacklist", "modprobe.blacklist", "module_blacklist",
        "rd.driver.blacklist", "rdblacklist", "rd.driver.pre", "rd.driver.post", "modules-load", "rd.modules-load", "earlymodules",
        "nouveau.modeset", "amdgpu.modeset", "radeon.modeset", "i915.modeset", "xe.modeset",

        // Who draws the console.
        "fbcon", "nomodeset", "video",

        // Power of links and ports.
        "pcie_aspm", "pcie_port_pm", "pcie_ports",

        // Memory of virtual machines.
        "default_hugepagesz", "hugepages", "hugepagesz",
    ];

    private static readonly ImmutableArray<string> Prefixes =
        ["iommu.", "iommufd.", "arm-smmu.", "arm-smmu-v3.", "vfio.", "vfio_iommu_type1.", "vfio_pci.", "vfio_pci_core.", "kvm.", "kvm_amd.", "kvm_intel.", "pciehp."];

    /// <summary>Parameters that matter, once each, in the order of the command line.</summary>
    public static IEnumerable<KernelParameter> In(KernelCommandLine line) => line.Parameters.Where(Matters).Distinct();

    private static bool Matters(KernelParameter parameter) =>
        Names.Any(parameter.Is) || Prefixes.Any(prefix => new KernelParameter(Start(parameter.Name, prefix.Length), null).Is(prefix));

    private static string Start(string name, int length) => name[..Math.Min(name.Length, length)];
}
