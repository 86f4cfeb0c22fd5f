using System.Buffers.Text;
using System.Collections.Frozen;
using System.Text;
using Passthru.Facts.Pci;
using static Passthru.Facts.KernelLog.KernelEventKind;
using static Passthru.Facts.KernelLog.Speaker;

namespace Passthru.Facts.KernelLog;

/// <summary>
/// Every wording of kernels 5.4 to 7.x, and of the older ones that are still met. Wordings change in the middle of a series and stay
/// for years, so none is ever removed; which kernels print which stands with the examples in the tests.
/// </summary>
internal static class KernelWordings
{
    /// <summary>In order of precedence: the first that fits a record decides.</summary>
    public static readonly KernelWording[] All =
    [
        // drivers/iommu/intel/dmar.c, dmar_fault_do_one; up to 4.x with a line break instead of the second space.
        new(DmaFault, Printk, "DMAR: [INTR-REMAP] Request device [{address}]") { IsOfInterrupt = true },
        new(DmaFault, Printk, "DMAR: [DMA {words}] Request device [{address}]"),
        new(DmaFault, Printk, "DMAR:[DMA {words}] Request device [{address}]"),

        // drivers/iommu/amd/iommu.c, amd_iommu_report_page_fault, amd_iommu_report_rmp_fault: of the function where it has a driver
        // or is known, else with device=. iommu_print_event: always with device=, and the record is the IOMMU's.
        new(DmaFault, IommuUnit, "AMD-Vi: Event logged [IO_PAGE_FAULT device={address}"),
        new(DmaFault, IommuUnit, "AMD-Vi: Event logged [INVALID_DEVICE_REQUEST device={address}"),
        new(DmaFault, IommuUnit, "AMD-Vi: Event logged [ILLEGAL_DEV_TABLE_ENTRY device={address}"),
        new(DmaFault, IommuUnit, "AMD-Vi: Event logged [INVALID_PPR_REQUEST device={address}"),
        new(DmaFault, IommuUnit, "AMD-Vi: Event logged [RMP_PAGE_FAULT device={address}"),
        new(DmaFault, IommuUnit, "AMD-Vi:   device={address} domain="),
        new(DmaFault, Function, "AMD-Vi: Event logged [IO_PAGE_FAULT "),
        new(DmaFault, Function, "AMD-Vi: Event logged [RMP_PAGE_FAULT "),
        new(DmaFault, Function, "Event logged [IO_PAGE_FAULT "),
        new(InvalidationTimeout, IommuUnit, "AMD-Vi: Event logged [IOTLB_INV_TIMEOUT device={address}"),
        new(InvalidationTimeout, IommuUnit, "AMD-Vi: Completion-Wait loop timed out"),
        new(InvalidationTimeout, IommuUnit, "AMD-Vi: IOMMU {word}: Completion-Wait loop timed out"),
        new(IommuError, IommuUnit, "AMD-Vi: Event logged [DEV_TAB_HARDWARE_ERROR device={address}"),
        new(IommuError, IommuUnit, "AMD-Vi: Event logged [PAGE_TAB_HARDWARE_ERROR device={address}"),
        new(IommuError, IommuUnit, "AMD-Vi: Event logged [RMP_HW_ERROR device={address}"),
        new(IommuError, Function, "AMD-Vi: Event logged [RMP_HW_ERROR "),
        new(IommuError, IommuUnit, "AMD-Vi: Event logged [ILLEGAL_COMMAND_ERROR "),
        new(IommuError, IommuUnit, "AMD-Vi: Event logged [COMMAND_HARDWARE_ERROR "),

        // drivers/iommu/intel/dmar.c, qi_dump_fault; its time-outs are put together in QueuedInvalidation.
        new(IommuError, Printk, "DMAR: VT-d detected Invalidation Queue Error: "),
        new(IommuError, Printk, "DMAR: VT-d detected Invalidation Completion Error: "),
        new(IommuError, Printk, "DMAR: VT-d detected invalid descriptor: "),

        // drivers/iommu/arm/arm-smmu-v3/arm-smmu-v3.c: until 6.14 at level info and nothing more; since then as an error, followed by
        // a record that names the client.
        new(DmaFault, Printk, "arm-smmu-v3 {word}: event: {word} client: {address} "),
        new(DmaFault, Printk, "arm-smmu-v3 {word}: event: {word} client: "),
        new(DmaFault, Printk, "arm-smmu-v3 {word}: event 0x{number} received:") { Level = Informational },
        new(InvalidationTimeout, Printk, "arm-smmu-v3 {word}: CMDQ timeout"),
        new(InvalidationTimeout, Printk, "arm-smmu-v3 {word}: CMD_SYNC timeout at "),
        new(InvalidationTimeout, Printk, "arm-smmu-v3 {word}: CMDQ error (cons {number}): ATC invalidate timeout"),
        new(IommuError, Printk, "arm-smmu-v3 {word}: CMDQ error (cons "),
        new(IommuError, Printk, "arm-smmu-v3 {word}: unexpected global error reported "),
        new(IommuError, Printk, "arm-smmu-v3 {word}: device has entered Service Failure Mode!"),

        // drivers/iommu/arm/arm-smmu/arm-smmu.c: the second generation.
        new(DmaFault, Printk, "arm-smmu {word}: Unhandled context fault: "),
        new(DmaFault, Printk, "arm-smmu {word}: Blocked unknown Stream ID "),
        new(InvalidationTimeout, Printk, "arm-smmu {word}: TLB sync timed out -- SMMU may be deadlocked"),
        new(IommuError, Printk, "arm-smmu {word}: Unexpected global fault, this could be serious"),

        // drivers/pci/pci.c, pci_dev_wait: after a reset, or on the way back from a state without power.
        new(PowerStuck, Function, "not ready {number}ms after resume; giving up"),
        new(PowerStuck, Function, "not ready {number}ms after power up {words}; giving up"),
        new(ResetFailed, Function, "not ready {number}ms after {words}; giving up"),

        // drivers/pci/pci.c, pcie_flr and pci_af_flr: the reset is made all the same.
        new(ResetTimeout, Function, "timed out waiting for pending transaction; performing "),

        // drivers/pci/pci-acpi.c, pci_dev_acpi_reset; drivers/pci/pci.c (7.x); the module vendor-reset.
        new(ResetFailed, Function, "ACPI _RST failed"),
        new(ResetFailed, Function, "failed to stop IOMMU for a PCI reset"),
        new(ResetFailed, Function, "{word}: reset result = -"),
        new(ResetFailed, Function, "{word}: mode1 reset failed"),

        // drivers/pci/pci.c, reset_method_store.
        new(NoFlr, Function, "Unsupported reset method 'flr'"),
        new(NoFlr, Function, "Unsupported reset method 'af_flr'"),
        new(NoFlr, Function, "All device reset methods disabled by user"),

        // drivers/pci/pci.c: pci_raw_set_power_state up to 5.18, then pci_power_up, pci_set_full_power_state and
        // pci_set_low_power_state. Inaccessible is inaccessible whatever state was asked for. A device that was told to sleep and
        // stays in D0 is awake.
        new(PowerStuck, Function, "Unable to change power state from {word} to {word}, device inaccessible"),
        new(PowerStuck, Function, "can't change power state from {word} to {word} (config space inaccessible)"),
        new(PowerStuck, Function, "Refused to change power state from {word} to D0"),
        new(PowerStuck, Function, "refused to change power state from {word} to D0"),
        new(PowerStuck, Function, "Refused to change power state, currently in D3"),

        // drivers/pci/pci.c and devres.c, __pci_request_region.
        new(BarConflict, Function, "BAR {number}: can't reserve "),

        // drivers/pci/rom.c, pci_get_rom_size.
        new(RomInvalid, Function, "Invalid PCI ROM header signature"),
        new(RomInvalid, Function, "Invalid PCI ROM data signature"),

        // drivers/iommu/intel/iommu.c, until 6.11; drivers/iommu/iommu.c, since 6.6.
        new(RmrrRefused, Function, "Device is ineligible for IOMMU domain attach due to platform RMRR requirement"),
        new(RmrrRefused, Function, "Firmware has requested this device have a 1:1 IOMMU mapping"),

        // drivers/vfio/pci/vfio_pci_config.c, vfio_bar_restore; before 5.8 in other words.
        new(BarRestore, Function, "vfio_bar_restore: reset recovery - restoring BARs"),
        new(BarRestore, Printk, "vfio_bar_restore: {address} reset recovery - restoring bars"),

        // drivers/vfio/vfio_iommu_type1.c, drivers/iommu/iommufd/device.c, drivers/iommu/intel/irq_remapping.c,
        // arch/x86/kernel/quirks.c, drivers/iommu/amd/init.c.
        new(IrqRemappingUnavailable, Printk, "vfio_iommu_type1_attach_group: No interrupt remapping support"),
        new(IrqRemappingUnavailable, Function, "MSI interrupts are not secure, they cannot be isolated by the platform"),
        new(IrqRemappingUnavailable, Printk, "DMAR-IR: Failed to enable irq remapping"),
        new(IrqRemappingUnavailable, Printk, "DMAR-IR: Not enabling interrupt remapping"),
        new(IrqRemappingUnavailable, Printk, "DMAR-IR: {any}has no mapping iommu, interrupt remapping will be disabled"),
        new(IrqRemappingUnavailable, Printk, "DMAR-IR: This system BIOS has enabled interrupt remapping"),
        new(IrqRemappingUnavailable, Printk, "AMD-Vi: Disabling interrupt remapping"),

        // drivers/pci/pcie/aer.c (aer_isr_one_error, aer_print_error), err.c, dpc.c, edr.c. "Uncorrected" until 6.7.
        new(PortError, Port, "AER: Uncorrect{word} {words} received"),
        new(PortError, Port, "AER: Multiple Uncorrect{word} {words} received"),
        new(PortError, Port, "PCIe Bus Error: severity=Uncorrect"),
        new(PortError, Port, "AER: PCIe Bus Error: severity=Uncorrect"),
        new(PortError, Port, "DPC: containment event, status:"),
        new(PortError, Port, "EDR: EDR event received"),
        new(PortError, Port, "AER: subordinate device reset failed"),
        new(PortError, Port, "AER: device recovery failed"),
        new(PortError, Port, "AER: Device recovery failed"),

        // drivers/pci/hotplug/pciehp_ctrl.c, pciehp_handle_presence_or_link_change; drivers/pci/quirks.c, pcie_failed_link_retrain.
        new(LinkDown, Port, "pciehp: Slot({any}): Link Down"),
        new(LinkDown, Port, "retraining failed"),

        // kernel/irq/manage.c, __setup_irq: the first is refused. kernel/irq/spurious.c, __report_bad_irq: the line is switched off.
        new(IntxConflict, Printk, "genirq: Flags mismatch irq {number}. {number} (vfio-intx({address})) vs. "),
        new(IntxConflict, Printk, "genirq: Flags mismatch irq {number}. {number} ({any}) vs. {number} (vfio-intx({address}))"),
        new(IntxConflict, Printk, "irq {number}: nobody cared "),

        // drivers/nvme/host/pci.c, nvme_warn_reset and nvme_reset_work; core.c, nvme_wait_ready.
        new(DeviceLost, Printk, "nvme {controller}: controller is down; will reset: CSTS=0xffffffff"),
        new(DeviceLost, Printk, "nvme {controller}: Device not ready; aborting {word}, CSTS=0xffffffff"),

        // drivers/usb/core/hcd.c, usb_hc_died; igb, igc, fm10k; ixgbe; amdgpu; i915; libahci. The proprietary NVIDIA driver: Xid 79 (a
        // number, for a process may be called anything), and in words.
        new(DeviceLost, Function, "HC died; cleaning up"),
        new(DeviceLost, Function, "xHCI host controller not responding, assume dead"),
        new(DeviceLost, Function, "PCIe link lost"),
        new(DeviceLost, Function, "Adapter removed"),
        new(DeviceLost, Function, "device lost from bus!"),
        new(DeviceLost, Function, "amdgpu: device lost from bus!"),
        new(DeviceLost, Function, "[drm] *ERROR* Device is non-operational; MMIO access returns 0xFFFFFFFF!"),
        new(DeviceLost, Function, "AHCI controller unavailable!"),
        new(DeviceLost, Printk, "NVRM: Xid (PCI:{slot}): 79, "),
        new(DeviceLost, Printk, "NVRM: GPU {address}: GPU has fallen off the bus"),
        new(DeviceLost, Printk, "NVRM: GPU at {address} has fallen off the bus"),
        new(DeviceLost, Printk, "NVRM: The NVIDIA GPU {address}{any}fallen off the bus"),

        // drivers/vfio/vfio_iommu_type1.c, vfio_pin_pages_remote, vfio_pin_page_external, vfio_lock_acct.
        new(MemoryLimit, Printk, "vfio_{word}: RLIMIT_MEMLOCK "),
        new(MemoryLimit, Printk, "vfio_{word}: Task {any} RLIMIT_MEMLOCK "),
    ];

