using Passthru.Findings.HostCritical;

namespace Passthru.Exporter.Metrics;

internal static class HostCriticalFamilies
{
    public static readonly Family[] All =
    [
        Family.Gauge("passthru_device_critical", "Endpoints that the host, its guests or its services use now, one series for each reason found.", ["device", "reason"],
            view => from device in view.Report.Devices ?? []
                    from use in device.Critical
                    select Sample.Info(use.Function.ToString(), Label(use.Reason))),
    ];

    public static string Label(HostCriticalReason reason) => reason switch
    {
        HostCriticalReason.RootDisk => "root_disk",
        HostCriticalReason.MountedDisk => "mounted_disk",
        HostCriticalReason.Swap => "swap",
        HostCriticalReason.BootDisk => "boot_disk",
        HostCriticalReason.VmDisk => "vm_disk",
        HostCriticalReason.StorageService => "storage_service",
        HostCriticalReason.DefaultRoute => "default_route",
        HostCriticalReason.ManagementNetwork => "management_network",
        HostCriticalReason.GuestNetwork => "guest_network",
        HostCriticalReason.BootDisplay => "boot_display",
        HostCriticalReason.ContainerDevice => "container_device",
        _ => "keyboard",
    };
}
