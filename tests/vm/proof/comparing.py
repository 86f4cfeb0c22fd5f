"""A page and the machine of the same moment."""

import shutil

from . import judge
from .evidence import Evidence
from .guest import GuestTrouble
from .machine import Machine

FORBIDDEN_WORDS = ("Unhandled", "Exception", "level=ERROR")


def observe(guest, expected=(), everything=False):
    """A page and what the machine says right after it; again where something went to sleep or woke in between."""
    for _ in range(5):
        page = guest.must("/run/passthru-exporter metrics --collector.pci.all 2>/dev/null") if everything else guest.scrape()
        guest.must("rm -rf /lab/evidence && evidence /lab/evidence")
        evidence = Evidence(guest.shared("evidence"))
        if evidence.power_is_settled() and evidence.text("power.before") != "":
            return page, Machine(evidence, expected)
    raise GuestTrouble("functions do not come to rest")


def compare(checks, guest, what, expected=(), everything=False):
    page, machine = observe(guest, expected, everything)
    judged = sum(len(samples) for family, samples in judge.expectations(machine, everything).items() if judge.is_judged(family))
    checks.that(f"{what}: the page says what the machine says ({judged} series)", judge.differences(page, machine, everything))
    return page, machine


def check_capture(checks, guest, name, expected=()):
    """A capture tells out here what the machine told when it was made."""
    page = guest.replay(guest.capture(name))
    _, machine = observe(guest, expected)
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
    log = guest.exporter_log()
    shutil.copy(guest.shared("exporter.log"), guest.directory)
    checks.that("the exporter runs, and its log tells of no error",
                ([] if alive else ["it has ended"]) + [line for line in log.splitlines() if any(word in line for word in FORBIDDEN_WORDS)])