    /// <summary>KERN_INFO.</summary>
    private const uint Informational = 6;

    /// <summary>Functions whose rate limit speaks of events (lib/ratelimit.c: <c>dmar_fault: 7702 callbacks suppressed</c>).</summary>
    private static readonly FrozenDictionary<string, KernelEventKind> Limited = new Dictionary<string, KernelEventKind>
    {
        ["dmar_fault"] = DmaFault,
        ["amd_iommu_report_page_fault"] = DmaFault,
        ["amd_iommu_report_rmp_fault"] = DmaFault,
        ["amd_iommu_report_rmp_hw_error"] = IommuError,
        ["arm_smmu_evtq_thread"] = DmaFault,
        ["arm_smmu_handle_event"] = DmaFault,
        ["arm_smmu_context_fault"] = DmaFault,
        ["arm_smmu_global_fault"] = DmaFault,
        ["qcom_smmu_context_fault"] = DmaFault,
        ["__arm_smmu_tlb_sync"] = InvalidationTimeout,
        ["arm_smmu_cmdq_issue_cmdlist"] = InvalidationTimeout,
        ["pci_raw_set_power_state"] = PowerStuck,
        ["pci_set_full_power_state"] = PowerStuck,
    }.ToFrozenDictionary();

    private static readonly FrozenDictionary<string, KernelEventKind>.AlternateLookup<ReadOnlySpan<char>> LimitedByName =
        Limited.GetAlternateLookup<ReadOnlySpan<char>>();

