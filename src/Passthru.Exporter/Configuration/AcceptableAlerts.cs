namespace Passthru.Exporter.Configuration;

/// <summary>Alerts whose finding can be accepted: all but those about the exporter and its configuration. A test holds them against the rules.</summary>
internal static class AcceptableAlerts
{
    public static readonly string[] Names =
    [
        "PassthruAcsOverrideActive",
        "PassthruAerErrors",
        "PassthruBarConflict",
        "PassthruBlacklistIneffective",
        "PassthruCollectorFailing",
        "PassthruDeviceClaimedTwice",
        "PassthruDeviceLinkDegraded",
        "PassthruDeviceMissing",
        "PassthruDeviceNotResettable",
        "PassthruDeviceNotReturned",
        "PassthruDeviceResetFailed",
        "PassthruDeviceStuckInPowerState",
        "PassthruDeviceWithoutFlr",
        "PassthruDmaFaults",
        "PassthruGroupNotIsolated",
        "PassthruGroupNotViable",
        "PassthruGroupReservedByFirmware",
        "PassthruGroupSharedWithCriticalDevice",
        "PassthruGroupStaleHolder",
        "PassthruHostDeviceLost",
        "PassthruInitramfsStale",
        "PassthruInterruptConflict",
        "PassthruInterruptRemappingDisabled",
        "PassthruIommuDisabled",
        "PassthruIommuTimeout",
        "PassthruMemoryLimit",
        "PassthruNicPowerManagementRisk",
        "PassthruNoIommuMode",
        "PassthruOwnershipLost",
        "PassthruPortErrors",
        "PassthruRomInvalid",
        "PassthruTopologyChanged",
        "PassthruUnsafeInterruptsAllowed",
        "PassthruVfioModuleMissing",
        "PassthruVirtualFunctionsMissing",
        "PassthruVmBlackScreenRisk",
        "PassthruVmConfigInvalid",
        "PassthruVmMappingInvalid",
        "PassthruVmStartWouldTakeCriticalDevice",
        "PassthruVmWindowsGpuMisconfigured",
    ];
}
