"""What the page has to say of virtual machines that run without a manager, and of all that hold a group."""

from dataclasses import dataclass


@dataclass(frozen=True)
class RunningVm:
    """Told by who started it; which process it is and what it has are the machine's own words."""

    platform: str
    name: str = ""              # as it was given, or none
    vm: str = ""                # the label, where that is not the name
    has_kvm: bool = True

    def label(self, pid):
        return self.vm or self.name or f"pid-{pid}"


def expect(machine):
    for vm, pid, devices in machine.running:
        labels = {"vm": vm.label(pid), "platform": vm.platform}
        yield "passthru_vm_info", {**labels, "name": vm.name, "machine": "", "firmware": "", "guest_os": ""}, 1
        yield "passthru_vm_running", labels, 1
        yield "passthru_vm_missing_devices", labels, 0
        for number, device in enumerate(devices):
            yield "passthru_vm_device_info", {**labels, "device": device, "slot": f"device{number}"}, 1
    for group, pids in machine.holders.items():
        for pid in pids:
            yield "passthru_iommu_group_holder_info", {"group": group, **_holder(machine, pid)}, 1


def contradictions(machine):
    for vm, pid, _ in machine.running:
        if vm.has_kvm != ("anon_inode:kvm-vm" in machine.evidence.descriptors()[pid]):
            yield f"process {pid}, VM {vm.label(pid)}: {'has no' if vm.has_kvm else 'has a'} VM of KVM open"


def _holder(machine, pid):
    program = machine.evidence.programs()[pid]
    for vm, its_pid, _ in machine.running:
        if pid == its_pid:
            return {"platform": vm.platform, "vm": vm.vm or vm.name, "program": program}
    return {"platform": "none", "vm": "", "program": program}