    private static readonly ByFirstByte OfKernel = new(Printk, IommuUnit);
    private static readonly ByFirstByte OfIommu = new(IommuUnit);
    private static readonly ByFirstByte OfFunction = new(Function, Port, IommuUnit);

    /// <summary>The wording that a record has; null: none.</summary>
    /// <param name="level">The level of the record.</param>
    /// <param name="text">The record.</param>
    /// <param name="named">What it names.</param>
    public static KernelWording? Match(uint level, ReadOnlySpan<byte> text, ref Named named)
    {
        if (FunctionPrefix.TryParse(text, out var prefix))
        {
            var wording = OfFunction.Find(level, prefix.Body, ref named);
            return wording is { Speaker: Port } && !prefix.Driver.SequenceEqual("pcieport"u8) ? null : wording;
        }

        if (OfKernel.Find(level, text, ref named) is { } found)
        {
            return found;
        }

        // dev_printk of the IOMMU: "iommu ivhd0: AMD-Vi: …".
        var colon = text.StartsWith("iommu "u8) ? text.IndexOf(": "u8) : -1;
        return colon < 0 ? null : OfIommu.Find(level, text[(colon + 2)..], ref named);
    }

    /// <summary>How many records of which kind the kernel says it held back, or lost; a lost one is at least one.</summary>
    public static (KernelEventKind Kind, long Count)? SuppressedBy(ReadOnlySpan<byte> text)
    {
        const int longestName = 64;
        if (text.StartsWith("arm-smmu-v3 "u8) && text.IndexOf(": EVTQ overflow detected"u8) is > 0 and < longestName)
        {
            return (DmaFault, 1);
        }

        var colon = text.EndsWith(" callbacks suppressed"u8) ? text.IndexOf(": "u8) : -1;
        Span<char> name = stackalloc char[longestName];
        return colon is > 0 and < longestName
            && Utf8Parser.TryParse(text[(colon + 2)..], out uint count, out _)
            && LimitedByName.TryGetValue(name[..Encoding.ASCII.GetChars(text[..colon], name)], out var kind)
            ? (kind, count)
            : null;
    }

