using Passthru.Facts.KernelLog;

namespace Passthru.Tests.Facts.KernelLog;

/// <summary>Every wording, as kernels print it, and what looks like one and is none.</summary>
public sealed class KernelEventPatternTests
{
    [Theory]

    // Intel: 3.x and 4.x, 5.x, 6.x, 7.x, with a PASID, and of interrupts.
    [InlineData("DmaFault 0000:03:00.0 1", "DMAR: [DMA Write] Request device [03:00.0] fault addr ffdf0000 [fault reason 05] PTE Write access is not set")]
    [InlineData("DmaFault 0000:03:00.0 1", "DMAR:[DMA Read] Request device [03:00.0] fault addr bf2d8000 \\x0aDMAR:[fault reason 06] PTE Read access is not set")]
    [InlineData("DmaFault 0000:00:02.0 1", "DMAR: [DMA Read] Request device [00:02.0] PASID ffffffff fault addr 8be40000 [fault reason 06] PTE Read access is not set")]
    [InlineData("DmaFault 0000:04:00.1 1", "DMAR: [DMA Read NO_PASID] Request device [04:00.1] fault addr 0xfed1c000 [fault reason 0x06] PTE Read access is not set")]
    [InlineData("DmaFault 0000:6a:01.0 1", "DMAR: [DMA Write PASID 0x12] Request device [6a:01.0] fault addr 0x7f12000 [fault reason 0x59] SM: Present bit in PA$ is clear")]
    [InlineData("DmaFault 0001:01:00.0 1", "DMAR: [DMA Write NO_PASID] Request device [0001:01:00.0] fault addr 0x3a000 [fault reason 0x05] PTE Write access is not set")]
    [InlineData("DmaFault 0000:f0:1f.7 1", "DMAR: [INTR-REMAP] Request device [f0:1f.7] fault index 0x18 [fault reason 0x25] Blocked a compatibility format interrupt request")]

    // AMD: of a device with a driver, of one without (then the record is the IOMMU's), without the prefix (before 5.7), without a domain (4.x).
    [InlineData("DmaFault 0000:0a:00.0 1", "nvme 0000:0a:00.0: AMD-Vi: Event logged [IO_PAGE_FAULT domain=0x0014 address=0x9f0e4000 flags=0x0020]\n SUBSYSTEM=pci\n DEVICE=+pci:0000:0a:00.0")]
    [InlineData("DmaFault 0000:0a:00.0 1", "xhci_hcd 0000:0a:00.0: Event logged [IO_PAGE_FAULT domain=0x0014 address=0x9f0e4000 flags=0x0020]")]
    [InlineData("DmaFault 0000:0b:00.3 1", "AMD-Vi: Event logged [IO_PAGE_FAULT device=0b:00.3 domain=0x0000 address=0xdeb2b000 flags=0x0000]")]
    [InlineData("DmaFault 0000:0b:00.3 1", "pci 0000:00:00.2: AMD-Vi: Event logged [IO_PAGE_FAULT device=0000:0b:00.3 domain=0x0000 address=0xdeb2b000 flags=0x0000]\n SUBSYSTEM=pci\n DEVICE=+pci:0000:00:00.2")]
    [InlineData("DmaFault 0000:0b:00.3 1", "AMD-Vi: Event logged [INVALID_DEVICE_REQUEST device=0000:0b:00.3 pasid=0x00000 address=0xfffffffdf8000000 flags=0x0a00]")]
    [InlineData("DmaFault 0000:23:00.0 1", "AMD-Vi: Event logged [ILLEGAL_DEV_TABLE_ENTRY device=0000:23:00.0 pasid=0x00000 address=0xfffffffdf8000000 flags=0x0080]")]
    [InlineData("DmaFault 0000:c1:00.0 1", "AMD-Vi: Event logged [RMP_PAGE_FAULT device=0000:c1:00.0 vmg_tag=0x0000, gpa=0x1000, flags_rmp=0x0001, flags=0x0020]")]

    // Arm, second and third generation, before and since clients are named.
    [InlineData("DmaFault 0002:01:00.0 1", "arm-smmu-v3 arm-smmu-v3.3.auto: event: F_TRANSLATION client: 0002:01:00.0 sid: 0x100 ssid: 0x0 iova: 0xffff0000 ipa: 0x0\n SUBSYSTEM=platform\n DEVICE=+platform:arm-smmu-v3.3.auto")]
    [InlineData("DmaFault - 1", "arm-smmu 5000000.iommu: Unhandled context fault: fsr=0x402, iova=0x7e900000, fsynr=0x1, cbfrsynra=0x800, cb=2\n SUBSYSTEM=platform\n DEVICE=+platform:5000000.iommu")]
    [InlineData("DmaFault - 1", "arm-smmu 5000000.iommu: Blocked unknown Stream ID 0x7e0; boot with \"arm-smmu.disable_bypass=0\" to allow, but this may have security implications")]

