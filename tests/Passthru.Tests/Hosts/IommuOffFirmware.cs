namespace Passthru.Tests.Hosts;

/// <summary>VT-d switched off in the firmware: no DMAR table, so nothing that "intel_iommu=on" could switch on.</summary>
internal static class IommuOffFirmware
{
    public static FakeHost Host()
    {
        var desktop = IntelDesktop.Host();
        return desktop with
        {
            CommandLine = desktop.CommandLine + " intel_iommu=on",
            AcpiTables = ["APIC", "FACP", "MCFG"],
            Units = [],
            InterruptRemapping = false,
            Virtualization = false,
            Functions = Parts.Ungrouped(desktop.Functions),
        };
    }
}
