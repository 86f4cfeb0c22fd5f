using System.Text;
using static Passthru.Facts.KernelLog.KernelEventKind;

namespace Passthru.Facts.KernelLog;

/// <summary>
/// One wording of the kernel. Wordings change between kernels and stay for years; every one ever seen has its row here, and
/// each row has an example in the tests.
/// </summary>
internal sealed class KernelEventPattern
{
    /// <summary>In order of precedence: the first that fits a record decides.</summary>
    public static readonly KernelEventPattern[] All =
    [
        // drivers/iommu/intel/dmar.c, dmar_fault_do_one: "[DMA Read NO_PASID] Request device [01:00.0] fault addr 0x…" (6.x, with
        // a segment from 7.0), "[DMA Read] Request device [01:00.0] PASID ffffffff fault addr …" (5.x), "[INTR-REMAP] Request device …".
        new(DmaFault, "] Request device [", " fault ") { DeviceAfter = "] Request device [" },

        // drivers/iommu/amd/iommu.c, iommu_print_event and amd_iommu_report_page_fault. Where "device=" is in the text, the record
        // itself is the IOMMU's. What the IOMMU says of its own commands is no fault of a device.
        new(DmaFault, "Event logged [IO_PAGE_FAULT") { DeviceAfter = "device=" },
        new(DmaFault, "Event logged [INVALID_DEVICE_REQUEST") { DeviceAfter = "device=" },
        new(DmaFault, "Event logged [ILLEGAL_DEV_TABLE_ENTRY") { DeviceAfter = "device=" },
        new(DmaFault, "Event logged [INVALID_PPR_REQUEST") { DeviceAfter = "device=" },
        new(DmaFault, "Event logged [RMP_PAGE_FAULT") { DeviceAfter = "device=" },

        // drivers/iommu/arm/arm-smmu-v3/arm-smmu-v3.c: until 6.14 at level info and nothing more; since then as an error, followed by
        // a record that names the client. drivers/iommu/arm/arm-smmu/arm-smmu.c: the second generation.
        new(DmaFault, "arm-smmu-v3", ": event: ", " client: ") { DeviceAfter = " client: " },
        new(DmaFault, "arm-smmu-v3", ": event 0x", " received:") { Level = Informational },
        new(DmaFault, "arm-smmu", "Unhandled context fault: "),
        new(DmaFault, "arm-smmu", "Blocked unknown Stream ID "),

        // drivers/pci/pci.c, pci_dev_wait: after a reset, or on the way back from a state without power.
        new(PowerStuck, "not ready ", "ms after resume; giving up"),
        new(PowerStuck, "not ready ", "ms after power up ", "; giving up"),
        new(ResetTimeout, "not ready ", "ms after ", "; giving up"),

        // drivers/pci/pcie/err.c; drivers/pci/pci-acpi.c, pci_dev_acpi_reset; drivers/pci/pci.c (7.x); the module vendor-reset.
        new(ResetFailed, "subordinate device reset failed"),
        new(ResetFailed, "ACPI _RST failed"),
        new(ResetFailed, "failed to stop IOMMU for a PCI reset"),
        new(ResetFailed, ": reset result = -"),
        new(ResetFailed, "mode1 reset failed"),

        // drivers/pci/pci.c, reset_method_store.
        new(NoFlr, "Unsupported reset method 'flr'"),
        new(NoFlr, "Unsupported reset method 'af_flr'"),
        new(NoFlr, "All device reset methods disabled by user"),

        // drivers/pci/pci.c, pci_power_up and pci_set_low_power_state: "from X to Y", before 5.3 "currently in X".
        new(PowerStuck, "Unable to change power state from "),
        new(PowerStuck, "Refused to change power state"),

        // drivers/pci/pci.c, __pci_request_region.
        new(BarConflict, "BAR ", "can't reserve "),

        // drivers/pci/rom.c, pci_get_rom_size.
        new(RomInvalid, "Invalid PCI ROM header signature"),
        new(RomInvalid, "Invalid PCI ROM data signature"),

        // drivers/iommu/intel/iommu.c, until 6.11; drivers/iommu/iommu.c, since 6.6.
        new(RmrrRefused, "Device is ineligible for IOMMU domain attach due to platform RMRR requirement"),
        new(RmrrRefused, "Firmware has requested this device have a 1:1 IOMMU mapping"),

        // drivers/vfio/pci/vfio_pci_config.c, vfio_bar_restore; before 5.8 in other words.
        new(BarRestore, "vfio_bar_restore: ", "reset recovery - restoring "),

        // drivers/vfio/vfio_iommu_type1.c, drivers/iommu/iommufd/device.c, drivers/iommu/intel/irq_remapping.c,
        // arch/x86/kernel/quirks.c, drivers/iommu/amd/init.c.
        new(IrqRemappingUnavailable, "No interrupt remapping support"),
        new(IrqRemappingUnavailable, "MSI interrupts are not secure, they cannot be isolated by the platform"),
        new(IrqRemappingUnavailable, "DMAR-IR: Failed to enable irq remapping"),
        new(IrqRemappingUnavailable, "DMAR-IR: Not enabling interrupt remapping"),
        new(IrqRemappingUnavailable, "has no mapping iommu, interrupt remapping will be disabled"),
        new(IrqRemappingUnavailable, "This system BIOS has enabled interrupt remapping", "erratum"),
        new(IrqRemappingUnavailable, "AMD-Vi: Disabling interrupt remapping"),
    ];

    /// <summary>KERN_INFO.</summary>
    private const int Informational = 6;

    private readonly byte[][] _parts;
    private readonly byte[]? _deviceAfter;

    private KernelEventPattern(KernelEventKind kind, params ReadOnlySpan<string> parts)
    {
        Kind = kind;
        _parts = new byte[parts.Length][];
        for (var i = 0; i < parts.Length; i++)
        {
            _parts[i] = Encoding.ASCII.GetBytes(parts[i]);
        }
    }

    public KernelEventKind Kind { get; }

    /// <summary>The level at which the record must be logged.</summary>
    private int? Level { get; init; }

    /// <summary>The function in question comes after this, if this is there, whatever device the record belongs to.</summary>
    private string? DeviceAfter
    {
        init => _deviceAfter = Encoding.ASCII.GetBytes(value!);
    }

    public static KernelEventPattern? For(int level, ReadOnlySpan<byte> text)
    {
        foreach (var pattern in All)
        {
            if (pattern.Fits(level, text))
            {
                return pattern;
            }
        }

        return null;
    }

    /// <summary>The part of the text that names the function; empty where the text has no special place for it.</summary>
    public ReadOnlySpan<byte> DevicePart(ReadOnlySpan<byte> text) =>
        _deviceAfter is { } marker && text.IndexOf(marker) is var at and >= 0 ? text[(at + marker.Length)..] : [];

    private bool Fits(int level, ReadOnlySpan<byte> text)
    {
        foreach (var part in _parts)
        {
            var at = text.IndexOf(part);
            if (at < 0)
            {
                return false;
            }

            text = text[(at + part.Length)..];
        }

        return Level is null || Level == level;
    }
}
