"""A device's life between host and virtual machine: after each step one scrape, and it has to be right."""

import time

from . import exposition
from .comparing import ONCE, check_capture, check_exporter, compare, compare_once

DEVICE = "0000:0a:00.0"         # an NVMe disk behind the switch
PORT = "0000:00:1c.4"           # the root port above that switch
CARD = ("0000:03:00.0", "0000:03:00.1")
PHYSICAL = "0000:0e:00.0"       # with virtual functions, below a port that sleeps when it does
PHYSICAL_PORT = "0000:00:1d.1"
VIRTUAL = "0000:0e:00.1"
CLAIMS = {DEVICE: "disks"}
SCRAPES_OF_SLEEPERS = 100

SHELL = """
pci=/sys/bus/pci/devices
group() { basename "$(readlink $pci/$1/iommu_group)"; }
to_vfio() {
    /bin/modprobe vfio-pci
    echo vfio-pci >$pci/$1/driver_override
    [ ! -e $pci/$1/driver ] || echo $1 >$pci/$1/driver/unbind
    echo $1 >/sys/bus/pci/drivers_probe
}
to_host() {
    [ ! -e $pci/$1/driver ] || echo $1 >$pci/$1/driver/unbind
    echo >$pci/$1/driver_override
    echo $1 >/sys/bus/pci/drivers_probe
}
hold() {
    vfio-hold "$@" >/run/held &
    echo $! >/run/holder.pid
    while [ -e /proc/$! ]; do grep -q held /run/held && return; sleep 0.1; done
    cat /run/held
    return 1
}
release() { kill $(cat /run/holder.pid); while [ -e /proc/$(cat /run/holder.pid) ]; do sleep 0.1; done; }
"""
CONFIGURATION = f"devices:\n  - address: \"{DEVICE}\"\n    vm: {CLAIMS[DEVICE]}\n"


def do(guest, script):
    """A step, and the time that drivers and power management need to come to rest after it."""
    return guest.must(f"{script}\nsleep 1", prelude=f"{SHELL}set -e")


def live(checks, guest):
    step = Steps(checks, guest)
    step("as booted, the disk with the host", "true", {"owner": "host", "mismatch": 1, "missing": 0})
    step("bound to vfio-pci", f"to_vfio {DEVICE}", {"owner": "vfio", "mismatch": 0, "state": "D3hot"})
    step("another one too, and a port", f"to_vfio {PHYSICAL}; for it in $pci/*/power/control; do echo auto >$it; done; sleep 10")
    check_sleepers(checks, guest)
    compare_once(checks, guest, "while they sleep", CLAIMS)
    step("and awake again", f"to_host {PHYSICAL}; for it in $pci/*/power/control; do echo on >$it; done; echo auto >$pci/{DEVICE}/power/control")
    step("held by a process", f"hold type1 $(group {DEVICE}) {DEVICE}", {"owner": "vfio", "holders": 1, "state": "D0"})
    check_capture(checks, guest, "vm-held", CLAIMS)
    step("to be unbound while held", f"(echo {DEVICE} >$pci/{DEVICE}/driver/unbind) >/dev/null 2>&1 & sleep 2", {"owner": "none", "mismatch": 1})
    step("let go of, and so unbound", "release", {"owner": "none", "mismatch": 1})
    step("given back to the host", f"to_host {DEVICE}", {"owner": "host", "mismatch": 1})
    step("a device that reads unmapped memory", f"to_vfio {DEVICE}; hold fault $(group {DEVICE}) {DEVICE}; sleep 1; release", {"faults": 1})
    step("hot-removed", f"echo 1 >$pci/{DEVICE}/remove", {"owner": None, "mismatch": 1, "missing": 1})
    step("found by a rescan", "echo 1 >/sys/bus/pci/rescan", {"owner": "host", "mismatch": 1, "missing": 0})
    step("a whole switch removed", f"echo 1 >$pci/{PORT}/remove", {"owner": None, "mismatch": 1, "missing": 1})
    step("and found", "echo 1 >/sys/bus/pci/rescan; sleep 2", {"owner": "host", "missing": 0})
    step("half of a graphics card bound to vfio-pci", f"to_vfio {CARD[0]}")
    step("the whole card", f"to_vfio {CARD[1]}")
    step("the card back with the host", f"to_host {CARD[0]}; to_host {CARD[1]}")
    step("virtual functions made", f"echo 0 >$pci/{PHYSICAL}/sriov_drivers_autoprobe; echo 2 >$pci/{PHYSICAL}/sriov_numvfs")
    step("one of them bound to vfio-pci", f"to_vfio {VIRTUAL}")
    step("and held", f"hold type1 $(group {VIRTUAL}) {VIRTUAL}")
    check_capture(checks, guest, "vm-sriov", CLAIMS)
    step("virtual functions gone", f"release; echo 0 >$pci/{PHYSICAL}/sriov_numvfs")
    check_exporter(checks, guest)