    // Resets.
    [InlineData("ResetTimeout 0000:0c:00.3 1", "vfio-pci 0000:0c:00.3: not ready 65535ms after FLR; giving up\n SUBSYSTEM=pci\n DEVICE=+pci:0000:0c:00.3")]
    [InlineData("ResetTimeout 0007:00:00.1 1", "pci 0007:00:00.1: not ready 65535ms after AF_FLR; giving up")]
    [InlineData("ResetTimeout 0000:02:00.0 1", "vfio-pci 0000:02:00.0: not ready 65535ms after bus reset; giving up")]
    [InlineData("ResetTimeout 0000:02:00.0 1", "vfio-pci 0000:02:00.0: not ready 65535ms after PM D3hot->D0; giving up")]
    [InlineData("ResetTimeout 0000:60:00.0 1", "nvme 0000:60:00.0: not ready 65535ms after DPC; giving up")]
    [InlineData("ResetFailed 0000:00:1c.2 1", "pcieport 0000:00:1c.2: AER: subordinate device reset failed")]
    [InlineData("ResetFailed 0000:01:00.0 1", "vfio-pci 0000:01:00.0: ACPI _RST failed")]
    [InlineData("ResetFailed 0000:01:00.0 1", "vfio-pci 0000:01:00.0: failed to stop IOMMU for a PCI reset: -22")]
    [InlineData("ResetFailed 0000:03:00.0 1", "vfio-pci 0000:03:00.0: AMD_NAVI10: reset result = -22")]
    [InlineData("ResetFailed 0000:03:00.0 1", "vfio-pci 0000:03:00.0: AMD_NAVI10: mode1 reset failed")]
    [InlineData("NoFlr 0000:05:00.0 1", "pci 0000:05:00.0: Unsupported reset method 'flr'")]
    [InlineData("NoFlr 0000:05:00.0 1", "pci 0000:05:00.0: Unsupported reset method 'af_flr'")]
    [InlineData("NoFlr 0000:05:00.0 1", "pci 0000:05:00.0: All device reset methods disabled by user")]

    // Power.
    [InlineData("PowerStuck 0000:03:00.1 1", "snd_hda_intel 0000:03:00.1: Unable to change power state from D3cold to D0, device inaccessible")]
    [InlineData("PowerStuck 10000:e1:00.0 1", "nvme 10000:e1:00.0: Unable to change power state from D3hot to D0, device inaccessible")]
    [InlineData("PowerStuck 0000:01:00.0 1", "vfio-pci 0000:01:00.0: Refused to change power state from D0 to D3hot")]
    [InlineData("PowerStuck 0000:01:00.0 1", "vfio-pci 0000:01:00.0: Refused to change power state, currently in D3")]
    [InlineData("PowerStuck 0000:01:00.0 1", "nvme 0000:01:00.0: not ready 65535ms after resume; giving up")]
    [InlineData("PowerStuck 0000:01:00.0 1", "vfio-pci 0000:01:00.0: not ready 65535ms after power up D3hot->D0uninitialized; giving up")]

    // Ranges, ROMs, firmware.
    [InlineData("BarConflict 0000:01:00.0 1", "vfio-pci 0000:01:00.0: BAR 1: can't reserve [mem 0xc0000000-0xcfffffff 64bit pref]")]
    [InlineData("BarConflict 0000:04:00.0 1", "mpt3sas 0000:04:00.0: BAR 0: can't reserve [io  0xe000-0xe0ff]")]
    [InlineData("RomInvalid 0000:01:00.0 1", "vfio-pci 0000:01:00.0: Invalid PCI ROM header signature: expecting 0xaa55, got 0xffff")]
    [InlineData("RomInvalid 0000:01:00.0 1", "vfio-pci 0000:01:00.0: Invalid PCI ROM data signature: expecting 0x52494350, got 0xffffffff")]
    [InlineData("RmrrRefused 0000:04:00.0 1", "vfio-pci 0000:04:00.0: Device is ineligible for IOMMU domain attach due to platform RMRR requirement.  Contact your platform vendor.")]
    [InlineData("RmrrRefused 0000:04:00.0 1", "vfio-pci 0000:04:00.0: Firmware has requested this device have a 1:1 IOMMU mapping, rejecting configuring the device without a 1:1 mapping. Contact your platform vendor.")]
    [InlineData("BarRestore 0000:01:00.0 1", "vfio-pci 0000:01:00.0: vfio_bar_restore: reset recovery - restoring BARs")]
    [InlineData("BarRestore 0000:c2:00.0 1", "vfio_bar_restore: 0000:c2:00.0 reset recovery - restoring bars")]

