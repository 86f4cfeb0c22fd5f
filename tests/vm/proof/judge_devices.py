"""What the page has to say of devices."""

SOURCES = ("config", "driver_override")        # the stronger one first


def expect(machine, all_devices):
    endpoints = [f for f in machine.functions.values() if f.endpoint]
    counts = {}
    for function in endpoints:
        owners = counts.setdefault(function.kind, {"vfio": 0, "host": 0, "stub": 0, "none": 0})
        owners[function.owner] += 1
        yield "passthru_device_info", {
            "device": function.address, "group": function.group or "", "vendor_id": function.vendor, "device_id": function.device,
            "subsystem_id": function.subsystem, "class": function.class_code, "kind": function.kind,
            "vendor": function.named("Vendor"), "model": function.named("Device"), "numa_node": function.numa_node}, 1
        yield "passthru_device_driver_info", {"device": function.address, "driver": function.driver or "", "owner": function.owner}, 1
        for reason in machine.critical.get(function.address, ()):
            yield "passthru_device_critical", {"device": function.address, "reason": reason}, 1
        if all_devices or function.address in machine.candidates:
            yield from _candidate(machine, function)
    for kind, owners in counts.items():
        for owner, count in owners.items():
            if count or (owner == "vfio" and kind != "other"):
                yield "passthru_devices", {"kind": kind, "owner": owner}, count
    for address in machine.claims:
        yield from _claimed(machine, address)


def contradictions(machine):
    """Where lspci and sysfs tell of resets, links and power differently. A bit in config space may stay unused, never the other way."""
    for function in machine.functions.values():
        said = function.evidence.said
        if function.port == "Endpoint" and "flr" in function.reset_alone() and said(function.address, r"(FLReset\+)") is None:
            yield f"{function.address}: the kernel resets it by FLR, lspci sees no FLR"
        state = said(function.address, r"^\t\tStatus: (D\d)")
        if state and function.awake != (state == "D0"):
            yield f"{function.address}: {state} for lspci, {function.evidence.value(function.address, 'power_state')} for the kernel"
        total = function.evidence.value(function.address, "sriov_totalvfs")
        able = said(function.address, r"Total VFs: (\d+)")
        if (total is None) != (able is None) or (total and int(total) > int(able)):     # a driver may offer fewer, as igb does
            yield f"{function.address}: sriov_totalvfs {total}, lspci {able}"


def _candidate(machine, function):
    labels = {"device": function.address}
    evidence = function.evidence
    methods = machine.reset_methods(function)
    yield "passthru_device_flr_capable", labels, bool({"flr", "af_flr"} & set(function.reset_alone()))
    if methods is not None:
        yield "passthru_device_reset_methods", labels, len(methods)
    if methods:
        yield "passthru_device_reset_method_info", {**labels, "method": methods[0]}, 1
    if machine.hot_reset(function) is not None and (function.owner == "vfio" or function.address in machine.claims):
        yield "passthru_device_hot_reset_possible", labels, machine.hot_reset(function)
    yield "passthru_device_power_state_info", {**labels, "state": evidence.value(function.address, "power_state")}, 1
    yield "passthru_device_d3cold_allowed", labels, evidence.value(function.address, "d3cold_allowed")
    yield from _link(function)
    for severity in ("correctable", "nonfatal", "fatal"):
        for line in evidence.attributes[function.address].get(f"aer_dev_{severity}", []):
            if line.startswith("TOTAL_ERR_"):
                yield "passthru_device_aer_errors_total", {**labels, "severity": severity}, line.split()[1]
    total = evidence.value(function.address, "sriov_totalvfs")
    if total is not None:
        yield "passthru_device_sriov_total_vfs", labels, total
        yield "passthru_device_sriov_vfs", labels, len(evidence.virtual_functions(function.address))


def _link(function):
    """As lspci decodes the registers; of a virtual function they say nothing."""
    labels = {"device": function.address}
    for register, speed_family, width_family in (
            ("LnkCap", "passthru_device_link_max_transfers_per_second", "passthru_device_link_max_width"),
            ("LnkSta", "passthru_device_link_speed_transfers_per_second", "passthru_device_link_width")):
        speed, width = (function.evidence.said(function.address, rf"{register}:\s.*?{pattern}") for pattern in (r"Speed ([\d.]+)GT/s", r"Width x(\d+)"))
        if function.awake and speed:
            yield speed_family, labels, float(speed) * 1e9
        if function.awake and width:
            yield width_family, labels, width


def _claimed(machine, address):
    sources = [source for source in SOURCES if source in machine.claims[address]]
    function = machine.functions.get(address)
    for source in sources:
        yield "passthru_device_expected_owner_info", {"device": address, "owner": "vfio", "source": source, "when": "always"}, 1
    yield "passthru_device_ownership_mismatch", {"device": address}, function is None or function.owner != "vfio"
    if "config" in sources:
        yield "passthru_device_missing", {"device": address}, function is None
    yield "passthru_device_needed", {"device": address}, 1                # by settings of the host, which hold always
    yield "passthru_reservation_info", {
        "device": address, "group": function and function.group or "", "kind": function.kind if function else "",
        "model": function.named("Device") if function else "", "driver": function and function.driver or "",
        "source": sources[0], "vm": machine.expected.get(address, "")}, 1
