"""The machine as its own tools tell of it. Where two of them speak of one thing both are asked, and a difference is noted."""

import re

from .evidence import ADDRESS
from .stacked import Stacked

ISOLATING = ("SrcValid", "ReqRedir", "CmpltRedir", "UpstreamFwd")
STUBS = {"pci-stub", "pci-pf-stub", "pciback", "uio_pci_generic"}


class Machine:
    """Functions, groups and who has what; `contradictions` are places where the machine's own witnesses disagree."""

    def __init__(self, evidence, expected=(), vms=()):
        """expected: {address: vm} as the exporter's configuration file has it; vms: {address: RunningVm} that was given the function."""
        self.evidence = evidence
        self.expected = dict(expected)
        self.contradictions = []
        self.functions = {address: self._function(address) for address in evidence.addresses}
        self.groups = self._groups()
        self.lines = [re.sub(r"^\[ *[0-9.]+\] ", "", line) for line in evidence.lines("dmesg")]
        self.holders = self._holders()
        self.running = self._running(dict(vms))
        self.leaving = {address for address, f in self.functions.items() if self._is_leaving(f)}
        self.claims = self._claims()
        self.candidates = self._candidates()
        self._stacked = Stacked(evidence)
        self.critical = self._critical()
        self._check_groups_in_log()

    def candidate_groups(self):
        return {name: members for name, members in self.groups.items() if self.candidates & set(members)}

    def hot_reset(self, function):
        """VFIO resets a bus below a bridge when all on it is on VFIO. None where that hangs on virtual functions, which kernels treat differently."""
        domain, bus = function.address.split(":")[:2]
        bridge = any(self.evidence.said(a, r"secondary=([0-9a-f]+)") == bus for a in self.functions if a.startswith(domain + ":"))
        card = [f for a, f in self.functions.items() if a.startswith(f"{domain}:{bus}:")]
        taken = all(f.endpoint and (f.owner == "vfio" or f.address in self.claims) for f in card)
        one_user = len({self.expected[f.address] for f in card if self.expected.get(f.address)}) < 2
        possible = bridge and taken and one_user
        return None if possible and any(f.virtual for f in card) else possible

    def reset_methods(self, function):
        """None where it can't be told."""
        card = {True: ["bus"], False: [], None: None}[self.hot_reset(function)]
        return function.reset_alone() or card

    def _function(self, address):
        function = Function(address, self.evidence)
        for what, one, other in function.witnesses():
            if one != other:
                self.contradictions.append(f"{address}: {what}: sysfs {one!r}, lspci {other!r}")
        return function

    def _groups(self):
        groups = {}
        for path in self.evidence.present:
            member = re.fullmatch(r"/sys/kernel/iommu_groups/(\d+)/devices/(\S+)", path)
            if member:
                groups.setdefault(member[1], []).append(member[2])
        by_link = {}
        for function in self.functions.values():
            if function.group:
                by_link.setdefault(function.group, []).append(function.address)
        if {name: sorted(members) for name, members in groups.items()} != {name: sorted(members) for name, members in by_link.items()}:
            self.contradictions.append("members of groups: iommu_groups and the links of devices differ")
        return {name: sorted(members) for name, members in groups.items()}

    def _check_groups_in_log(self):
        """The kernel's log tells who joined and left which group; the last word on each function counts."""
        last = {}
        for line in self.lines:
            told = re.search(rf"({ADDRESS}): (Adding to|Removing from) iommu group (\d+)", line)
            if told:
                last[told[1]] = told[3] if told[2] == "Adding to" else None
        for address, function in self.functions.items():
            if last and last.get(address) != function.group:
                self.contradictions.append(f"{address}: group {function.group} in sysfs, {last.get(address)} in the log")

    def _candidates(self):
        """What one would hand to a virtual machine. Virtual functions of an adapter that nobody uses so are the host's own."""
        def adapter(function):
            return self.evidence.link(function.address, "physfn") or function.address

        used = {adapter(f) for f in self.functions.values() if f.owner == "vfio" or f.address in self.claims}
        return {f.address for f in self.functions.values() if f.endpoint
                and (f.address in self.claims or (f.kind != "other" and (not f.virtual or adapter(f) in used)))}

    def _is_leaving(self, function):
        """
        Unbound while a process holds it: that waits for the process, with the device locked. On older kernels (seen: 6.1) a reader of
        driver_override waits as long, and no kernel tells whether it would: the exporter does not ask, and says that it has not.
        """
        return function.endpoint and function.driver is None and self.evidence.value(function.address, "enable") != "0" and function.group in self.holders

    def _claims(self):
        claims = {address: {"config"} for address in self.expected}
        for function in self.functions.values():
            override = self.evidence.value(function.address, "driver_override")
            if function.endpoint and function.address not in self.leaving and override and is_vfio_name(override):
                claims.setdefault(function.address, set()).add("driver_override")
        return claims

    def _holders(self):
        """{group: pids}: by the group's node, as this kernel's group interface is the only one there."""
        holders = {}
        for pid, descriptors in self.evidence.descriptors().items():
            for target in descriptors:
                node = re.fullmatch(r"/dev/vfio/(?:noiommu-)?(\d+)", target)
                if node:
                    holders.setdefault(node[1], set()).add(pid)
        return holders

    def _running(self, vms):
        """(VM, its process, its functions): the process is who holds the group of the function that the VM was given."""
        found = []
        for address, vm in vms.items():
            pids = self.holders.get(self.functions[address].group, set())
            if len(pids) != 1:
                self.contradictions.append(f"{address}: given to VM {vm.name}, and {len(pids)} processes hold it")
            found += [(vm, pid, [address]) for pid in pids]
        return found

    def _critical(self):
        """{address: reasons}"""
        found = {}

        def add(path, reason):
            addresses = re.findall(ADDRESS, path or "")
            if addresses:
                found.setdefault(addresses[-1], set()).add(reason)

        links = self.evidence.links
        for line in self.evidence.lines("mounts"):
            source, where = line.split(" ")[:2]
            for path in self._paths_of_disk(source):
                add(path, "root_disk" if where == "/" else "mounted_disk")
        for line in self.evidence.lines("swaps")[1:]:
            for path in self._paths_of_disk(line.split()[0]):
                add(path, "swap")
        for line in self.evidence.lines("route")[1:]:
            nic, destination = line.split()[:2]
            if destination == "00000000":
                add(links.get(f"/sys/class/net/{nic}"), "default_route")
        for line in self.evidence.lines("addresses"):
            nic, family = line.split()[1:3]
            if family in ("inet", "inet6") and "scope link" not in line:
                add(links.get(f"/sys/class/net/{nic}"), "management_network")
        for node, reason in self._stacked.uses:
            for disk in self._stacked.disks_below(node):
                for path in self._paths_of_disk(disk):
                    add(path, reason)
            add(links.get(f"/sys/class/net/{node}"), reason)
        for function in self.functions.values():
            if self.evidence.value(function.address, "boot_vga") == "1" and function.owner in ("host", "none"):
                add(function.address, "boot_display")
        for path in links:
            if path.startswith("/sys/class/drm/") and self.evidence.file(f"{path}/status") == "connected":
                add(links[path], "boot_display")
        for block in self.evidence.text("input").split("\n\n"):
            if re.search(r"^H: Handlers=.*\bkbd\b", block, re.M):
                add(re.search(r"^S: Sysfs=(.*)$", block, re.M)[1], "keyboard")
        # What a virtual function carries, its physical one carries.
        for address in list(found):
            physical = self.evidence.link(address, "physfn")
            if physical:
                found.setdefault(physical, set()).update(found[address])
        return found


    def _paths_of_disk(self, device):
        """Where a disk hangs; one of NVMe with multipath hangs on each controller of its subsystem."""
        links = self.evidence.links
        path = links.get(f"/sys/class/block/{device[5:]}", "") if device.startswith("/dev/") else ""
        subsystem = re.search(r"/virtual/nvme-subsystem/[^/]+/", path)
        if not subsystem:
            return [path]
        return [target for link, target in links.items() if re.fullmatch(rf"/sys/devices{subsystem[0]}nvme\d+", link)]


