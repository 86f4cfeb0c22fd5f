using Passthru.Findings.Values;

namespace Passthru.Findings.Rules;

/// <summary>Firmware and kernel: what has to be there before any device can be passed through.</summary>
internal static class PlatformRules
{
    private static readonly FindingKind OffInFirmware = new(
        "iommu-off-in-firmware", Bucket.Isolation, Stage.Firmware, "PassthruIommuDisabled",
        "Enable VT-d (Intel), AMD-Vi/IOMMU (AMD) or the SMMU in the firmware setup, then reboot.");

    private static readonly FindingKind OffInKernel = new(
        "iommu-off-in-kernel", Bucket.Isolation, Stage.Kernel, "PassthruIommuDisabled",
        "Remove intel_iommu=off, amd_iommu=off or iommu=off from the kernel command line; on Intel add intel_iommu=on; then reboot.");

    private static readonly FindingKind NoRemapping = new(
        "interrupt-remapping-disabled", Bucket.Runtime, Stage.Kernel, "PassthruInterruptRemappingDisabled",
        "Remove intremap=off or nointremap from the kernel command line, enable x2APIC and interrupt remapping in the firmware, then reboot.");

    private static readonly FindingKind UnsafeInterrupts = new(
        "unsafe-interrupts-allowed", Bucket.Isolation, Stage.Kernel, "PassthruUnsafeInterruptsAllowed",
        "Remove allow_unsafe_interrupts from modprobe.d and the kernel command line, then reload vfio_iommu_type1 or reboot.");

    private static readonly FindingKind NoIommuMode = new(
        "noiommu-mode", Bucket.Isolation, Stage.Kernel, "PassthruNoIommuMode",
        "Remove enable_unsafe_noiommu_mode from modprobe.d and the kernel command line, then reload vfio or reboot.");

    private static readonly FindingKind ModuleMissing = new(
        "vfio-module-missing", Bucket.Ownership, Stage.Kernel, "PassthruVfioModuleMissing",
        "Load the driver with modprobe vfio-pci, and have it loaded at boot (/etc/modules-load.d).");

    private static readonly FindingKind OverrideActive = new(
        "acs-override-active", Bucket.Isolation, Stage.Kernel, "PassthruAcsOverrideActive",
        "Look at the layout without the override (passthru-exporter check names it), move devices to slots with groups of their own, and remove pcie_acs_override.");

    private static readonly FindingKind OverrideIgnored = new(
        "acs-override-ignored", Bucket.Isolation, Stage.Kernel, "PassthruAcsOverrideActive",
        "Remove pcie_acs_override from the command line: this kernel does not know it.");

    private static readonly FindingKind OverrideContradicted = new(
        "acs-override-contradicted", Bucket.Isolation, Stage.Kernel, "PassthruAcsOverrideActive",
        "Boot once without pcie_acs_override and compare the groups: the difference is what the override draws.");

    public static readonly Rule[] All =
    [
        new(OffInFirmware, input => IommuIsOff(input) && !FirmwareOffers(input) ? [Iommu(input, OffInFirmware, "The IOMMU is off, and the firmware does not offer one.",
            "sys/firmware/acpi/tables has none of DMAR, IVRS, IORT")] : []),
        new(OffInKernel, input => IommuIsOff(input) && FirmwareOffers(input) ? [Iommu(input, OffInKernel, "The firmware offers an IOMMU, and the kernel does not use it.",
            $"sys/firmware/acpi/tables/{string.Join(", ", input.Facts.Platform!.FirmwareTables!.Value.Order())} is there, sys/class/iommu is empty")] : []),
        new(NoRemapping, input => input.Facts.Platform?.InterruptRemapping == false && input.Report.IommuEnabled == true
            ? [Finding.ForHost(NoRemapping, Severity.Warning, "Interrupts do not go through the IOMMU: VFIO refuses devices, or a guest can inject interrupts.",
                "no interrupt chip in /proc/interrupts is named IR-...")] : []),
        new(UnsafeInterrupts, input => input.Facts.Kernel?.UnsafeInterruptsAllowed == true
            ? [Finding.ForHost(UnsafeInterrupts, Severity.Warning, "VFIO accepts devices without interrupt remapping: a guest can inject interrupts into the host.",
                "allow_unsafe_interrupts of vfio_iommu_type1 or iommufd is Y")] : []),
        new(NoIommuMode, input => input.Facts.Kernel?.NoIommuMode == true
            ? [Finding.ForHost(NoIommuMode, Severity.Warning, "VFIO gives devices to VMs without an IOMMU: a guest can read and write all of the host's memory.",
                "sys/module/vfio/parameters/enable_unsafe_noiommu_mode is Y")] : []),
        new(ModuleMissing, input => input.IsAnythingReserved && input.Facts.Platform?.Hypervisor?.HasIommu != true && input.Facts.Kernel?.Modules?.Has("vfio_pci") == false
            ? [Finding.ForHost(ModuleMissing, Severity.Warning, "Devices are expected on VFIO, and the kernel has no vfio-pci loaded.", "sys/module/vfio_pci is absent")] : []),
        new(OverrideActive, input => input.Report.AcsOverride.Active == true
            ? [Finding.ForHost(OverrideActive, Severity.Warning, $"The ACS override is on ({string.Join(", ", input.Report.AcsOverride.Options)}): some groups may be separated only by it.",
                ["proc/cmdline has pcie_acs_override", .. input.Report.AcsOverride.Witnesses.Select(witness => witness.Evidence)])] : []),
        new(OverrideIgnored, input => input.Report.AcsOverride is { Requested: true, Supported: false }
            ? [Finding.ForHost(OverrideIgnored, Severity.Info, "The ACS override is asked for, and this kernel ignores it.",
                ["proc/cmdline has pcie_acs_override", .. input.Report.AcsOverride.Witnesses.Select(witness => witness.Evidence)])] : []),
        new(OverrideContradicted, input => input.Report.AcsOverride is { Requested: true, IsContradictory: true } acsOverride
            ? [Finding.ForHost(OverrideContradicted, Severity.Info,
                $"Whether the ACS override is in force is contradictory: {Names.And([.. acsOverride.Witnesses.Where(witness => witness.Carried).Select(witness => witness.Evidence)])}, but {Names.And([.. acsOverride.Witnesses.Where(witness => !witness.Carried).Select(witness => witness.Evidence)])}.",
                [.. acsOverride.Witnesses.Select(witness => witness.Evidence)])] : []),
    ];

    private static bool IommuIsOff(RuleInput input) => input.Report.IommuEnabled == false && input.Facts.Platform?.FirmwareTables is not null;

    private static bool FirmwareOffers(RuleInput input) => input.Facts.Platform!.FirmwareTables!.Value.Length > 0;

    private static Finding Iommu(RuleInput input, FindingKind rule, string cause, string evidence) =>
        Finding.ForHost(rule, input.IsAnythingReserved ? Severity.Critical : Severity.Info, cause, evidence);
}
