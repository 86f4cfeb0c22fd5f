"""What the page has to say of the host as a whole."""

import re

from .evidence import ADDRESS

TABLES = ("DMAR", "IVRS", "IORT")
MODULES = ("vfio", "vfio_pci", "vfio_iommu_type1", "iommufd", "kvm", "kvm_intel", "kvm_amd", "vendor_reset")
PARAMETERS = re.compile(r"^(intel_iommu|amd_iommu|iommu|intremap|pcie_acs_override|pci|pcie_port_pm|iommu\..*|vfio[._].*|vfio_iommu_type1\..*)$")
KINDS = {"intel-iommu": "intel", "amd-iommu": "amd"}

# As the kernel's sources word them; what comes after the pattern's name is the function, where the line names one.
EVENTS = (
    ("dma_fault", r"DMAR: \[(?:DMA Read|DMA Write|INTR-REMAP)[^\]]*\] Request device \[(\S+)\]"),
    ("dma_fault", rf"({ADDRESS}): AMD-Vi: Event logged \[IO_PAGE_FAULT domain="),
    ("dma_fault", r"AMD-Vi: Event logged \[IO_PAGE_FAULT device=(\S+)"),
    ("irq_remapping_unavailable", r"()No interrupt remapping support"),
    ("irq_remapping_unavailable", r"()DMAR-IR: (?:Failed to enable irq remapping|Not enabling interrupt remapping)"),
    ("irq_remapping_unavailable", r"()AMD-Vi: Disabling interrupt remapping"),
    ("power_stuck", rf"({ADDRESS}): (?:Unable to change power state|can't change power state|[Rr]efused to change power state from \S+ to D0)"),
    ("port_error", rf"pcieport ({ADDRESS}): (?:AER: device recovery failed|AER: Uncorrect|PCIe Bus Error: severity=Uncorrect)"),
    ("device_lost", rf"({ADDRESS}): HC died; cleaning up"),
    ("no_flr", rf"({ADDRESS}): (?:Unsupported reset method '(?:af_)?flr'|All device reset methods disabled by user)"),
    ("reset_failed", rf"({ADDRESS}): not ready \d+ms after (?!resume|power up).+; giving up"),
    ("reset_timeout", rf"({ADDRESS}): timed out waiting for pending transaction; performing"),
    ("bar_conflict", rf"({ADDRESS}): BAR \d+.* can't reserve"),
    ("rom_invalid", rf"({ADDRESS}): Invalid PCI ROM (?:header|data) signature"),
    ("rmrr_refused", rf"({ADDRESS}): (?:Device is ineligible for IOMMU domain attach|Firmware has requested this device have a 1:1)"),
    ("bar_restore", rf"({ADDRESS}): vfio_bar_restore: "),
)


def expect(machine):
    evidence = machine.evidence
    yield "passthru_iommu_enabled", {}, bool(evidence.lines("units") and machine.groups)
    yield "passthru_iommu_groups", {}, len(machine.groups)
    for table in TABLES:
        yield "passthru_iommu_firmware_table_present", {"table": table}, table in evidence.lines("tables")
    for unit in evidence.lines("units"):
        yield "passthru_iommu_unit_info", {"unit": unit, "kind": _unit_kind(unit, evidence)}, 1
    yield "passthru_interrupt_remapping_enabled", {}, bool(re.search(r"\bIR-", evidence.text("interrupts")))
    for extension in ("vmx", "svm"):
        if re.search(rf"^flags\b.*\b{extension}\b", evidence.text("cpuinfo"), re.M):
            yield "passthru_cpu_virtualization_info", {"extension": extension}, 1
    yield from _kernel(evidence)
    yield from _override(machine)
    yield from _events(machine)


def contradictions(machine):
    """Where the log and the files tell of the IOMMU differently."""
    log = "\n".join(machine.lines)
    remapping = bool(re.search(r"DMAR-IR: Enabled IRQ remapping|AMD-Vi: Interrupt remapping enabled", log))
    if remapping != bool(re.search(r"\bIR-", machine.evidence.text("interrupts"))):
        yield f"interrupt remapping: {remapping} in the log, not so in /proc/interrupts"
    joined = "Adding to iommu group" in log
    if joined != bool(machine.groups):
        yield f"IOMMU: groups were {'made' if joined else 'not made'} by the log, not so in sysfs"
    for table in TABLES:
        if (f"ACPI: {table} 0x" in log) != (table in machine.evidence.lines("tables")):
            yield f"firmware table {table}: log and sysfs differ"


def _unit_kind(unit, evidence):
    for attributes, kind in KINDS.items():
        if f"/sys/class/iommu/{unit}/{attributes}" in evidence.present:
            return kind
    return "virtio" if "virtio" in evidence.links[f"/sys/class/iommu/{unit}"] else "other"


def _kernel(evidence):
    unsafe = [evidence.file(f"/sys/module/{module}/parameters/allow_unsafe_interrupts") for module in ("vfio_iommu_type1", "iommufd")]
    if any(unsafe):
        yield "passthru_unsafe_interrupts_allowed", {}, "Y" in unsafe
    loaded = {line.split()[0] for line in evidence.lines("modules")} | {
        line.rsplit("/", 1)[1].split(".")[0].replace("-", "_") for line in evidence.lines("builtin")}
    for module in MODULES:
        yield "passthru_module_loaded", {"module": module}, module in loaded
    if "vfio" in loaded:
        yield "passthru_noiommu_enabled", {}, evidence.file("/sys/module/vfio/parameters/enable_unsafe_noiommu_mode") == "Y"
    for word in set(evidence.text("cmdline").split()):
        name, _, value = word.partition("=")
        if PARAMETERS.match(name):
            yield "passthru_kernel_parameter_info", {"parameter": name, "value": value}, 1
    board = {"board_vendor": "board_vendor", "board_name": "board_name", "bios_version": "bios_version", "bios_date": "bios_date", "product": "product_name"}
    labels = {label: evidence.file(f"/sys/class/dmi/id/{file}") or "" for label, file in board.items()}
    yield "passthru_host_info", {"kernel": evidence.text("release").strip(), **labels}, 1
    policy = evidence.file("/sys/module/pcie_aspm/parameters/policy")
    if policy:
        yield "passthru_pcie_aspm_policy_info", {"policy": re.search(r"\[(\w+)\]", policy)[1]}, 1
    yield "passthru_host_boot_time_seconds", {}, int(re.search(r"^btime (\d+)", evidence.text("stat"), re.M)[1])


def _override(machine):
    values = re.findall(r"(?:^|\s)pcie_acs_override=(\S*)", machine.evidence.text("cmdline"))
    supported = bool(machine.evidence.text("kallsyms").strip())
    yield "passthru_acs_override_requested", {}, bool(values)
    yield "passthru_acs_override_supported", {}, supported
    yield "passthru_acs_override_active", {}, any("PCIe ACS overrides enabled" in line for line in machine.lines)
    for option in {option for value in values for option in value.split(",") if option}:
        yield "passthru_acs_override_option_info", {"option": option}, 1


def _events(machine):
    counts = {}
    for line in machine.lines:
        for event, pattern in EVENTS:
            found = re.search(pattern, line)
            if found:
                device = found[1] if not found[1] or found[1].count(":") == 2 else "0000:" + found[1]
                counts[event, device] = counts.get((event, device), 0) + 1
                break
    for (event, device), count in counts.items():
        yield "passthru_kernel_events_total", {"event": event, "device": device}, count
    yield "passthru_kernel_log_records_lost_total", {}, 0
