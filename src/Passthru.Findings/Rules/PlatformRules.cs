namespace Passthru.Findings.Rules;

/// <summary>Firmware and kernel: what has to be there before any device can be handed out.</summary>
internal static class PlatformRules
{
    private static readonly FindingRule OffInFirmware = new(
        "iommu-off-in-firmware", Bucket.Isolation, Stage.Firmware, "PassthruIommuDisabled",
        "Enable VT-d (Intel), AMD-Vi/IOMMU (AMD) or the SMMU in the firmware setup, then reboot.");

    private static readonly FindingRule OffInKernel = new(
        "iommu-off-in-kernel", Bucket.Isolation, Stage.Kernel, "PassthruIommuDisabled",
        "Remove intel_iommu=off, amd_iommu=off or iommu=off from the kernel command line; on Intel add intel_iommu=on; then reboot.");

    private static readonly FindingRule NoRemapping = new(
        "interrupt-remapping-disabled", Bucket.Runtime, Stage.Kernel, "PassthruInterruptRemappingDisabled",
        "Remove intremap=off or nointremap from the kernel command line, enable x2APIC and interrupt remapping in the firmware, then reboot.");

    private static readonly FindingRule UnsafeInterrupts = new(
        "unsafe-interrupts-allowed", Bucket.Isolation, Stage.Kernel, "PassthruUnsafeInterruptsAllowed",
        "Remove allow_unsafe_interrupts from modprobe.d and the kernel command line, then reload vfio_iommu_type1 or reboot.");

    private static readonly FindingRule NoIommuMode = new(
        "noiommu-mode", Bucket.Isolation, Stage.Kernel, "PassthruNoIommuMode",
        "Remove enable_unsafe_noiommu_mode from modprobe.d and the kernel command line, then reload vfio or reboot.");

    private static readonly FindingRule ModuleMissing = new(
        "vfio-module-missing", Bucket.Ownership, Stage.Kernel, "PassthruVfioModuleMissing",
        "Load the driver with modprobe vfio-pci, and have it loaded at boot (/etc/modules-load.d).");

    private static readonly FindingRule OverrideActive = new(
        "acs-override-active", Bucket.Isolation, Stage.Kernel, "PassthruAcsOverrideActive",
        "Look at the layout without the override (passthru-exporter check names it), move devices to slots with groups of their own, and remove pcie_acs_override.");

    private static readonly FindingRule OverrideIgnored = new(
        "acs-override-ignored", Bucket.Isolation, Stage.Kernel, "PassthruAcsOverrideActive",
        "Remove pcie_acs_override from the command line: this kernel does not know it.");

    private static readonly FindingRule OverrideContradicted = new(
        "acs-override-contradicted", Bucket.Isolation, Stage.Kernel, "PassthruAcsOverrideActive",
        "Boot once without pcie_acs_override and compare the groups: the difference is what the override draws.");

    public static readonly Rule[] All =
    [
        new(OffInFirmware, it => IommuIsOff(it) && !FirmwareOffers(it) ? [Iommu(it, OffInFirmware, "The IOMMU is off, and the firmware does not offer one.",
            "sys/firmware/acpi/tables has none of DMAR, IVRS, IORT")] : []),
        new(OffInKernel, it => IommuIsOff(it) && FirmwareOffers(it) ? [Iommu(it, OffInKernel, "The firmware offers an IOMMU, and the kernel does not use it.",
            $"sys/firmware/acpi/tables/{string.Join(", ", it.Facts.Platform!.FirmwareTables!.Value.Order())} is there, sys/class/iommu is empty")] : []),
        new(NoRemapping, it => it.Facts.Platform?.InterruptRemapping == false && it.Report.IommuEnabled == true
            ? [Finding.OfHost(NoRemapping, Severity.Warning, "Interrupts do not go through the IOMMU: VFIO refuses devices, or a guest can inject interrupts.",
                "no interrupt chip in /proc/interrupts is named IR-...")] : []),
        new(UnsafeInterrupts, it => it.Facts.Kernel?.UnsafeInterruptsAllowed == true
            ? [Finding.OfHost(UnsafeInterrupts, Severity.Warning, "VFIO accepts devices without interrupt remapping: a guest can inject interrupts into the host.",
                "allow_unsafe_interrupts of vfio_iommu_type1 or iommufd is Y")] : []),
        new(NoIommuMode, it => it.Facts.Kernel?.NoIommuMode == true
            ? [Finding.OfHost(NoIommuMode, Severity.Warning, "VFIO hands devices out without an IOMMU: a guest can read and write all of the host's memory.",
                "sys/module/vfio/parameters/enable_unsafe_noiommu_mode is Y")] : []),
        new(ModuleMissing, it => it.IsAnythingReserved && it.Facts.Platform?.Hypervisor?.HasIommu != true && it.Facts.Kernel?.Modules?.Has("vfio_pci") == false
            ? [Finding.OfHost(ModuleMissing, Severity.Warning, "Devices are expected on VFIO, and the kernel has no vfio-pci loaded.", "sys/module/vfio_pci is absent")] : []),
        new(OverrideActive, it => it.Report.AcsOverride.Active == true
            ? [Finding.OfHost(OverrideActive, Severity.Warning, $"The ACS override is on ({string.Join(", ", it.Report.AcsOverride.Options)}): groups may be apart in name only.",
                ["proc/cmdline has pcie_acs_override", .. it.Report.AcsOverride.Witnesses.Select(witness => witness.Evidence)])] : []),
        new(OverrideIgnored, it => it.Report.AcsOverride is { Requested: true, Supported: false }
            ? [Finding.OfHost(OverrideIgnored, Severity.Info, "The ACS override is asked for, and this kernel ignores it.",
                ["proc/cmdline has pcie_acs_override", .. it.Report.AcsOverride.Witnesses.Select(witness => witness.Evidence)])] : []),
        new(OverrideContradicted, it => it.Report.AcsOverride is { Requested: true, IsContradictory: true } acsOverride
            ? [Finding.OfHost(OverrideContradicted, Severity.Info,
                $"Whether the ACS override is in force is contradictory: {Names.And([.. acsOverride.Witnesses.Where(witness => witness.Carried).Select(witness => witness.Evidence)])}, but {Names.And([.. acsOverride.Witnesses.Where(witness => !witness.Carried).Select(witness => witness.Evidence)])}.",
                [.. acsOverride.Witnesses.Select(witness => witness.Evidence)])] : []),
    ];

    private static bool IommuIsOff(Judged it) => it.Report.IommuEnabled == false && it.Facts.Platform?.FirmwareTables is not null;

    private static bool FirmwareOffers(Judged it) => it.Facts.Platform!.FirmwareTables!.Value.Length > 0;

    private static Finding Iommu(Judged it, FindingRule rule, string cause, string evidence) =>
        Finding.OfHost(rule, it.IsAnythingReserved ? Severity.Critical : Severity.Info, cause, evidence);
}
