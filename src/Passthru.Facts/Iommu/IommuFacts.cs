using Passthru.Facts.Pci;
using Passthru.Facts.Values;

namespace Passthru.Facts.Iommu;

/// <summary>What the kernel runs of an IOMMU. Null: the directory that would tell is not there to be looked into.</summary>
public sealed record IommuFacts
{
    /// <summary>Source: <c>/sys/class/iommu</c>, empty unless DMA remapping is really active.</summary>
    public EquatableArray<IommuUnit>? Units { get; init; }

    /// <summary>Source: <c>/sys/kernel/iommu_groups</c>, empty without an IOMMU.</summary>
    public EquatableArray<IommuGroup>? Groups { get; init; }
}

/// <summary>One remapping unit. Source: <c>/sys/class/iommu/NAME</c>.</summary>
public sealed record IommuUnit(string Name, IommuKind Kind);

/// <summary>Whose IOMMU it is.</summary>
public enum IommuKind
{
    Intel,
    Amd,
    ArmSmmu,
    ArmSmmuV3,
    Virtio,
    Other,
}

/// <summary>One group. Source: <c>/sys/kernel/iommu_groups/NAME</c> (Documentation/ABI/testing/sysfs-kernel-iommu_groups).</summary>
public sealed record IommuGroup
{
    /// <summary>The kernel's number as text; a name for this boot only.</summary>
    public required string Name { get; init; }

    /// <summary>Members that are PCI functions. Source: <c>devices/</c>; null when it could not be listed.</summary>
    public EquatableArray<PciAddress>? Functions { get; init; }

    /// <summary>Members on other buses: ACPI and platform devices, mediated devices.</summary>
    public EquatableArray<string> OtherMembers { get; init; } = [];

    /// <summary>Functions whose mediated devices are members. Source: the real path of a member, <c>…/0000:01:00.0/UUID</c>.</summary>
    public EquatableArray<PciAddress> Parents { get; init; } = [];

    /// <summary>The default domain: DMA, DMA-FQ, identity, blocked, unmanaged, unknown. It does not change while VFIO holds the group. Source: <c>type</c>.</summary>
    public string? DefaultDomain { get; init; }

    /// <summary>Source: <c>name</c>, on groups that a driver named: <c>vfio-noiommu</c>.</summary>
    public string? GivenName { get; init; }

    /// <summary>Address ranges that can't be remapped. Source: <c>reserved_regions</c>.</summary>
    public EquatableArray<ReservedRegion>? ReservedRegions { get; init; }
}

/// <summary>Bytes <paramref name="Start"/> to <paramref name="End"/> inclusive, of type direct, direct-relaxable, reserved or msi.</summary>
public readonly record struct ReservedRegion(ulong Start, ulong End, string Type)
{
    /// <summary>Firmware insists on it (RMRR, IVMD unity map): VFIO refuses the group. <c>direct-relaxable</c> does not.</summary>
    public bool IsDirect => Type == "direct";

    /// <summary>A line <c>0x00000000fee00000 0x00000000feefffff msi</c>.</summary>
    public static bool TryParse(ReadOnlySpan<char> line, out ReservedRegion region)
    {
        region = default;
        Span<Range> parts = stackalloc Range[4];
        if (line.Split(parts, ' ', StringSplitOptions.RemoveEmptyEntries) != 3
            || !TryAddress(line[parts[0]], out var start)
            || !TryAddress(line[parts[1]], out var end))
        {
            return false;
        }

        region = new ReservedRegion(start, end, line[parts[2]].ToString());
        return true;
    }

    private static bool TryAddress(ReadOnlySpan<char> text, out ulong address)
    {
        address = 0;
        return text.StartsWith("0x")
            && ulong.TryParse(text[2..], System.Globalization.NumberStyles.AllowHexSpecifier, System.Globalization.CultureInfo.InvariantCulture, out address);
    }
}
