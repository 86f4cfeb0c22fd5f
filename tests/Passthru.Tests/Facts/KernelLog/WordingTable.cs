namespace Passthru.Tests.Facts.KernelLog;

/// <summary>
/// The wordings of the kernel: from which to which release a kernel of kernel.org prints it (the first alone: and later ones), what it
/// is counted as, and the record. Distributions carry some of them into older kernels.
/// </summary>
internal static class WordingTable
{
    public static TheoryData<string, string, string> Rows => new()
    {
        // drivers/iommu/intel/dmar.c, dmar_fault_do_one.
        { "to 4.x", "DmaFault 0000:03:00.0 1", "DMAR:[DMA Read] Request device [03:00.0] fault addr bf2d8000 \\x0aDMAR:[fault reason 06] PTE Read access is not set" },
        { "4.x to 5.4", "DmaFault 0000:03:00.0 1", "DMAR: [DMA Write] Request device [03:00.0] fault addr ffdf0000 [fault reason 05] PTE Write access is not set" },
        { "4.20 to 5.13", "DmaFault 0000:00:02.0 1", "DMAR: [DMA Read] Request device [00:02.0] PASID ffffffff fault addr 8be40000 [fault reason 06] PTE Read access is not set" },
        { "5.14 to 6.x", "DmaFault 0000:04:00.1 1", "DMAR: [DMA Read NO_PASID] Request device [04:00.1] fault addr 0xfed1c000 [fault reason 0x06] PTE Read access is not set" },
        { "5.14 to 6.x", "DmaFault 0000:6a:01.0 1", "DMAR: [DMA Write PASID 0x12] Request device [6a:01.0] fault addr 0x7f12000 [fault reason 0x59] SM: Present bit in PA$ is clear" },
        { "5.15 to 5.17", "DmaFault 0000:00:02.0 1", "DMAR: [DMA Read NO_PASID] Request device [0x00:0x02.0] fault addr 0x7cd80000 [fault reason 0x01] Present bit in root entry is clear" },
        { "7.0", "DmaFault 0001:01:00.0 1", "DMAR: [DMA Write NO_PASID] Request device [0001:01:00.0] fault addr 0x3a000 [fault reason 0x05] PTE Write access is not set" },
        { "5.4 to 7.x", "DmaFault 0000:f0:1f.7 1", "DMAR: [INTR-REMAP] Request device [f0:1f.7] fault index 0x18 [fault reason 0x25] Blocked a compatibility format interrupt request" },
        { "5.15 to 5.17", "DmaFault 0000:64:00.5 1", "DMAR: [INTR-REMAP] Request device [0x64:0x00.5] fault index 0x8800 [fault reason 0x25] Blocked a compatibility format interrupt request" },

        // drivers/iommu/intel/dmar.c, qi_dump_fault and dmar_fault.
        { "5.14", "InvalidationTimeout - 1", "DMAR: VT-d detected Invalidation Time-out Error: SID 0\nDMAR: QI HEAD: UNKNOWN qw0 = 0x0, qw1 = 0x0\nDMAR: QI PRIOR: UNKNOWN qw0 = 0x0, qw1 = 0x0\nDMAR: Invalidation Time-out Error (ITE) cleared" },
        { "5.14", "InvalidationTimeout - 1", "DMAR: VT-d detected Invalidation Time-out Error: SID ffff" },
        { "5.14", "InvalidationTimeout 0000:07:00.1 1", "DMAR: VT-d detected Invalidation Time-out Error: SID 701" },
        { "5.14", "InvalidationTimeout 0000:53:00.0 1", "DMAR: VT-d detected Invalidation Time-out Error: SID 0\nDMAR: QI HEAD: Invalidation Wait qw0 = 0x200000025, qw1 = 0x1001a38\nDMAR: QI PRIOR: Device-TLB Invalidation qw0 = 0x5300530000000003, qw1 = 0x7ffffffffffff001" },
        { "5.14", "InvalidationTimeout 0000:6a:01.0 1", "DMAR: VT-d detected Invalidation Time-out Error: SID 0\nDMAR: QI HEAD: PASID-based Device-TLB Invalidation qw0 = 0x126a080018, qw1 = 0x0\nDMAR: QI PRIOR: Invalidation Wait qw0 = 0x25, qw1 = 0x0" },
        { "to 5.13", "InvalidationTimeout - 1", "DMAR: DRHD: handling fault status reg 40" },
        { "5.14", "InvalidationTimeout - 1", "DMAR: DRHD: handling fault status reg 40\nDMAR: VT-d detected Invalidation Time-out Error: SID 0\nDMAR: QI HEAD: UNKNOWN qw0 = 0x0, qw1 = 0x0\nDMAR: QI PRIOR: UNKNOWN qw0 = 0x0, qw1 = 0x0" },
        { "5.14", "InvalidationTimeout - 2", "DMAR: VT-d detected Invalidation Time-out Error: SID 0\nDMAR: QI HEAD: UNKNOWN qw0 = 0x0\nDMAR: QI PRIOR: UNKNOWN qw0 = 0x0\nDMAR: VT-d detected Invalidation Time-out Error: SID 0" },
        { "5.14", "IommuError - 1", "DMAR: VT-d detected Invalidation Completion Error: SID 0\nDMAR: QI HEAD: UNKNOWN qw0 = 0x0, qw1 = 0x0" },
        { "5.14", "IommuError - 1", "DMAR: VT-d detected Invalidation Queue Error: Reason f" },
        { "to 5.13", "IommuError - 1", "DMAR: VT-d detected invalid descriptor: low=3, high=0" },

        // drivers/iommu/amd/iommu.c, iommu_print_event and amd_iommu_report_*.
        { "5.2 to 7.x", "DmaFault 0000:0a:00.0 1", "nvme 0000:0a:00.0: AMD-Vi: Event logged [IO_PAGE_FAULT domain=0x0014 address=0x9f0e4000 flags=0x0020]\n SUBSYSTEM=pci\n DEVICE=+pci:0000:0a:00.0" },
        { "4.16 to 5.1", "DmaFault 0000:0a:00.0 1", "xhci_hcd 0000:0a:00.0: Event logged [IO_PAGE_FAULT domain=0x0014 address=0x9f0e4000 flags=0x0020]" },
        { "5.4 to 5.19", "DmaFault 0000:0b:00.3 1", "AMD-Vi: Event logged [IO_PAGE_FAULT device=0b:00.3 domain=0x0000 address=0xdeb2b000 flags=0x0000]" },
        { "6.0", "DmaFault 0000:0b:00.3 1", "pci 0000:00:00.2: AMD-Vi: Event logged [IO_PAGE_FAULT device=0000:0b:00.3 domain=0x0000 address=0xdeb2b000 flags=0x0000]\n SUBSYSTEM=pci\n DEVICE=+pci:0000:00:00.2" },
        { "6.0", "DmaFault 0000:0b:00.3 1", "AMD-Vi: Event logged [INVALID_DEVICE_REQUEST device=0000:0b:00.3 pasid=0x00000 address=0xfffffffdf8000000 flags=0x0a00]" },
        { "6.0", "DmaFault 0000:c5:00.1 1", "iommu ivhd0: AMD-Vi: Event logged [INVALID_DEVICE_REQUEST device=0000:c5:00.1 pasid=0x00001 address=0xfffffffdf8000000 flags=0x0a00]\n SUBSYSTEM=iommu\n DEVICE=+iommu:ivhd0" },
        { "6.0", "DmaFault 0000:23:00.0 1", "AMD-Vi: Event logged [ILLEGAL_DEV_TABLE_ENTRY device=0000:23:00.0 pasid=0x00000 address=0xfffffffdf8000000 flags=0x0080]" },
        { "6.0", "DmaFault 0000:23:00.0 1", "iommu ivhd1: AMD-Vi: Event logged [INVALID_PPR_REQUEST device=0000:23:00.0 pasid=0x00000 address=0x1000 flags=0x0080 tag=0x001]" },
        { "5.10", "DmaFault 0000:c1:00.0 1", "AMD-Vi: Event logged [RMP_PAGE_FAULT device=0000:c1:00.0 vmg_tag=0x0000, gpa=0x1000, flags_rmp=0x0001, flags=0x0020]" },
        { "5.10", "DmaFault 0000:c1:00.0 1", "vfio-pci 0000:c1:00.0: AMD-Vi: Event logged [RMP_PAGE_FAULT vmg_tag=0x0000, gpa=0x1000, flags_rmp=0x0001, flags=0x0020]" },
        { "6.1 to 6.17", "DmaFault 0000:05:00.0 1", "AMD-Vi: Event logged [Device not attached to domain properly]\nAMD-Vi:   device=0000:05:00.0 domain=0x0012" },
        { "4.9 to 4.15", "DmaFault 0000:05:00.0 1", "AMD-Vi: Event logged [\nIO_PAGE_FAULT device=05:00.0 domain=0x0012 address=0x00000000ff6101b0 flags=0x0070]" },
        { "6.0", "InvalidationTimeout 0000:63:00.0 1", "iommu ivhd0: AMD-Vi: Event logged [IOTLB_INV_TIMEOUT device=0000:63:00.0 address=0x120f5c7d0]" },
        { "5.4 to 5.19", "InvalidationTimeout 0000:63:00.0 1", "pci 0000:00:00.2: AMD-Vi: Event logged [IOTLB_INV_TIMEOUT device=63:00.0 address=0x120f5c7d0]" },
        { "5.4 to 7.x", "InvalidationTimeout - 1", "AMD-Vi: Completion-Wait loop timed out" },
        { "7.x", "InvalidationTimeout - 1", "AMD-Vi: IOMMU 0000:00:00.2: Completion-Wait loop timed out" },
        { "6.0", "IommuError 0000:21:00.0 1", "iommu ivhd0: AMD-Vi: Event logged [PAGE_TAB_HARDWARE_ERROR device=0000:21:00.0 pasid=0x0000 address=0x1000 flags=0x0000]" },
        { "6.0", "IommuError 0000:21:00.0 1", "iommu ivhd0: AMD-Vi: Event logged [DEV_TAB_HARDWARE_ERROR device=0000:21:00.0 address=0x1000 flags=0x0000]" },
        { "5.10", "IommuError 0000:21:00.0 1", "AMD-Vi: Event logged [RMP_HW_ERROR device=0000:21:00.0, vmg_tag=0x0000, spa=0x1000, flags=0x0000]" },
        { "5.10", "IommuError 0000:21:00.0 1", "nvme 0000:21:00.0: AMD-Vi: Event logged [RMP_HW_ERROR vmg_tag=0x0000, spa=0x1000, flags=0x0000]" },
        { "5.4 to 7.x", "IommuError - 1", "iommu ivhd0: AMD-Vi: Event logged [ILLEGAL_COMMAND_ERROR address=0x1000]" },
        { "5.4 to 7.x", "IommuError - 1", "pci 0000:00:00.2: AMD-Vi: Event logged [COMMAND_HARDWARE_ERROR address=0x1000 flags=0x0000]" },

        // drivers/iommu/arm/arm-smmu-v3/arm-smmu-v3.c; arm-smmu/arm-smmu.c.
        { "6.14", "DmaFault 0002:01:00.0 1", "arm-smmu-v3 arm-smmu-v3.3.auto: event: F_TRANSLATION client: 0002:01:00.0 sid: 0x100 ssid: 0x0 iova: 0xffff0000 ipa: 0x0\n SUBSYSTEM=platform\n DEVICE=+platform:arm-smmu-v3.3.auto" },
        { "6.14", "DmaFault - 1", "arm-smmu-v3 arm-smmu-v3.3.auto: event: C_BAD_STREAMID client: (unassigned sid) sid: 0x7 ssid: 0x0" },
        { "5.4 to 7.x", "InvalidationTimeout - 1", "arm-smmu-v3 arm-smmu-v3.3.auto: CMDQ timeout" },
        { "5.4 to 7.x", "InvalidationTimeout - 1", "arm-smmu-v3 70c00000.iommu: CMD_SYNC timeout at 0x00000010 [hwprod 0x00000012, hwcons 0x00000010]" },
        { "5.4 to 7.x", "InvalidationTimeout - 1", "arm-smmu-v3 70c00000.iommu: CMDQ error (cons 0x03000010): ATC invalidate timeout" },
        { "5.4 to 7.x", "IommuError - 1", "arm-smmu-v3 70c00000.iommu: CMDQ error (cons 0x01000010): Illegal command" },
        { "5.4 to 7.x", "IommuError - 1", "arm-smmu-v3 70c00000.iommu: unexpected global error reported (0x00000001), this could be serious" },
        { "5.4 to 7.x", "IommuError - 1", "arm-smmu-v3 70c00000.iommu: device has entered Service Failure Mode!" },
        { "5.4 to 7.x", "DmaFault - 1", "arm-smmu 5000000.iommu: Unhandled context fault: fsr=0x402, iova=0x7e900000, fsynr=0x1, cbfrsynra=0x800, cb=2\n SUBSYSTEM=platform\n DEVICE=+platform:5000000.iommu" },
        { "5.4 to 7.x", "DmaFault - 1", "arm-smmu 5000000.iommu: Blocked unknown Stream ID 0x7e0; boot with \"arm-smmu.disable_bypass=0\" to allow, but this may have security implications" },
        { "5.4 to 7.x", "InvalidationTimeout - 1", "arm-smmu 5000000.iommu: TLB sync timed out -- SMMU may be deadlocked" },
        { "5.4 to 7.x", "IommuError - 1", "arm-smmu 5000000.iommu: Unexpected global fault, this could be serious" },

        // drivers/pci/pci.c, pci_dev_wait, pcie_flr, pci_af_flr.
        { "4.18 to 7.x", "ResetFailed 0000:0c:00.3 1", "vfio-pci 0000:0c:00.3: not ready 65535ms after FLR; giving up\n SUBSYSTEM=pci\n DEVICE=+pci:0000:0c:00.3" },
        { "4.18 to 7.x", "ResetFailed 0007:00:00.1 1", "pci 0007:00:00.1: not ready 65535ms after AF_FLR; giving up" },
        { "4.18 to 7.x", "ResetFailed 0000:01:00.0 1", "vfio-pci 0000:01:00.0: not ready 65535ms after bus reset; giving up" },
        { "4.18 to 7.x", "ResetFailed 0000:01:00.0 1", "vfio-pci 0000:01:00.0: not ready 65535ms after PM D3hot->D0; giving up" },
        { "6.3 to 7.x", "ResetFailed 0000:60:00.0 1", "nvme 0000:60:00.0: not ready 65535ms after DPC; giving up" },
        { "5.6 to 7.x", "PowerStuck 0000:01:00.0 1", "nvme 0000:01:00.0: not ready 65535ms after resume; giving up" },
        { "7.x", "PowerStuck 0000:01:00.0 1", "vfio-pci 0000:01:00.0: not ready 65535ms after power up D3hot->D0uninitialized; giving up" },
        { "5.4 to 7.x", "ResetTimeout 0000:01:00.0 1", "vfio-pci 0000:01:00.0: timed out waiting for pending transaction; performing function level reset anyway" },
        { "5.4 to 7.x", "ResetTimeout 0000:01:00.0 1", "vfio-pci 0000:01:00.0: timed out waiting for pending transaction; performing AF function level reset anyway" },

        // drivers/pci/pci-acpi.c, pci_dev_acpi_reset; pci.c; the module vendor-reset.
        { "5.15 to 7.x", "ResetFailed 0000:01:00.0 1", "vfio-pci 0000:01:00.0: ACPI _RST failed" },
        { "7.x", "ResetFailed 0000:01:00.0 1", "vfio-pci 0000:01:00.0: failed to stop IOMMU for a PCI reset: -22" },
        { "vendor-reset", "ResetFailed 0000:03:00.0 1", "vfio-pci 0000:03:00.0: AMD_NAVI10: reset result = -22" },
        { "vendor-reset", "ResetFailed 0000:03:00.0 1", "vfio-pci 0000:03:00.0: AMD_NAVI10: mode1 reset failed" },
        { "5.15 to 7.x", "NoFlr 0000:05:00.0 1", "pci 0000:05:00.0: Unsupported reset method 'flr'" },
        { "5.15 to 7.x", "NoFlr 0000:05:00.0 1", "pci 0000:05:00.0: Unsupported reset method 'af_flr'" },
        { "5.15 to 7.x", "NoFlr 0000:05:00.0 1", "pci 0000:05:00.0: All device reset methods disabled by user" },

        // drivers/pci/pci.c, pci_raw_set_power_state, pci_power_up, pci_set_full_power_state, pci_set_low_power_state.
        { "to 5.4", "PowerStuck 0000:01:00.0 1", "vfio-pci 0000:01:00.0: Refused to change power state, currently in D3" },
        { "5.5 to 5.18", "PowerStuck 0000:01:00.0 1", "vfio-pci 0000:01:00.0: refused to change power state from D3hot to D0" },
        { "5.5 to 5.18", "PowerStuck 0000:01:00.0 1", "vfio-pci 0000:01:00.0: can't change power state from D3cold to D0 (config space inaccessible)" },
        { "5.19 to 7.x", "PowerStuck 0000:01:00.0 1", "vfio-pci 0000:01:00.0: Refused to change power state from D3hot to D0" },
        { "5.19 to 7.x", "PowerStuck 0000:03:00.1 1", "snd_hda_intel 0000:03:00.1: Unable to change power state from D3cold to D0, device inaccessible" },
        { "5.19 to 7.x", "PowerStuck 10000:e1:00.0 1", "nvme 10000:e1:00.0: Unable to change power state from D3hot to D0, device inaccessible" },
        { "5.19 to 7.x", "PowerStuck 0000:01:00.0 1", "vfio-pci 0000:01:00.0: Unable to change power state from D0 to D3hot, device inaccessible" },

        // drivers/pci/pci.c and devres.c, __pci_request_region; rom.c, pci_get_rom_size.
        { "5.4 to 7.x", "BarConflict 0000:01:00.0 1", "vfio-pci 0000:01:00.0: BAR 1: can't reserve [mem 0xc0000000-0xcfffffff 64bit pref]" },
        { "5.4 to 7.x", "BarConflict 0000:04:00.0 1", "mpt3sas 0000:04:00.0: BAR 0: can't reserve [io  0xe000-0xe0ff]" },
        { "5.4 to 7.x", "RomInvalid 0000:01:00.0 1", "vfio-pci 0000:01:00.0: Invalid PCI ROM header signature: expecting 0xaa55, got 0xffff" },
        { "5.4 to 7.x", "RomInvalid 0000:01:00.0 1", "vfio-pci 0000:01:00.0: Invalid PCI ROM data signature: expecting 0x52494350, got 0xffffffff" },

        // drivers/iommu/intel/iommu.c, iommu.c; drivers/vfio/pci/vfio_pci_config.c, vfio_bar_restore.
        { "5.4 to 6.10", "RmrrRefused 0000:04:00.0 1", "vfio-pci 0000:04:00.0: Device is ineligible for IOMMU domain attach due to platform RMRR requirement.  Contact your platform vendor." },
        { "6.6 to 7.x", "RmrrRefused 0000:04:00.0 1", "vfio-pci 0000:04:00.0: Firmware has requested this device have a 1:1 IOMMU mapping, rejecting configuring the device without a 1:1 mapping. Contact your platform vendor." },
        { "5.8 to 7.x", "BarRestore 0000:01:00.0 1", "vfio-pci 0000:01:00.0: vfio_bar_restore: reset recovery - restoring BARs" },
        { "to 5.7", "BarRestore 0000:c2:00.0 1", "vfio_bar_restore: 0000:c2:00.0 reset recovery - restoring bars" },

        // drivers/vfio/vfio_iommu_type1.c, iommufd/device.c, intel/irq_remapping.c, arch/x86/kernel/quirks.c, amd/init.c.
        { "5.4 to 7.x", "IrqRemappingUnavailable - 1", "vfio_iommu_type1_attach_group: No interrupt remapping support.  Use the module param \"allow_unsafe_interrupts\" to enable VFIO IOMMU support on this platform" },
        { "6.2 to 7.x", "IrqRemappingUnavailable 0000:01:00.0 1", "vfio-pci 0000:01:00.0: MSI interrupts are not secure, they cannot be isolated by the platform. Check that platform features like interrupt remapping are enabled." },
        { "5.4 to 7.x", "IrqRemappingUnavailable - 1", "DMAR-IR: Failed to enable irq remapping. You are vulnerable to irq-injection attacks." },
        { "5.4 to 7.x", "IrqRemappingUnavailable - 1", "DMAR-IR: Not enabling interrupt remapping" },
        { "5.4 to 7.x", "IrqRemappingUnavailable - 1", "DMAR-IR: [Firmware Bug]: ioapic 2 has no mapping iommu, interrupt remapping will be disabled" },
        { "5.4 to 7.x", "IrqRemappingUnavailable - 1", "DMAR-IR: This system BIOS has enabled interrupt remapping\\x0aon a chipset that contains an erratum making that\\x0afeature unstable." },
        { "5.4 to 7.x", "IrqRemappingUnavailable - 1", "AMD-Vi: Disabling interrupt remapping" },

        // drivers/pci/pcie/aer.c, err.c, dpc.c, edr.c; hotplug/pciehp_ctrl.c; quirks.c.
        { "5.4 to 6.7", "PortError 0000:00:1c.0 1", "pcieport 0000:00:1c.0: AER: Uncorrected (Non-Fatal) error received: 0000:01:00.0" },
        { "5.4 to 6.7", "PortError 0000:00:1c.0 1", "pcieport 0000:00:1c.0: AER: Multiple Uncorrected (Fatal) error received: 0000:00:1c.0" },
        { "6.8 to 7.x", "PortError 0000:00:1c.0 1", "pcieport 0000:00:1c.0: AER: Uncorrectable (Non-Fatal) error message received from 0000:01:00.0" },
        { "6.8 to 7.x", "PortError 0000:00:1c.0 1", "pcieport 0000:00:1c.0: AER: Multiple Uncorrectable (Fatal) error message received from 0000:01:00.0 (no details found)" },
        { "5.4 to 6.7", "PortError 0000:00:1c.0 1", "pcieport 0000:00:1c.0: PCIe Bus Error: severity=Uncorrected (Fatal), type=Transaction Layer, (Requester ID)" },
        { "7.x", "PortError 0000:00:1c.0 1", "pcieport 0000:00:1c.0: AER: PCIe Bus Error: severity=Uncorrectable (Non-Fatal), type=Transaction Layer, (Receiver ID)" },
        { "5.4 to 7.x", "PortError 0000:00:1c.0 1", "pcieport 0000:00:1c.0: DPC: containment event, status:0x1f01 source:0x0000" },
        { "7.x", "PortError 0000:00:1c.0 1", "pcieport 0000:00:1c.0: DPC: containment event, status:0x200d, ERR_FATAL received from 0000:01:00.0" },
        { "5.7 to 7.x", "PortError 0000:00:1c.0 1", "pcieport 0000:00:1c.0: EDR: EDR event received" },
        { "5.4 to 7.x", "PortError 0000:00:1c.0 1", "pcieport 0000:00:1c.0: AER: subordinate device reset failed" },
        { "5.4 to 7.x", "PortError 0000:00:1c.0 1", "pcieport 0000:00:1c.0: AER: device recovery failed" },
        { "5.0 to 5.3", "PortError 0000:00:1c.0 1", "pcieport 0000:00:1c.0: AER: Device recovery failed" },

        // kernel/irq/manage.c, __setup_irq; kernel/irq/spurious.c, __report_bad_irq.
        { "5.4 to 7.x", "IntxConflict 0000:01:00.0 1", "genirq: Flags mismatch irq 16. 00000000 (vfio-intx(0000:01:00.0)) vs. 00000000 (vfio-intx(0000:04:00.0))" },
        { "5.4 to 7.x", "IntxConflict 0000:04:00.0 1", "genirq: Flags mismatch irq 16. 00000080 (i801_smbus) vs. 00000000 (vfio-intx(0000:04:00.0))" },
        { "5.4 to 7.x", "IntxConflict - 1", "irq 16: nobody cared (try booting with the \"irqpoll\" option)" },

        // drivers/nvme/host/pci.c and core.c; drivers/usb/core/hcd.c; network, graphics and SATA drivers; the NVIDIA driver.
        { "5.4 to 7.x", "DeviceLost 0000:02:00.0 1", "nvme nvme0: pci function 0000:02:00.0\nnvme nvme0: controller is down; will reset: CSTS=0xffffffff, PCI_STATUS=0xffff" },
        { "5.17 to 7.x", "DeviceLost 0000:02:00.0 1", "nvme nvme0: pci function 0000:02:00.0\nnvme nvme0: Device not ready; aborting reset, CSTS=0xffffffff" },
        { "5.4 to 7.x", "DeviceLost - 1", "nvme nvme1: controller is down; will reset: CSTS=0xffffffff, PCI_STATUS=0xffff" },
        { "5.4 to 7.x", "DeviceLost 0000:06:00.0 1", "xhci_hcd 0000:06:00.0: xHCI host controller not responding, assume dead\nxhci_hcd 0000:06:00.0: HC died; cleaning up" },
        { "5.4 to 7.x", "DeviceLost 0000:03:00.0 1", "igb 0000:03:00.0 eno1: PCIe link lost" },
        { "5.4 to 7.x", "DeviceLost 0000:03:00.0 1", "igc 0000:03:00.0 eth0: PCIe link lost, device now detached" },
        { "5.4 to 7.x", "DeviceLost 0000:03:00.0 1", "ixgbe 0000:03:00.0: Adapter removed" },
        { "6.8 to 6.14", "DeviceLost 0000:03:00.0 1", "amdgpu 0000:03:00.0: amdgpu: device lost from bus!" },
        { "6.15 to 7.x", "DeviceLost 0000:03:00.0 1", "amdgpu 0000:03:00.0: device lost from bus!" },
        { "6.4 to 7.x", "DeviceLost 0000:00:02.0 1", "i915 0000:00:02.0: [drm] *ERROR* Device is non-operational; MMIO access returns 0xFFFFFFFF!" },
        { "5.4 to 7.x", "DeviceLost 0000:00:17.0 1", "ahci 0000:00:17.0: AHCI controller unavailable!" },
        { "nvidia", "DeviceLost 0000:44:00.0 1", "NVRM: Xid (PCI:0000:44:00): 79, pid='<unknown>', name=<unknown>, GPU has fallen off the bus.\nNVRM: GPU 0000:44:00.0: GPU has fallen off the bus." },
        { "nvidia", "DeviceLost 0000:44:00.0 1", "NVRM: GPU at 0000:44:00.0 has fallen off the bus." },
        { "nvidia", "DeviceLost 0000:b3:00.0 1", "NVRM: The NVIDIA GPU 0000:b3:00.0\\x0aNVRM: (PCI ID: 10de:26b5) installed in this system has\\x0aNVRM: fallen off the bus and is not responding to commands." },

        // drivers/vfio/vfio_iommu_type1.c, vfio_pin_pages_remote, vfio_pin_page_external.
        { "5.4 to 7.x", "MemoryLimit - 1", "vfio_pin_pages_remote: RLIMIT_MEMLOCK (65536) exceeded" },
        { "5.4 to 7.x", "MemoryLimit - 1", "vfio_pin_page_external: Task qemu-system-x86 (2296) RLIMIT_MEMLOCK (65536) exceeded" },
    };
}
