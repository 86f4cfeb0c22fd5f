"""What the page has to say of IOMMU groups."""

KIND_ORDER = ("gpu", "accelerator", "nvme", "storage", "network", "usb", "audio", "other")
STATES = ("blocked", "in_use", "reserved", "available", "host", "unknown")


def expect(machine, all_groups):
    by_state = {}
    covered = machine.groups if all_groups else machine.candidate_groups()
    for name, members in machine.groups.items():
        yield "passthru_iommu_group_devices", {"group": name}, len(members)
        yield "passthru_iommu_group_endpoints", {"group": name}, sum(machine.functions[a].endpoint for a in members)
        group = Group(machine, name, members)
        if name in machine.candidate_groups():
            by_state.setdefault(group.kind(), []).append(group.state())
        if name in covered:
            yield from group.expect()
    for kind, states in by_state.items():
        for state in STATES:
            yield "passthru_iommu_groups_by_state", {"state": state, "kind": kind}, states.count(state)
    if machine.groups and machine.evidence.lines("units"):
        yield "passthru_isolation_model_matches", {}, all(Group(machine, name, members).is_as_hardware_draws_it() for name, members in machine.groups.items())


def contradictions(machine):
    """Where the kernel itself, asked through VFIO, finds a group usable and its rule as written here does not, or the other way."""
    for line in machine.evidence.lines("viable"):
        name, told = line.split()
        if told != "held" and name in machine.groups and (told == "1") != Group(machine, name, machine.groups[name]).viable():
            yield f"group {name}: viable={told} for the kernel, not so by its rule"


class Group:
    """One group, judged by the rules of the kernel and of the metrics' contract."""

    def __init__(self, machine, name, members):
        self._machine = machine
        self._name = name
        self._members = [machine.functions[address] for address in members]
        self._regions = machine.evidence.files.get(f"/sys/kernel/iommu_groups/{name}/reserved_regions", [])
        self._held = machine.holders.get(name, set())

    def expect(self):
        labels = {"group": self._name}
        machine = self._machine
        yield "passthru_iommu_group_viable", labels, self.viable()
        if self._held <= {pid for _, pid, _ in machine.running}:
            # What holds a disk here is no VM: it may serve the disk to others, so the exporter says nothing.
            yield "passthru_iommu_group_critical_devices", labels, len(self._critical())
        if sum(f.endpoint for f in self._members) > 1:
            yield "passthru_iommu_group_shared_critical", labels, self._shared()
        yield "passthru_iommu_group_reserved_direct_regions", labels, self._direct()
        if self._held or (any(f.owner == "vfio" or f.address in machine.claims for f in self._members) and not self._left_enabled()):
            # No manager is here whose word could make a process left over.
            yield "passthru_iommu_group_holders", labels, len(self._held)
            yield "passthru_iommu_group_stale_holders", labels, 0
            if any(machine.expected.get(f.address) for f in self._members):
                yield "passthru_iommu_group_service_holders", labels, len(self._held - {pid for _, pid, _ in machine.running})
        domain = machine.evidence.file(f"/sys/kernel/iommu_groups/{self._name}/type") or ""
        yield "passthru_iommu_group_state_info", {**labels, "state": self.state(), "domain": domain}, 1
        if machine.evidence.lines("units"):
            opened = self._ports_switched_off()                         # no guest has a kernel with the override
            yield "passthru_iommu_group_isolated", labels, not opened
            if opened:
                yield "passthru_iommu_group_hardware_devices", labels, len(self._members) + len(opened)
            if self._below_a_switch():
                yield "passthru_iommu_group_peer_reachable_devices", labels, self._peers()

    def kind(self):
        return min((f.kind for f in self._members if f.endpoint), key=KIND_ORDER.index)

    def state(self):
        on_vfio = [f for f in self._members if f.owner == "vfio"]
        if self._held or self._part_is_held() or any(self._machine.evidence.value(f.address, "enable") != "0" for f in on_vfio):
            return "in_use"
        if self._critical() or self._direct() or (on_vfio and not self.viable()):
            return "blocked"
        if any(f.address in self._machine.claims for f in self._members):
            return "reserved"
        endpoints = [f for f in self._members if f.endpoint]
        return "available" if all(f.owner in ("vfio", "none") or f.driver == "pci-stub" for f in endpoints) else "host"

    def _left_enabled(self):
        """Enabled on VFIO, and nobody is seen to hold it: a driver of the host may have left it so, which looks like a holder that is hidden."""
        return any(f.owner == "vfio" and self._machine.evidence.value(f.address, "enable") != "0" for f in self._members)

    def is_as_hardware_draws_it(self):
        """No port above has lost its ACS since the group was made, and none in it, with something below, has got it since."""
        wider = any(f.redirects() and f.port in ("Root Port", "Downstream Port") and self._below(f, own=True) for f in self._members)
        return not wider and not self._ports_switched_off()

    def _ports_switched_off(self):
        """Ports above, of other groups, that could keep what is below apart and have been told not to."""
        return [port for port in self._machine.functions.values()
                if port not in self._members and port.switched_off() and any(f in self._members for f in self._below(port, own=True))]

    def _part_is_held(self):
        """A virtual function of a member is held: the member can go nowhere."""
        mine = {f.address for f in self._members}
        return any(
            f.virtual and self._machine.evidence.link(f.address, "physfn") in mine and self._machine.holders.get(f.group)
            for f in self._machine.functions.values())

    def viable(self):
        """Linux 5.19: no driver, one that leaves DMA to its user, or pcieport on a bridge."""
        return not self._direct() and all(
            f.owner in ("vfio", "none") or f.driver == "pci-stub" or (f.driver == "pcieport" and not f.endpoint) for f in self._members)

    def _direct(self):
        return sum(region.endswith(" direct") for region in self._regions)

    def _critical(self):
        return [f for f in self._members if f.address in self._machine.critical]

    def _shared(self):
        claims = self._machine.claims
        critical = self._critical()
        displays = {f.address[:-2] for f in critical if f.kind == "gpu"}
        wanted = {f.address for f in self._members if f.address in claims or (
            f.endpoint and f.kind != "other"
            and (f.owner == "vfio" or (f not in critical and f.address[:-2] not in displays)))}
        given_away = {f.address for f in critical if f.address in claims and self._machine.critical[f.address] <= {"boot_display", "keyboard"}}
        return any(wanted - {f.address} for f in critical if f.address not in given_away)

    def _peers(self):
        """Endpoints of other groups below a sibling of the port that leads here, both of one switch, where that sibling does not redirect."""
        reach = set()
        for port in self._ports():
            for sibling in self._ports_of_switch(port):
                if sibling != port and not sibling.redirects() and self._below(port, own=True):
                    reach |= {f.address for f in self._below(sibling, own=False)}
        return len(reach)

    def _below_a_switch(self):
        return any(f in self._members or self._below(f, own=True) for f in self._ports())

    def _ports(self):
        return [f for f in self._machine.functions.values() if f.port == "Downstream Port"]

    def _ports_of_switch(self, port):
        bus = port.address.rsplit(":", 1)[0]
        return [f for f in self._ports() if f.address.rsplit(":", 1)[0] == bus]

    def _below(self, port, own):
        numbers = [port.evidence.said(port.address, rf"{word}=([0-9a-f]+)") for word in ("secondary", "subordinate")]
        if None in numbers:
            return []
        first, last = (int(number, 16) for number in numbers)
        domain = port.address.split(":")[0]
        return [f for f in self._machine.functions.values()
                if f.endpoint and f.address.startswith(domain + ":") and first <= int(f.address.split(":")[1], 16) <= last
                and (f.group == self._name) == own]
