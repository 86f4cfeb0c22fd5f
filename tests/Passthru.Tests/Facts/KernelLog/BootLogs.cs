namespace Passthru.Tests.Facts.KernelLog;

/// <summary>What healthy machines log of their IOMMU, their PCI devices and VFIO.</summary>
internal static class BootLogs
{
    public const string Intel = """
        Linux version 6.12.57+deb13-amd64 (debian-kernel@lists.debian.org) (x86_64-linux-gnu-gcc-14)
        Command line: BOOT_IMAGE=/boot/vmlinuz-6.12.57+deb13-amd64 root=/dev/mapper/vg-root ro intel_iommu=on iommu=pt vfio-pci.ids=10de:1b81
        ACPI: DMAR 0x000000007A2B3000 000088 (v02 INTEL  EDK2     00000002      01000013)
        ACPI: Reserving DMAR table memory at [mem 0x7a2b3000-0x7a2b3087]
        DMAR: IOMMU enabled
        DMAR: Host address width 39
        DMAR: DRHD base: 0x000000fed90000 flags: 0x0
        DMAR: dmar0: reg_base_addr fed90000 ver 4:0 cap 1c0000c40660462 ecap 29a00f0505e
        DMAR: DRHD base: 0x000000fed91000 flags: 0x1
        DMAR: dmar1: reg_base_addr fed91000 ver 5:0 cap d2008c40660462 ecap f050da
        DMAR: RMRR base: 0x0000007c000000 end: 0x000000807fffff
        DMAR-IR: IOAPIC id 2 under DRHD base  0xfed91000 IOMMU 1
        DMAR-IR: HPET id 0 under DRHD base 0xfed91000
        DMAR-IR: Queued invalidation will be enabled to support x2apic and Intr-remapping.
        DMAR-IR: Enabled IRQ remapping in x2apic mode
        x2apic enabled
        iommu: Default domain type: Passthrough (set via kernel command line)
        pci 0000:00:02.0: DMAR: Skip IOMMU disabling for graphics
        pci 0000:00:1c.0: BAR 13 [io  size 0x1000]: can't assign; no space
        pci 0000:01:00.0: [10de:1b81] type 00 class 0x030000 PCIe Legacy Endpoint
        pci 0000:01:00.0: vgaarb: setting as boot VGA device
        pci 0000:00:00.0: Adding to iommu group 0
        pci 0000:01:00.0: Adding to iommu group 1
        DMAR: Intel(R) Virtualization Technology for Directed I/O
        DMAR: No ATSR found
        DMAR: IOMMU feature fl1gp_support inconsistent
        VFIO - User Level meta-driver version: 0.3
        vfio-pci 0000:01:00.0: vgaarb: VGA decodes changed: olddecodes=io+mem,decodes=none:owns=none
        vfio_pci: add [10de:1b81[ffffffff:ffffffff]] class 0x000000/00000000
        pcieport 0000:00:1c.0: PME: Signaling with IRQ 122
        pcieport 0000:00:1c.0: pciehp: Slot #4 AttnBtn- PwrCtrl- MRL- AttnInd- PwrInd- HotPlug+ Surprise+ Interlock- NoCompl+
        """;

    public const string Amd = """
        Linux version 6.8.12-15-pve (build@proxmox) (gcc (Debian 12.2.0-14+deb12u1) 12.2.0)
        ACPI: IVRS 0x00000000C9A7D000 0000D0 (v02 AMD    AmdTable 00000001 AMD  00000001)
        x2apic: IRQ remapping doesn't support X2APIC mode
        AMD-Vi: Unknown option - 'on'
        AMD-Vi: Using global IVHD EFR:0x246577efa2254afa, EFR2:0x0
        iommu: Default domain type: Translated
        iommu: DMA domain TLB invalidation policy: lazy mode
        pci 0000:00:00.2: AMD-Vi: IOMMU performance counters supported
        pci 0000:00:01.0: Adding to iommu group 0
        pci 0000:00:00.2: AMD-Vi: Found IOMMU cap 0x40
        AMD-Vi: Extended features (0x246577efa2254afa, 0x0): PPR NX GT [5] IA GA PC GA_vAPIC
        AMD-Vi: Interrupt remapping enabled
        AMD-Vi: Virtual APIC enabled
        pci 0000:00:00.2: can't derive routing for PCI INT A
        pci 0000:00:00.2: PCI INT A: not connected
        perf/amd_iommu: Detected AMD IOMMU #0 (2 banks, 4 counters/bank).
        pci 0000:0b:00.0: vgaarb: bridge control possible
        pci 0000:0b:00.0: Device [1002:73bf] at 0000:0b:00.0 has bigger BARs than the bridge window
        amdgpu 0000:0b:00.0: BAR 2 [mem 0xe0000000-0xe01fffff 64bit pref]: releasing
        amdgpu 0000:0b:00.0: BAR 0 [mem 0x7c00000000-0x7fffffffff 64bit pref]: assigned
        kvm_amd: AVIC enabled
        AMD-Vi: AMD IOMMUv2 loaded and initialized
        """;

    public const string Arm = """
        Linux version 6.12.57+deb13-arm64 (debian-kernel@lists.debian.org)
        ACPI: IORT 0x00000000F9F2FD98 0003D0 (v00 AMPERE Altra    00000001 AMP. 01000013)
        arm-smmu-v3 arm-smmu-v3.0.auto: option mask 0x0
        arm-smmu-v3 arm-smmu-v3.0.auto: IDR0.HTTU features(0x200000) overridden by FW configuration (0x0)
        arm-smmu-v3 arm-smmu-v3.0.auto: ias 48-bit, oas 48-bit (features 0x00000fff)
        arm-smmu-v3 arm-smmu-v3.0.auto: allocated 65536 entries for cmdq
        arm-smmu-v3 arm-smmu-v3.0.auto: allocated 32768 entries for evtq
        iommu: Default domain type: Translated
        pci 0000:00:01.0: Adding to iommu group 0
        """;

