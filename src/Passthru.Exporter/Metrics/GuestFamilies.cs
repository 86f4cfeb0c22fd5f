using Passthru.Facts.Guests;
using Passthru.Findings.Guests;

namespace Passthru.Exporter.Metrics;

internal static class GuestFamilies
{
    public static readonly Family[] All =
    [
        Family.Gauge("passthru_vm_info", "VMs that take host devices; vm is the VMID of Proxmox VE or the domain name of libvirt.",
            ["vm", "name", "platform", "machine", "firmware", "guest_os"],
            view => Each(view).Select(Info)),
        Family.Gauge("passthru_vm_running", "Whether the VM runs.", ["vm", "platform"],
            view => Each(view).SelectMany(guest => Sample.Of(guest.IsRunning, Labels(guest)))),
        Family.Gauge("passthru_vm_autostart", "Whether the VM starts with the host (Proxmox VE onboot or its HA manager, libvirt autostart).", ["vm", "platform"],
            view => Each(view).SelectMany(guest => Sample.Of(guest.Guest.StartsWithHost, Labels(guest)))),
        Family.Gauge("passthru_vm_pending_changes", "Whether the next start of the VM takes other devices than it has now.", ["vm", "platform"],
            view => Each(view).SelectMany(guest => Sample.Of(guest.HasPendingChanges, Labels(guest)))),
        Family.Gauge("passthru_vm_device_info", "Host devices that the VM is configured to take, wholly or a mediated part, with the entry that says so.", ["vm", "platform", "device", "slot"],
            view => from guest in Each(view)
                    from function in guest.Functions.Distinct()
                    select Sample.Info([.. Labels(guest), function.Address.ToString(), function.Slot])),
        Family.Gauge("passthru_vm_config_issue", "Whether the configuration of the VM has a known mistake, for each check that applies to it.", ["vm", "platform", "issue"],
            view => from guest in Each(view)
                    from issue in guest.Issues
                    select new Sample(issue.IsPresent ? 1 : 0, [.. Labels(guest), issue.Check.Id])),
        Family.Gauge("passthru_vm_start_critical_devices", "Functions the host itself lives on that starting the VM would take (Proxmox VE binds the whole IOMMU group).", ["vm", "platform"],
            view => Each(view).SelectMany(guest => Sample.Of(guest.StartTakesCritical?.Length, Labels(guest)))),
        Family.Gauge("passthru_vm_start_critical_device_info", "Each of these functions, and why the host needs it.", ["vm", "platform", "device", "reason"],
            view => from guest in Each(view)
                    from device in view.Report.Devices ?? []
                    where guest.StartTakesCritical?.Contains(device.Function.Address) == true
                    from reason in device.Critical.Select(use => use.Reason).Distinct()
                    select Sample.Info([.. Labels(guest), device.Function.Address.ToString(), CriticalFamilies.Label(reason)])),
        Family.Gauge("passthru_vm_missing_devices", "Host devices of the VM that are not on the bus, or are another device now.", ["vm", "platform"],
            view => Each(view).SelectMany(guest => Sample.Of(guest.MissingDevices, Labels(guest)))),
        Family.Gauge("passthru_unit_active", "Whether a systemd unit that passthrough stands on is active.", ["unit"],
            view => (view.Facts.Systemd?.Services ?? []).Select(unit => new Sample(unit.IsActive ? 1 : 0, unit.Name))),
    ];

    private static IEnumerable<GuestVerdict> Each(View view) => view.Report.Guests ?? [];

    private static Sample Info(GuestVerdict verdict)
    {
        var guest = verdict.Guest;
        return Sample.Info(guest.Id, guest.Name ?? "", guest.Manager.Name, guest.Machine ?? "", Label(guest.Firmware), guest.OperatingSystem ?? "");
    }

    private static string[] Labels(GuestVerdict guest) => [guest.Guest.Id, guest.Guest.Manager.Name];

    private static string Label(GuestFirmware? firmware) => firmware switch
    {
        GuestFirmware.Bios => "bios",
        GuestFirmware.Uefi => "uefi",
        _ => "",
    };
}
