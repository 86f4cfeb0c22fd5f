"""Which cards VFIO resets as a whole: the kernel is asked to do it, and the page has to have said so."""

from . import exposition
from .comparing import check_exporter, compare
from .life import SHELL, do

CARD = ("0000:03:00.0", "0000:03:00.1")
CONVENTIONAL = ("0000:05:01.0", "0000:05:02.0")                 # two slots behind a bridge to conventional PCI
PHYSICAL, VIRTUAL = "0000:06:00.0", "0000:06:00.1"
CHIPSET = ("0000:00:1f.0", "0000:00:1f.2", "0000:00:1f.3")      # one group, on the root bus, where no bridge resets
LOOK_ALIKE = "[1234:1111]"                                      # of CARD[0]

FAMILY = "passthru_device_hot_reset_possible"


def resets(checks, guest, _):
    step = Question(checks, guest)
    step("both functions of a card on vfio-pci", "true", CARD[0], CARD, True)
    step("the other function with the host", f"to_host {CARD[1]}", CARD[0], None, False)
    step("the other function without a driver", f"echo {CARD[1]} >$pci/{CARD[1]}/driver/unbind", CARD[0], CARD[:1], False)
    step("the whole card again, asked by its second function", f"to_vfio {CARD[1]}", CARD[1], CARD, True)
    step("a controller on the root bus", f"for it in {' '.join(CHIPSET)}; do to_vfio $it; done", CHIPSET[1], CHIPSET, False)
    step("both slots of a conventional bus", f"for it in {' '.join(CONVENTIONAL)}; do to_vfio $it; done", CONVENTIONAL[0], CONVENTIONAL, True)
    sriov(checks, guest, step)
    whole_card(checks, guest)
    check_exporter(checks, guest)


def sriov(checks, guest, step):
    """On, one given away, off. A reset of the bus would hit the adapter beside a virtual function, which a driver of the host has."""
    do(guest, f"echo 0 >$pci/{PHYSICAL}/sriov_drivers_autoprobe; echo 2 >$pci/{PHYSICAL}/sriov_numvfs")
    compare(checks, guest, "virtual functions on")
    step("one of them on vfio-pci, its adapter with the host", f"to_vfio {VIRTUAL}", VIRTUAL, (VIRTUAL,), False)
    do(guest, f"echo 0 >$pci/{PHYSICAL}/sriov_numvfs")
    compare(checks, guest, "virtual functions off")


def whole_card(checks, guest):
    """What `check` says of it: the look-alike can't be reset by function, and needs no finding where the card can as a whole."""
    said = check(guest, CARD[0])
    checks.holds("check finds no reset missing of the whole card", f"{CARD[0]} {LOOK_ALIKE} has no Function Level Reset; it resets only as a whole card" in said, said)
    do(guest, f"to_host {CARD[1]}")
    said = check(guest, CARD[0])
    checks.holds("and says so when half of it is the host's", f"{CARD[0]} {LOOK_ALIKE} cannot be reset" in said, said)


def check(guest, device):
    """With the device expected on VFIO and the rest of the card left to the host."""
    guest.must(f"printf 'devices:\\n  - address: \"{device}\"\\n    vm: games\\n' >/run/check.yml")
    return " ".join(guest.run("/run/passthru-exporter check --config.file=/run/check.yml 2>&1").split())


class Question:
    """After a step the page, the judge's rule and the kernel have to be of one opinion."""

    def __init__(self, checks, guest):
        self._checks = checks
        self._guest = guest

    def __call__(self, what, script, device, holding, possible):
        """holding: the functions whose groups the process that asks has open; None where the kernel refuses the group itself."""
        do(self._guest, script)
        page, _ = compare(self._checks, self._guest, what)
        told = exposition.parse(page)[FAMILY].get(frozenset({("device", device)}))
        said = self._ask(device, holding or (device,))
        agreed = told == possible and (said[-2:] == ["reset", "held"]) == possible
        differences = [] if agreed else [f"page {told}", *said, *self._guest.run("dmesg | tail -8").splitlines()]
        self._checks.that(f"{what}: the kernel {'resets' if possible else 'does not reset'} {device} as a card, as the page says", differences)

    def _ask(self, device, holding):
        """What the process said, and what the page is while it holds all of it."""
        others = " ".join(f"$(group {it})" for it in holding if it != device)
        groups = f'first=$(group {device}); set -- $(for it in {others or "$first"}; do [ $it = $first ] || echo $it; done | sort -u)'
        said = self._guest.run(f"{SHELL}{groups}; hold reset $first {device} $*; cat /run/held").splitlines()
        if said and said[-1] == "held":
            compare(self._checks, self._guest, f"while {device} is held after that")
            self._guest.must("release", prelude=SHELL)
        return said