class Function:
    """One PCI function, by sysfs; lspci is the second witness."""

    def __init__(self, address, evidence):
        def number(name):
            return (evidence.value(address, name) or "")[2:]

        self.address = address
        self.evidence = evidence
        self.vendor, self.device, self.class_code = number("vendor"), number("device"), number("class")
        self.subsystem = f"{number('subsystem_vendor')}:{number('subsystem_device')}"
        self.driver = evidence.link(address, "driver")
        self.group = evidence.link(address, "iommu_group")
        self.virtual = evidence.has(address, "physfn")
        self.endpoint = evidence.said(address, r"^\tBus: (primary)=") is None
        node = evidence.value(address, "numa_node")
        self.numa_node = "" if node in (None, "-1") else node
        self.kind = kind(self.class_code)
        self.owner = self._owner()
        state = evidence.value(address, "power_state")
        self.awake = state == "D0" or (state == "unknown" and evidence.value(address, "power/runtime_status") != "suspended")
        self.port = evidence.said(address, r"Capabilities: \[[0-9a-f]+\] Express \(v\d\) ([A-Z][A-Za-z0-9 /-]*?)(?: \(|, )")

    def witnesses(self):
        evidence, names = self.evidence, self.evidence.names[self.address]
        yield "driver", self.driver, evidence.said(self.address, r"^\tKernel driver in use: (\S+)$")
        yield "group", self.group, evidence.said(self.address, r"^\tIOMMU group: (\d+)$")
        yield "ids", f"{self.vendor}:{self.device}", f"{bracketed(names['Vendor'])}:{bracketed(names['Device'])}"
        yield "class", self.class_code, bracketed(names["Class"]) + names.get("ProgIf", "00")
        yield "node", self.numa_node, names.get("NUMANode", "")
        if "SVendor" in names:
            yield "subsystem", self.subsystem, f"{bracketed(names['SVendor'])}:{bracketed(names['SDevice'])}"

    def named(self, what):
        """The name of pci.ids; the number where it has none, which lspci calls plainly Vendor or Device."""
        name = re.sub(r" \[[0-9a-f]{4}\]$", "", self.evidence.names[self.address][what])
        return getattr(self, what.lower()) if name == what else name

    def reset_alone(self):
        """Methods that work for it alone: a reset of the bus does not while the bus has more functions, whatever reset_method says."""
        told = (self.evidence.value(self.address, "reset_method") or "").split()
        bus = self.address.rsplit(":", 1)[0]
        alone = [a for a in self.evidence.addresses if a.startswith(bus + ":")] == [self.address]
        return [method for method in told if method not in ("bus", "cxl_bus") or (alone and self.endpoint and not self.virtual)]

    def redirects(self):
        """Whether a port keeps what lies below from its siblings: ACS that is there and on (absent bits count as met)."""
        able, on = self._acs()
        return able is not None and all(f"{bit}-" in able or f"{bit}+" in on for bit in ISOLATING)

    def switched_off(self):
        """ACS that is there and off; the kernel switches it on at boot."""
        return self._acs()[0] is not None and not self.redirects()

    def _acs(self):
        return [self.evidence.said(self.address, rf"ACS{word}:\s+(.*)$") for word in ("Cap", "Ctl")]

    def _owner(self):
        if self.driver is None:
            return "none"
        if self.evidence.has(self.address, "vfio-dev") or is_vfio_name(self.driver):
            return "vfio"
        return "stub" if self.driver in STUBS else "host"


def kind(class_code):
    if class_code.startswith("03"):
        return "gpu"
    if class_code.startswith("0108"):
        return "nvme"
    if class_code.startswith(("0401", "0403")):
        return "audio"
    if class_code.startswith("0c03"):
        return "usb"
    if class_code.startswith("12"):
        return "accelerator"
    return {"01": "storage", "02": "network"}.get(class_code[:2], "other")


def is_vfio_name(driver):
    return driver.replace("-", "_").endswith("vfio_pci")


def bracketed(text):
    return re.search(r"\[([0-9a-f]{4})\]$", text)[1]
