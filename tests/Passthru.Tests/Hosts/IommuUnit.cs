namespace Passthru.Tests.Hosts;

/// <summary>One IOMMU of the machine: its name in sys/class/iommu, where sysfs keeps it, and its attributes.</summary>
internal sealed record IommuUnit(string Name, string Directory)
{
    /// <summary>Root buses ("0000:17") that it serves; null: all that no other unit serves.</summary>
    public IReadOnlyList<string>? RootBuses { get; init; }

    /// <summary>Attribute → line, with the path inside the unit.</summary>
    public IReadOnlyDictionary<string, string> Attributes { get; init; } = new Dictionary<string, string>();

    /// <summary>drivers/iommu/intel/iommu.c, intel_iommu_attrs.</summary>
    public static IommuUnit Intel(int number, ulong address, ulong cap = 0x8d2078c106f0466, ulong ecap = 0xf020df) =>
        new($"dmar{number}", $"sys/devices/virtual/iommu/dmar{number}")
        {
            Attributes = new Dictionary<string, string>
            {
                ["intel-iommu/version"] = "1:0",
                ["intel-iommu/address"] = $"{address:x}",
                ["intel-iommu/cap"] = $"{cap:x}",
                ["intel-iommu/ecap"] = $"{ecap:x}",
                ["intel-iommu/domains_supported"] = "65536",
                ["intel-iommu/domains_used"] = "21",
            },
        };

    /// <summary>drivers/iommu/amd/init.c, amd_iommu_attrs; features is EFR:EFR2 in current kernels.</summary>
    public static IommuUnit Amd(string address = "0000:00:00.2", string features = "58f77ef22294a5a:0") =>
        new("ivhd0", $"sys/devices/pci0000:00/{address}/iommu/ivhd0")
        {
            Attributes = new Dictionary<string, string> { ["amd-iommu/cap"] = "190b640f", ["amd-iommu/features"] = features },
        };

    /// <summary>drivers/iommu/arm/arm-smmu-v3: the name holds the physical address; there are no attributes.</summary>
    public static IommuUnit SmmuV3(int number, ulong address, params string[] rootBuses) =>
        new($"smmu3.0x{address:x16}", $"sys/devices/platform/arm-smmu-v3.{number}.auto/iommu/smmu3.0x{address:x16}")
        {
            RootBuses = rootBuses,
        };
}