class Steps:
    """Each is done, compared with the machine, and held against what it is known to lead to."""

    def __init__(self, checks, guest):
        self._checks = checks
        self._guest = guest

    def __call__(self, what, script, outcome=None):
        said = do(self._guest, script)

        def known(families):
            found = outcome_of(families)
            wrong = [f"{name}: {found[name]!r}, not {value!r}" for name, value in (outcome or {}).items() if found[name] != value]
            return wrong and wrong + said.splitlines()

        compare(self._checks, self._guest, what, CLAIMS, known)


def outcome_of(families):
    """The device of this life, in a few words."""
    def labels_of(family):
        return next((dict(labels) for labels in families.get(family, {}) if ("device", DEVICE) in labels), {})

    def value_of(family, label="device", of=DEVICE):
        return next((value for labels, value in families.get(family, {}).items() if (label, of) in labels), None)

    return {
        "owner": labels_of("passthru_device_driver_info").get("owner"),
        "state": labels_of("passthru_device_power_state_info").get("state"),
        "mismatch": value_of("passthru_device_ownership_mismatch"),
        "missing": value_of("passthru_device_missing"),
        "holders": value_of("passthru_iommu_group_holders", "group", labels_of("passthru_device_info").get("group")),
        "faults": value_of("passthru_kernel_events_total"),
    }


def check_sleepers(checks, guest):
    """What sleeps must not have been awake for a millisecond: the kernel counts that."""
    time.sleep(3)                       # what the comparison has woken
    before = sleepers(guest)
    checks.that("disks and a port sleep", [f"{it} does not" for it in (DEVICE, PHYSICAL, PHYSICAL_PORT) if it not in before])
    pages = [guest.scrape() for _ in range(SCRAPES_OF_SLEEPERS)]
    checks.that(f"after {SCRAPES_OF_SLEEPERS} scrapes nothing was woken ({len(before)} asleep)", woken(before, sleepers(guest)))
    pages.append(guest.must(ONCE))
    checks.that("nor by a read that starts from nothing", woken(before, sleepers(guest)))
    checks.that(f"{len(pages)} pages are well formed, without a duplicate", [line for page in pages for line in exposition.trouble(page)])
    guest.must("lspci -vvv >/dev/null; sleep 3")
    checks.holds("one lspci does wake the port, and that would have been noticed", woken(before, sleepers(guest)))


def woken(before, after):
    return [f"{address}: awake for {before[address]} ms before, {after.get(address, 'awake')} after" for address in before if after.get(address) != before[address]]


def sleepers(guest):
    """{address: milliseconds awake so far} of functions that sleep now."""
    said = guest.must("cd /sys/bus/pci/devices && for it in *; do echo $it $(cat $it/power/runtime_status $it/power/runtime_active_time); done")
    rows = [line.split() for line in said.splitlines()]
    return {address: active for address, status, active in rows if status == "suspended"}
