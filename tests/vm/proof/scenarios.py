"""What is booted, and what is looked at in it."""

from dataclasses import dataclass, replace
from typing import Callable

from . import acs, libvirt, resets, stacks, vms
from .comparing import check_capture, check_exporter, check_that_judge_is_awake, compare, compare_once
from .guest import Machine
from .life import CARD, CONFIGURATION, SHELL, do, live
from .page import page

INTEL = "intel_iommu=on iommu=pt"
AMD = "iommu=pt"                # QEMU's NVMe and translated domains of AMD do not get along
IGB, IGB_VIRTUAL = "0000:03:00.0", "0000:03:10.0"


@dataclass(frozen=True)
class Scenario:
    name: str
    what: str
    iommu: str
    shape: str
    append: str
    steps: Callable                 # (checks, guest, repository)
    configuration: str = ""         # of the exporter
    vfio: tuple = ()                # given to vfio-pci before drivers of the host are loaded
    kernel: str = "stable"          # a suite of fetch.sh
    newer_qemu: bool = False        # the one of bookworm-backports
    timeout: int = 420              # for the boot
    needs: tuple = ()               # programs
    machine: Machine = Machine()


def static(capture=None):
    """Nothing moves: the page with default flags and with all devices."""
    def steps(checks, guest, _):
        page_, machine = compare(checks, guest, "default flags")
        check_that_judge_is_awake(checks, page_, machine)
        compare_once(checks, guest, "all devices")
        if capture:
            check_capture(checks, guest, capture)
        check_exporter(checks, guest)
    return steps


def after(script, outcome, capture=None):
    """As static, after a step whose words have to hold something."""
    def steps(checks, guest, repository):
        said = guest.run(SHELL + script)
        checks.holds(f"the guest says: {outcome}", outcome in said, said)
        static(capture)(checks, guest, repository)
    return steps


def igb_life(checks, guest, repository):
    """A NIC with virtual functions: reset as a card without them, bound to their driver of the host, one given to vfio-pci, all gone."""
    ask = resets.Question(checks, guest)
    ask("the adapter on vfio-pci, without virtual functions", f"to_vfio {IGB}", IGB, (IGB,), True)
    for what, script in (("7 VFs", f"to_host {IGB}; echo 7 >$pci/{IGB}/sriov_numvfs"), ("one on vfio-pci", f"to_vfio {IGB_VIRTUAL}")):
        do(guest, script)
        compare(checks, guest, what)
    ask("the virtual function, whose adapter the host has", "true", IGB_VIRTUAL, (IGB_VIRTUAL,), False)
    do(guest, f"echo 0 >$pci/{IGB}/sriov_numvfs")
    compare(checks, guest, "gone")
    static()(checks, guest, repository)


def lives(checks, guest, _):
    live(checks, guest)


CORE = (
    Scenario("intel", "Intel VT-d, a server, the graphics card on vfio-pci", "intel", "full", INTEL, static(), vfio=CARD),
    Scenario("amd", "AMD-Vi, the same", "amd", "full", AMD, static(), vfio=CARD),
    Scenario("intel-off", "IOMMU in firmware, off in the kernel", "intel", "full", "intel_iommu=off", static("vm-iommu-off")),
    Scenario("life", "a disk between host and virtual machine, and its neighbours", "intel", "full", f"{INTEL} pcie_port_pm=force", lives, CONFIGURATION),
    Scenario("page", "the driver of the host takes the disk, and the webhook gets the page", "intel", "full", INTEL, page, CONFIGURATION,
             needs=("prometheus", "prometheus-alertmanager")),
)

UNSAFE_REFUSED = f"to_vfio {CARD[0]}; to_vfio {CARD[1]}; hold type1 $(group {CARD[0]}) {CARD[0]}"
UNSAFE_ALLOWED = f"{UNSAFE_REFUSED}; echo Y >/sys/module/vfio_iommu_type1/parameters/allow_unsafe_interrupts; hold type1 $(group {CARD[0]}) {CARD[0]}; cat /run/held"

