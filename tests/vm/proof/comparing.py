"""A page and the machine of the same moment."""

from . import exposition, judge
from .evidence import Evidence
from .guest import GuestTrouble
from .machine import Machine

FORBIDDEN_WORDS = ("Unhandled", "Exception", "level=ERROR")
ONCE = "/run/passthru-exporter metrics --collector.pci.all 2>/dev/null"


def observe(guest, read, expected=(), vms=()):
    """What a reader got, and what the machine says right after it; again where something went to sleep or woke in between."""
    for _ in range(5):
        guest.must("power >/lab/power")
        page = read()
        guest.must("rm -rf /lab/evidence && evidence /lab/evidence")
        with open(guest.shared("power")) as power:
            evidence = Evidence(guest.shared("evidence"))
            if power.read() == evidence.text("power.before") == evidence.text("power.after"):
                return page, Machine(evidence, expected, vms)
    raise GuestTrouble("functions do not come to rest")


def compare(checks, guest, what, expected=(), known=lambda families: [], vms=()):
    """The first scrape after something happened; known finds what is wrong in it beside that."""
    page, machine = observe(guest, guest.scrape, expected, vms)
    judged = sum(len(samples) for samples in judge.expectations(machine).values())
    wrong = judge.differences(page, machine)
    checks.that(f"{what}: the page says what the machine says ({judged} series)", wrong or known(exposition.parse(page)))
    return page, machine


def compare_once(checks, guest, what, expected=()):
    """A process of its own, that knows nothing yet."""
    page, machine = observe(guest, lambda: guest.must(ONCE), expected)
    checks.that(f"{what}, read once with --collector.pci.all: the page says what the machine says", judge.differences(page, machine, everything=True))


def check_capture(checks, guest, name, expected=()):
    """A capture tells out here what the machine told when it was made."""
    page, machine = observe(guest, lambda: guest.replay(guest.capture(name)), expected)
    checks.that(f"the capture {name} says what the machine says", judge.differences(page, machine, everything=True))


def check_that_judge_is_awake(checks, page, machine):
    """A judge that finds nothing may be asleep: each family is bent in three ways, and each has to be noticed."""
    missed = []
    lines = page.split("\n")
    for at, line in enumerate(lines):
        family = line.split("{")[0].split(" ")[0]
        first = line and not line.startswith("#") and not lines[at - 1].startswith(family)
        if first and judge.is_judged(family):
            series, value = line.rsplit(" ", 1)
            bent = {"left out": [], "changed": [f"{series} {float(value) + 1}"], "twice": [line, line]}
            missed += [f"{family} {how}" for how, instead in bent.items()
                       if not judge.differences("\n".join(lines[:at] + instead + lines[at + 1:]), machine)]
    checks.that("the judge notices each family left out, changed or doubled", missed)


def check_exporter(checks, guest):
    """It still is the process that was started, and has nothing to complain of."""
    alive = guest.run("kill -0 $(cat /run/exporter.pid) && echo alive").strip() == "alive"
    complaints = [line for line in guest.exporter_log().splitlines() if any(word in line for word in FORBIDDEN_WORDS)]
    checks.that("the exporter runs, and its log tells of no error", ([] if alive else ["it has ended"]) + complaints)
