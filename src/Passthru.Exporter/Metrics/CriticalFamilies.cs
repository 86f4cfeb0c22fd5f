using Passthru.Findings;

namespace Passthru.Exporter.Metrics;

internal static class CriticalFamilies
{
    public static readonly Family[] All =
    [
        Family.Gauge("passthru_device_critical", "Endpoints that the host, its guests or its services use now, one series for each reason found.", ["device", "reason"],
            view => from device in view.Report.Devices ?? []
                    from use in device.Critical
                    select Sample.Info(use.Function.ToString(), Label(use.Reason))),
    ];

    public static string Label(CriticalReason reason) => reason switch
    {
        CriticalReason.RootDisk => "root_disk",
        CriticalReason.MountedDisk => "mounted_disk",
        CriticalReason.Swap => "swap",
        CriticalReason.BootDisk => "boot_disk",
        CriticalReason.VmDisk => "vm_disk",
        CriticalReason.StorageService => "storage_service",
        CriticalReason.DefaultRoute => "default_route",
        CriticalReason.ManagementNetwork => "management_network",
        CriticalReason.GuestNetwork => "guest_network",
        CriticalReason.BootDisplay => "boot_display",
        CriticalReason.ContainerDevice => "container_device",
        _ => "keyboard",
    };
}