    // Interrupts.
    [InlineData("IrqRemappingUnavailable - 1", "vfio_iommu_type1_attach_group: No interrupt remapping support.  Use the module param \"allow_unsafe_interrupts\" to enable VFIO IOMMU support on this platform")]
    [InlineData("IrqRemappingUnavailable 0000:01:00.0 1", "vfio-pci 0000:01:00.0: MSI interrupts are not secure, they cannot be isolated by the platform. Check that platform features like interrupt remapping are enabled. Use the \"allow_unsafe_interrupts\" module parameter to override")]
    [InlineData("IrqRemappingUnavailable - 1", "DMAR-IR: Failed to enable irq remapping. You are vulnerable to irq-injection attacks.")]
    [InlineData("IrqRemappingUnavailable - 1", "DMAR-IR: Not enabling interrupt remapping")]
    [InlineData("IrqRemappingUnavailable - 1", "DMAR-IR: [Firmware Bug]: ioapic 2 has no mapping iommu, interrupt remapping will be disabled")]
    [InlineData("IrqRemappingUnavailable - 1", "DMAR-IR: This system BIOS has enabled interrupt remapping\\x0aon a chipset that contains an erratum making that\\x0afeature unstable.")]
    [InlineData("IrqRemappingUnavailable - 1", "AMD-Vi: Disabling interrupt remapping")]
    public void A_wording_is_an_event(string expected, string record) => Assert.Equal([expected], Logged.Events(Logged.Tally(Logged.Records(record))));

    [Theory]
    [InlineData("DMAR: DRHD: handling fault status reg 2")]
    [InlineData("dmar_fault: 7702 callbacks suppressed")]
    [InlineData("DMAR: IOMMU enabled")]
    [InlineData("DMAR: VT-d detected Invalidation Time-out Error: SID ffff")]
    [InlineData("AMD-Vi: Event logged [IOTLB_INV_TIMEOUT device=0000:63:00.0 address=0x120f5c7d0]")]
    [InlineData("AMD-Vi: Completion-Wait loop timed out")]
    [InlineData("x2apic: IRQ remapping doesn't support X2APIC mode")]
    [InlineData("DMAR-IR: x2apic is disabled because BIOS sets x2apic opt out bit.")]
    [InlineData("DMAR-IR: Enabled IRQ remapping in xapic mode")]
    [InlineData("AMD-Vi: Interrupt remapping enabled")]
    [InlineData("vfio-pci 0000:01:00.0: not ready 1023ms after FLR; waiting")]
    [InlineData("vfio-pci 0000:01:00.0: ready 4095ms after FLR")]
    [InlineData("vfio-pci 0000:01:00.0: timed out waiting for pending transaction; performing function level reset anyway")]
    [InlineData("vfio-pci 0000:01:00.0: resetting")]
    [InlineData("vfio-pci 0000:01:00.0: reset done")]
    [InlineData("vfio-pci 0000:01:00.0: AMD_NAVI10: reset result = 0")]
    [InlineData("vfio-pci 0000:01:00.0: AMD_NAVI10: mode1 reset succeeded")]
    [InlineData("pci 0000:05:00.0: Unsupported reset method 'device_specific'")]
    [InlineData("vfio-pci 0000:01:00.0: vfio_ecap_init: hiding ecap 0x1e@0x258")]
    [InlineData("vfio-pci 0000:01:00.0: No more image in the PCI ROM")]
    [InlineData("pci 0000:00:1c.0: BAR 13: can't assign; no space")]
    [InlineData("pcieport 0000:00:01.0: AER: device recovery failed")]
    [InlineData("pci 0000:00:02.0: vgaarb: setting as boot VGA device")]
    [InlineData("ACPI: FACS 0x00000000BD6F1080 000040")]
    public void What_only_looks_like_one_is_none(string record) => Assert.Empty(Logged.Tally(Logged.Records(record)).Events);

    [Fact]
    public void Of_two_records_about_one_fault_of_Arm_one_counts()
    {
        const string header = "arm-smmu-v3 arm-smmu-v3.3.auto: event 0x10 received:";

        Assert.Equal(["DmaFault - 1"], Logged.Events(Logged.Tally(Logged.Records(header, priority: 6))));
        Assert.Equal(
            ["DmaFault 0002:01:00.0 1"],
            Logged.Events(Logged.Tally(Logged.Records($"{header}\narm-smmu-v3 arm-smmu-v3.3.auto: event: F_TRANSLATION client: 0002:01:00.0 sid: 0x100", priority: 3))));
    }

    [Fact]
    public void Every_kind_has_a_wording() =>
        Assert.Equal(Enum.GetValues<KernelEventKind>().ToHashSet(), KernelEventPattern.All.Select(pattern => pattern.Kind).ToHashSet());

    [Theory]
    [InlineData(nameof(BootLogs.Intel))]
    [InlineData(nameof(BootLogs.Amd))]
    [InlineData(nameof(BootLogs.Arm))]
    [InlineData(nameof(BootLogs.WithoutIommu))]
    [InlineData(nameof(BootLogs.VirtualMachineOverItsLife))]
    public void A_healthy_machine_has_no_events(string log) =>
        Assert.Empty(Logged.Tally(Logged.Records((string)typeof(BootLogs).GetField(log)!.GetValue(null)!)).Events);
}