    /// <summary>
    /// Which controller is on which function, as its driver says when it finds it (drivers/nvme/host/pci.c, nvme_probe):
    /// <c>nvme nvme0: pci function 0000:02:00.0</c>.
    /// </summary>
    public static bool TryPlace(ReadOnlySpan<byte> text, out string controller, out PciAddress function)
    {
        var named = default(Named);
        var fits = text.StartsWith("nvme "u8) && Placing.Fits(text, ref named);
        controller = named.Controller ?? "";
        function = named.Function ?? default;
        return fits;
    }

    private static readonly KernelWording Placing = new(DeviceLost, Printk, "nvme {controller}: pci function {address}");

    /// <summary>Wordings of some speakers: nearly every record is told to be none by its first byte.</summary>
    private sealed class ByFirstByte
    {
        private readonly KernelWording[][] _wordings = new KernelWording[256][];

        public ByFirstByte(params Speaker[] speakers)
        {
            var mine = All.Where(wording => speakers.Contains(wording.Speaker)).ToArray();
            for (var i = 0; i < _wordings.Length; i++)
            {
                _wordings[i] = [.. mine.Where(wording => wording.FirstByte is null || wording.FirstByte == i)];
            }
        }

        public KernelWording? Find(uint level, ReadOnlySpan<byte> text, ref Named named)
        {
            foreach (var wording in text.IsEmpty ? [] : _wordings[text[0]])
            {
                named = default;
                if ((wording.Level is null || wording.Level == level) && wording.Fits(text, ref named))
                {
                    return wording;
                }
            }

            named = default;
            return null;
        }
    }
}