MORE = (
    Scenario("amd-off", "AMD-Vi in firmware, off in the kernel", "amd", "full", "amd_iommu=off", static()),
    Scenario("none", "no IOMMU at all, with the parameter that asks for one", "none", "full", "intel_iommu=on", static()),
    Scenario("none-consumer", "a desktop board without an IOMMU", "none", "consumer", "", static()),
    Scenario("translated", "Intel VT-d, domains of the host translated", "intel", "full", "intel_iommu=on", static(), vfio=CARD),
    Scenario("override-ignored", "pcie_acs_override= on a kernel without the patch", "intel", "full",
             f"{INTEL} pcie_acs_override=downstream,multifunction", static("vm-override-ignored"), vfio=CARD),
    Scenario("noiommu", "no IOMMU, and VFIO told to do without (enable_unsafe_noiommu_mode)", "none", "full", "vfio.enable_unsafe_noiommu_mode=1",
             after(f"hold noiommu $(group {CARD[0]}) {CARD[0]}; cat /run/held", "held", "vm-noiommu"), vfio=CARD, kernel="stable-noiommu"),
    Scenario("small", "Intel VT-d, two devices", "intel", "small", INTEL, static()),
    Scenario("consumer", "Intel VT-d, a desktop board with few ACS ports", "intel", "consumer", INTEL, static()),
    Scenario("consumer-amd", "AMD-Vi, the same", "amd", "consumer", AMD, static()),
    Scenario("unsafe-refused", "no interrupt remapping: the kernel refuses", "intel-without-remapping", "full", INTEL,
             after(UNSAFE_REFUSED, "Operation not permitted")),
    Scenario("unsafe-allowed", "no interrupt remapping, allow_unsafe_interrupts", "intel-without-remapping", "full", INTEL,
             after(UNSAFE_ALLOWED, "held", "vm-unsafe-interrupts")),
    Scenario("resets", "cards that VFIO resets as a whole, and cards that it does not", "intel", "cards", INTEL, resets.resets, vfio=resets.CARD),
    Scenario("acs", "ACS switched off at a port after boot", "intel", "cards", INTEL, acs.acs, acs.CONFIGURATION, vfio=acs.CARD,
             needs=("prometheus", "prometheus-alertmanager")),
    Scenario("redirect-off", "pci=disable_acs_redir= at the port above a card", "intel", "cards", f"{INTEL} pci=disable_acs_redir={acs.PORT}",
             static("vm-disable-acs-redir"), vfio=acs.CARD),
    Scenario("config-acs", "pci=config_acs= that takes the redirects from that port", "intel", "cards", f"{INTEL} pci=config_acs=00xx@{acs.PORT}",
             static("vm-config-acs"), vfio=acs.CARD, kernel="bookworm-backports"),
    Scenario("stacks", "disks and NICs in use without a mount or an address", "intel", "stacks", INTEL, stacks.stacks, machine=Machine(programs=True),
             needs=("lsblk", "cryptsetup", "dmsetup", "mdadm", "mkfs.btrfs")),
    Scenario("vms", "virtual machines with KVM, by file, by QMP, of one name, and others that hold a group", "amd", "stacks", AMD, vms.vms,
             machine=Machine(programs=True, processor="EPYC,+svm", megabytes=1536), needs=("setpriv",)),
    Scenario("libvirt", "domains of root and of a user, started by libvirt", "amd", "stacks", AMD, libvirt.libvirt,
             machine=Machine(programs=True, processor="EPYC,+svm", megabytes=2048), needs=("libvirtd", "virsh", "setpriv")),
    Scenario("igb", "a NIC with virtual functions, which newer QEMU has", "intel", "igb", INTEL, igb_life, newer_qemu=True),
    Scenario("virtio", "virtio-iommu", "virtio", "full", "", static()),
)

SUITES = ("bookworm-backports", "sid")
EVERYTHING = (
    *CORE, *MORE,
    *(replace(scenario, name=f"{scenario.name}-{kernel}", what=f"{scenario.what}, kernel of {kernel}", kernel=kernel)
      for kernel in SUITES for scenario in CORE if scenario.name in ("intel", "amd", "life")),
)
