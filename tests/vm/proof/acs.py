"""Somebody switches ACS off at a port while a VM may get what is below: the groups stay apart, the boundary does not stand."""

from .comparing import check_exporter, compare, compare_once
from .life import do
from .page import Servers, Webhook

CARD = ("0000:03:00.0", "0000:03:00.1")
PORT = "0000:00:1c.2"
CLAIMS = dict.fromkeys(CARD, "games")
CONFIGURATION = "devices:\n" + "".join(f'  - address: "{address}"\n    vm: games\n' for address in CARD)
ALERT = 'ALERTS{alertname="PassthruGroupNotIsolated"}'
IN_FORCE, OFF = "ECAP_ACS+6.w=1d", "ECAP_ACS+6.w=0"


def acs(checks, guest, repository):
    with Webhook() as webhook, Servers(guest, webhook.port, repository) as servers:
        checks.holds("Prometheus scrapes the guest", servers.wait_for("up == 1", 120))
        boundary(checks, guest, "as booted", True)
        do(guest, f"setpci -s {PORT} {OFF}")
        boundary(checks, guest, "ACS switched off at the port", False)
        checks.holds("the rule for PassthruGroupNotIsolated holds", servers.wait_for(ALERT, 120))
        do(guest, f"setpci -s {PORT} {IN_FORCE}")
        boundary(checks, guest, "and on again", True)
        checks.holds("and holds no more", servers.wait_for(f"absent({ALERT})", 120))
    # What the kernel makes of it, when it has to draw the boundary anew: the card joins the group of its port.
    do(guest, f"setpci -s {PORT} {OFF}; for it in {' '.join(CARD)}; do echo 1 >$pci/$it/remove; done; echo 1 >/sys/bus/pci/rescan; for it in {' '.join(CARD)}; do to_vfio $it; done")
    groups = guest.must(f"for it in {PORT} {' '.join(CARD)}; do basename $(readlink /sys/bus/pci/devices/$it/iommu_group); done").split()
    checks.that("found anew without ACS, the card is in the group of its port for the kernel", groups if len(set(groups)) != 1 else [])
    boundary(checks, guest, "the card in the group of its port", True)
    do(guest, f"setpci -s {PORT} {IN_FORCE}")
    boundary(checks, guest, "ACS on below groups that are wider than they need be", True)
    compare_once(checks, guest, "the same", CLAIMS)
    check_exporter(checks, guest)


def boundary(checks, guest, what, stands):
    compare(checks, guest, what, CLAIMS)
    said = " ".join(guest.run("/run/passthru-exporter check 2>&1").split())
    told = f"ACS was on at boot and is off now in {PORT}" in said
    checks.holds(f"{what}: check {'has nothing to say of the port' if stands else 'names the port'}", told != stands, said)
