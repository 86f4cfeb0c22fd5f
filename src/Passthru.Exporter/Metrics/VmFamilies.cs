using Passthru.Facts.Vms;
using Passthru.Findings.NextStart;
using Passthru.Findings.Starts;

namespace Passthru.Exporter.Metrics;

internal static class VmFamilies
{
    public static readonly Family[] All =
    [
        Family.Gauge("passthru_vm_info", "VMs that take host devices; vm is the VMID of Proxmox VE or the domain name of libvirt.",
            ["vm", "name", "platform", "machine", "firmware", "guest_os"],
            view => Each(view).Select(Info)),
        Family.Gauge("passthru_vm_running", "Whether the VM runs.", ["vm", "platform"],
            view => Each(view).SelectMany(vm => Sample.From(vm.IsRunning, Labels(vm)))),
        Family.Gauge("passthru_vm_autostart", "Whether the VM starts with the host (Proxmox VE onboot or its HA manager, libvirt autostart).", ["vm", "platform"],
            view => Each(view).SelectMany(vm => Sample.From(vm.Vm.StartsWithHost, Labels(vm)))),
        Family.Gauge("passthru_vm_pending_changes", "Whether the next start of the VM takes other devices than it has now.", ["vm", "platform"],
            view => Each(view).SelectMany(vm => Sample.From(vm.HasPendingChanges, Labels(vm)))),
        Family.Gauge("passthru_vm_last_start_successful", "Whether the last start of the VM went through, by the log of its manager.", ["vm", "platform"],
            view => Each(view).SelectMany(vm => Sample.From(vm.Starts.Last?.Succeeded, Labels(vm)))),
        Family.Gauge("passthru_vm_last_start_timestamp_seconds", "When that start began, in Unix time.", ["vm", "platform"],
            view => Each(view).SelectMany(vm => Sample.From((double?)vm.Starts.Last?.At.ToUnixTimeSeconds(), Labels(vm)))),
        Family.Gauge("passthru_vm_last_start_failure_info", "Why the last start failed (busy, not_viable, device_gone, mapping, rom, reset, memory, rmrr, permission, config, other); while the last start is a failed one.",
            ["vm", "platform", "reason"],
            view => from vm in Each(view)
                    where vm.Starts.Failure is not null
                    select Sample.Info([.. Labels(vm), StartWords.Of(vm.Starts.Failure!.Reason)])),
        Family.Counter("passthru_vm_starts_total", "Starts of the VM since the host's boot, so far as the logs of its manager reach.", ["vm", "platform", "result"],
            view => Each(view).SelectMany(vm => Sample.From((double?)vm.Starts.Succeeded, [.. Labels(vm), "ok"]).Concat(Sample.From((double?)vm.Starts.Failed, [.. Labels(vm), "failed"])))),
        Family.Gauge("passthru_vm_device_info", "Host devices that the VM is configured to take, wholly or a mediated part, with the entry that says so.", ["vm", "platform", "device", "slot"],
            view => from vm in Each(view)
                    from function in vm.Functions.Distinct()
                    select Sample.Info([.. Labels(vm), function.Address.ToString(), function.Slot])),
        Family.Gauge("passthru_vm_config_issue", "Whether the configuration of the VM has a known mistake, for each check that applies to it.", ["vm", "platform", "issue"],
            view => from vm in Each(view)
                    from issue in vm.Issues
                    select new Sample(issue.IsPresent ? 1 : 0, [.. Labels(vm), issue.Check.Id])),
        Family.Gauge("passthru_vm_start_critical_devices", "Host-critical functions that starting the VM would take (Proxmox VE binds the whole IOMMU group).", ["vm", "platform"],
            view => Each(view).SelectMany(vm => Sample.From(vm.StartTakesCritical?.Length, Labels(vm)))),
        Family.Gauge("passthru_vm_start_critical_device_info", "Each of these functions, and why the host needs it.", ["vm", "platform", "device", "reason"],
            view => from vm in Each(view)
                    from device in view.Report.Devices ?? []
                    where vm.StartTakesCritical?.Contains(device.Function.Address) == true
                    from reason in device.Critical.Select(use => use.Reason).Distinct()
                    select Sample.Info([.. Labels(vm), device.Function.Address.ToString(), HostCriticalFamilies.Label(reason)])),
        Family.Gauge("passthru_vm_missing_devices", "Host devices of the VM that are not on the bus, or are another device now.", ["vm", "platform"],
            view => Each(view).SelectMany(vm => Sample.From(vm.MissingDevices, Labels(vm)))),
        Family.Gauge("passthru_unit_active", "Whether a systemd unit that passthrough stands on is active.", ["unit"],
            view => (view.Facts.Systemd?.Services ?? []).Select(unit => new Sample(unit.IsActive ? 1 : 0, unit.Name))),
    ];

    private static IEnumerable<VmVerdict> Each(View view) => view.Report.Vms ?? [];

    private static Sample Info(VmVerdict verdict)
    {
        var vm = verdict.Vm;
        return Sample.Info(vm.Id, vm.Name ?? "", vm.Manager.Name, vm.Machine ?? "", Label(vm.Firmware), vm.OperatingSystem ?? "");
    }

    private static string[] Labels(VmVerdict vm) => [vm.Vm.Id, vm.Vm.Manager.Name];

    private static string Label(VmFirmware? firmware) => firmware switch
    {
        VmFirmware.Bios => "bios",
        VmFirmware.Uefi => "uefi",
        _ => "",
    };
}
