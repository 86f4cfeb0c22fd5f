"""python3 -m proof [--kernels|--count] [SET|NAME...]: boots what is asked for, or tells which kernels that takes, or how many guests
it is. SET is core or all. Run by run.sh, which prepares what is booted from."""

import os
import shutil
import signal
import subprocess
import sys
import time
import traceback
from contextlib import contextmanager
from pathlib import Path
from types import SimpleNamespace

from .checks import Checks
from .guest import Guest, GuestTrouble
from .scenarios import CORE, EVERYTHING

REPOSITORY = Path(__file__).resolve().parents[3]
CACHE = Path(os.environ.get("PASSTHRU_VM_CACHE") or REPOSITORY / "artifacts/vm")
EXPORTER = REPOSITORY / "artifacts/publish/Passthru.Exporter/release_linux-x64/passthru-exporter"
SECONDS_FOR_KVM = 60


def main(words):
    scenarios = chosen(words)
    if "--kernels" in words:
        print(" ".join(sorted({suite for it in scenarios for suite in suites_of(it)})))
        return 0
    if "--count" in words:
        print(len(scenarios))
        return 0
    checks = Checks()
    started = time.monotonic()
    kvm = boots_with_kvm(scenarios)
    print(f"{len(scenarios)} guests, {'with KVM' if kvm else 'emulated: KVM boots none here'}", flush=True)
    for scenario in scenarios:
        play(scenario, checks, kvm)
    print(f"guests took {time.monotonic() - started:.0f} s")
    print(checks.total())
    return 1 if checks.failed else 0


def chosen(words):
    words = [word for word in words if not word.startswith("--")] or ["core"]
    sets = {"core": CORE, "all": EVERYTHING}
    named = {it.name: it for it in EVERYTHING}
    unknown = [word for word in words if word not in sets and word not in named]
    if unknown:
        sys.exit(f"no such guest: {' '.join(unknown)}; there are: core, all, {', '.join(named)}")
    return [it for word in words for it in sets.get(word, [named.get(word)])]


def suites_of(scenario):
    return {scenario.kernel} | ({"bookworm-backports"} if scenario.newer_qemu else set())


def play(scenario, checks, kvm):
    checks.begin(scenario.name, scenario.what)
    setup = setup_for(scenario)
    missing = [program for program in (setup.qemu[0], *scenario.needs) if not shutil.which(program, path=f"{os.environ['PATH']}:/usr/sbin")]
    if missing or not os.path.exists(setup.root_disk):
        checks.skip(scenario.what, f"{' and '.join(missing) or f'the kernel of {scenario.kernel}'} can't be had")
        return
    try:
        with booted(setup, scenario, checks, kvm) as guest:
            guest.serve(scenario.configuration)
            scenario.steps(checks, guest, REPOSITORY)
    except Exception as error:          # whatever surprises in one guest, the others are still to be seen
        where = traceback.format_exc().splitlines() if not isinstance(error, GuestTrouble) else []
        checks.that("it goes to its end", str(error).splitlines() + where)
    checks.end()


@contextmanager
def booted(setup, scenario, checks, kvm):
    """An emulated kernel on a busy machine has been seen to end while it found its devices: there is a second try, said aloud."""
    for is_last in (False, True):
        with Guest(setup, scenario.iommu, scenario.shape, scenario.append, scenario.vfio, kvm, scenario.machine) as guest:
            try:
                release = guest.wait_until_booted(scenario.timeout)
            except GuestTrouble as trouble:
                if is_last:
                    raise
                print(f"     it did not boot, once more; {trouble}", flush=True)
                continue
            checks.holds(f"it boots, Linux {release}", True)
            yield guest
            return


def setup_for(scenario):
    directory = CACHE / scenario.kernel
    complete = sorted(directory.glob("*.complete"))
    version = complete[-1].name.removesuffix(".complete") if complete else "none"
    kernel = next((path for path in (directory / f"boot/vmlinuz-{version}", directory / f"lib/modules/{version}/vmlinuz") if path.exists()), "")
    newer = CACHE / "bookworm-backports/qemu/usr"
    return SimpleNamespace(
        qemu=[f"{newer}/bin/qemu-system-x86_64", "-L", f"{newer}/share/qemu", "-L", f"{newer}/share/seabios", "-L", "/usr/share/qemu"]
        if scenario.newer_qemu else ["qemu-system-x86_64"],
        modules=f"{newer}/lib/x86_64-linux-gnu/qemu" if scenario.newer_qemu else "",
        kernel=str(kernel), initramfs=str(directory / "initramfs.gz"), root_disk=str(directory / "root.img"), exporter=str(EXPORTER))


def boots_with_kvm(scenarios):
    """Where there is KVM it may still boot nothing, as in a nested machine that lacks it: one short try decides."""
    if not os.access("/dev/kvm", os.R_OK | os.W_OK) or not scenarios or not os.path.exists(setup_for(scenarios[0]).root_disk):
        return False
    try:
        with Guest(setup_for(scenarios[0]), "none", "small", kvm=True) as guest:
            guest.wait_until_booted(SECONDS_FOR_KVM)
            return True
    except (GuestTrouble, OSError, subprocess.SubprocessError):
        return False


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))     # so that QEMU goes too
    sys.exit(main(sys.argv[1:]))