    public const string WithoutIommu = """
        Linux version 6.1.0-41-amd64 (debian-kernel@lists.debian.org)
        Unknown kernel command line parameters "pcie_acs_override=downstream,multifunction", will be passed to user space.
        ACPI: FACS 0x00000000BD6F1080 000040
        x2apic: enabled by BIOS, switching to x2apic ops
        iommu: Default domain type: Translated
        iommu: DMA domain TLB invalidation policy: lazy mode
        pci 0000:00:01.3: quirk: [io  0xb000-0xb03f] claimed by PIIX4 ACPI
        pci 0000:00:1c.0: bridge window [io  0x1000-0x0fff] to [bus 01] add_size 1000
        pci 0000:00:1c.0: BAR 13: no space for [io  size 0x1000]
        pci 0000:00:1c.0: BAR 13: failed to assign [io  size 0x1000]
        pci 0000:00:02.0: can't claim BAR 0 [mem 0xfd000000-0xfdffffff 64bit]: no compatible bridge window
        PCI-DMA: Using software bounce buffering for IO (SWIOTLB)
        vfio: unknown parameter 'enable_unsafe_noiommu_mode' ignored
        vfio-pci: probe of 0000:02:00.0 failed with error -22
        """;

    public const string VirtualMachineOverItsLife = """
        vfio-pci 0000:01:00.0: enabling device (0000 -> 0003)
        vfio-pci 0000:01:00.0: resetting
        vfio-pci 0000:01:00.0: reset done
        vfio-pci 0000:01:00.0: vfio_ecap_init: hiding ecap 0x1e@0x258
        vfio-pci 0000:01:00.0: vfio_ecap_init: hiding ecap 0x19@0x900
        vfio-pci 0000:01:00.0: No more image in the PCI ROM
        vfio-pci 0000:01:00.0: not ready 1023ms after FLR; waiting
        vfio-pci 0000:01:00.0: ready 2047ms after FLR
        kvm [21043]: ignored rdmsr: 0x1a2 data 0x0
        vfio-pci 0000:01:00.0: No device request channel registered, blocked until released by user
        vfio-pci 0000:01:00.0: Relaying device request to user (#0)
        """;

    /// <summary>What sounds bad and is none of ours, gathered from many machines.</summary>
    public const string AlarmingAndHarmless = """
        pci 0000:00:1c.4: BAR 13: failed to assign [io  size 0x1000]
        pci 0000:00:1c.4: bridge window [io  size 0x1000]: can't assign; no space
        pci 0000:01:00.0: can't claim BAR 6 [mem 0xfff80000-0xffffffff pref]: no compatible bridge window
        pci 0000:21:00.0: DOE: [2c8] ABORT timed out
        pci 0000:21:00.0: DOE: [2c8] failed to reset mailbox with abort command : -5
        pcieport 0000:00:1c.0: pciehp: Failed to check link status
        pcieport 0000:00:1d.0: pciehp: Slot(12): Card present
        pcieport 0000:00:1d.0: AER: enabled with IRQ 122
        pcieport 0000:00:1d.0: DPC: enabled with IRQ 122
        pcieport 0000:00:1d.0: DPC: error containment capabilities: Int Msg #0, RPExt+ PoisonedTLP+ SwTrigger+ RP PIO Log 4, DL_ActiveErr+
        pcieport 0000:00:1b.0: broken device, retraining non-functional downstream link at 2.5GT/s
        pcieport 0000:00:1b.0: retraining succeeded
        DMAR: [Firmware Bug]: No firmware reserved region can cover this RMRR [0x000000007b800000-0x000000007fffffff], contact BIOS vendor for fixes
        DMAR: [Firmware Bug]: Your BIOS is broken; bad RMRR [0x000000007b800000-0x000000007fffffff]
        pci 0000:00:00.2: AMD-Vi: Unable to read/write to IOMMU perf counter.
        AMD-Vi: Translation is already enabled - trying to copy translation structures
        arm-smmu-v3 arm-smmu-v3.0.auto: msi_domain absent - falling back to wired irqs
        i915 0000:00:02.0: VF1 FLR
        nvme nvme0: pci function 0000:02:00.0
        nvme nvme0: missing or invalid SUBNQN field.
        nvme nvme0: Shutdown timeout set to 10 seconds
        ata1: SATA link down (SStatus 0 SControl 300)
        igb 0000:03:00.0 eno1: igb: eno1 NIC Link is Down
        e1000e 0000:00:1f.6 eno2: NIC Link is Down
        usb 1-3: reset high-speed USB device number 2 using xhci_hcd
        xhci_hcd 0000:00:14.0: xHCI host controller not responding to a probe
        snd_hda_intel 0000:01:00.1: Disabling MSI
        genirq: irq_chip IR-PCI-MSI-0000:03:00.0 did not update eff. affinity mask of irq 130
        mce: [Hardware Error]: Machine check events logged
        NVRM: GPU 0000:01:00.0: RmInitAdapter failed! (0x22:0x56:667)
        watchdog: BUG: soft lockup - CPU#3 stuck for 22s! [kworker/3:1:4711]
        """;
}
