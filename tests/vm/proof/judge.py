"""Holds a page against the machine it speaks of. Whatever differs, either way, is one line."""

from . import exposition, judge_devices, judge_groups, judge_host, judge_vms

# Not judged, and why. A family that is neither here nor expected must have no sample.
NOT_JUDGED = {
    "passthru_collector_duration_seconds": "how long a read took; the kernel does not know",
    "passthru_iommu_group_node_present": "devtmpfs makes the nodes with the groups, and no scenario removes one",
    "passthru_device_not_returned": "no scenario gives a device to a driver that does not take it",
    "passthru_build_info": "of the program, not of the machine",
    "passthru_kernel_event_last_timestamp_seconds": "dmesg has the stamps of printk, and records that serve reads live have the time of a clock",
    "passthru_kernel_events_suppressed_total": "no proof makes so many faults that the kernel holds some back",
    "passthru_device_upstream_port_info": "follows from the real path of the function, which the groups are judged by",
    "passthru_device_physical_function_info": "follows from physfn, which passthru_device_sriov_vfs is judged by",
    "passthru_port_aer_errors_total": "ports are no endpoints, which the evidence is of; read as those of endpoints, which are judged",
    "passthru_device_slot_info": "firmware and pciehp number the slots of QEMU's board, and lspci shows the ports' numbers only",
    "passthru_device_guest_interrupt_info": "QEMU and guests set interrupts up while the evidence is collected",
    "passthru_device_guest_interrupts_total": "counts on while the evidence is collected",
    "passthru_vm_last_start_successful": "from the logs of managers, which are no word of the kernel",
    "passthru_vm_last_start_timestamp_seconds": "the same",
    "passthru_vm_last_start_failure_info": "the same",
    "passthru_vm_starts_total": "the same",
    "passthru_device_rom_used": "follows from the configuration of VMs, of which the proofs have none with a ROM",
}
OF_THE_PROCESS = ("process_", "dotnet_")
COLLECTORS = ("platform", "kernel", "iommu", "pci", "usage", "proxmox", "libvirt", "incus", "processes", "boot", "kernel_log", "baseline")


def differences(page, machine, everything=False):
    """One line for each; everything: the page is printed by the verb metrics, with --collector.pci.all."""
    if exposition.trouble(page):
        return exposition.trouble(page)
    got, expected = exposition.parse(page), expectations(machine, everything)
    return _witnesses(machine) + [line for family in sorted(got.keys() | expected.keys()) if is_judged(family)
                                  for line in _of_family(family, got.get(family, {}), expected.get(family, {}))]


def expectations(machine, everything=False):
    """{family: {labels: number}}"""
    expected = {}
    for part in (judge_host.expect(machine), judge_groups.expect(machine, everything), judge_devices.expect(machine, everything), judge_vms.expect(machine),
                 _of_exporter(machine)):
        for family, labels, value in part:
            expected.setdefault(family, {})[frozenset(labels.items())] = float(value)
    if everything:
        expected.pop("passthru_kernel_log_records_lost_total")      # a single read does not know; serve follows the log
    return expected


def is_judged(family):
    return family not in NOT_JUDGED and not family.startswith(OF_THE_PROCESS)


def _witnesses(machine):
    return [f"witnesses disagree: {line}"
            for line in (*machine.contradictions, *judge_host.contradictions(machine),
                         *judge_groups.contradictions(machine), *judge_devices.contradictions(machine),
                         *judge_vms.contradictions(machine))]


def _of_exporter(machine):
    """Everything that is there can be read by root, but for a function that is being unbound while held; systemd is not there."""
    for collector in COLLECTORS:
        yield "passthru_collector_success", {"collector": collector}, not (collector == "pci" and machine.leaving)
    yield "passthru_config_last_reload_successful", {}, 1


def _of_family(family, got, expected):
    for labels in sorted(got.keys() | expected.keys(), key=sorted):
        if got.get(labels) != expected.get(labels):
            series = ",".join(f'{name}="{value}"' for name, value in sorted(labels))
            yield f"{family}{{{series}}}: page {_told(got.get(labels))}, machine {_told(expected.get(labels))}"


def _told(value):
    return "has none" if value is None else f"{value:.15g}"
