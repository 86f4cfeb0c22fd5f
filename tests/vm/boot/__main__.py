"""python3 -m boot [--count] [NAME...]: makes images, asks the exporter what a boot with each of them will come to, and boots. Run by
boot.sh, which prepares what is booted from."""

import base64
import io
import json
import os
import shutil
import signal
import subprocess
import sys
import tarfile
import tempfile
import time
from contextlib import contextmanager
from pathlib import Path

from proof.checks import Checks

from . import images, loaders, machine
from .combinations import COMBINATIONS

REPOSITORY = Path(__file__).resolve().parents[3]
CACHE = Path(os.environ.get("PASSTHRU_VM_CACHE") or REPOSITORY / "artifacts/vm").resolve()
EXPORTER = REPOSITORY / "artifacts/publish/Passthru.Exporter/release_linux-x64/passthru-exporter"
ROOT = CACHE / "boot/root"
DISK = CACHE / "boot/root.img"
SECONDS = 600
ENTRY = "guest.entry="          # on the command line of the entry that starts, where there are several
CAPTURES = os.environ.get("PASSTHRU_VM_CAPTURES")
LINE = "root=/dev/disk/by-label/guest-root ro console=ttyS0 panic=-1 net.ifnames=0 no_timer_check intel_iommu=on iommu=pt systemd.show_status=0"


def main(words):
    chosen = choose([word for word in words if not word.startswith("--")])
    if "--count" in words:
        print(len(chosen))
        return 0
    kernel = os.listdir(ROOT / "lib/modules")[0]
    checks = Checks()
    started = time.monotonic()
    make_disk()
    before = {}
    for combination in chosen:
        play(combination, checks, kernel, before)
    print(f"{len(chosen)} images took {time.monotonic() - started:.0f} s")
    print(checks.total())
    return 1 if checks.failed else 0


def choose(names):
    named = {it.name: it for it in COMBINATIONS}
    unknown = [name for name in names if name not in named]
    if unknown:
        sys.exit(f"no such combination: {' '.join(unknown)}; there are: {', '.join(named)}")
    return [named[name] for name in names] or list(COMBINATIONS)


def play(combination, checks, kernel, before):
    checks.begin(combination.name, f"{combination.maker}: {combination.what}")
    missing = [program for program in combination.needs if not (ROOT / "usr/bin" / program).exists()]
    if missing:
        checks.skip(combination.what, f"no {' and '.join(missing)} in {ROOT}")
        return
    try:
        compare(combination, checks, kernel, before)
    except (images.MakerTrouble, machine.MachineTrouble) as trouble:
        checks.that("it goes to its end", str(trouble).splitlines())
    checks.end()


def compare(combination, checks, kernel, before):
    capture = remembered(kernel, before, combination.loader)
    image = image_of(combination.loader, kernel)
    line = f"{LINE} {combination.line}".strip()
    files = {**combination.files, **loaders.files(combination.loader, kernel, image, line), **combination.menu}
    made_with = combination.files if combination.image_files is None else combination.image_files
    with made(combination.maker, kernel, image, made_with, line):
        with images.settings(ROOT, files), living(capture):
            told = ask(ROOT, kernel)
        said = booted(combination.loader, kernel, image, line, files)
    judge(combination, checks, told, said, "before the boot")
    judge(combination, checks, told_of(said.metrics, said.check, kernel), said, "after it, in the machine")


def image_of(loader, kernel):
    return f"efi/EFI/Linux/debian-{kernel}.efi" if loader == "uki" else f"boot/initrd.img-{kernel}"


@contextmanager
def made(maker, kernel, image, files, line):
    """The image in the tree, for the time."""
    (ROOT / image).parent.mkdir(parents=True, exist_ok=True)
    try:
        images.make(ROOT, maker, kernel, image, files, line)
        yield
    finally:
        (ROOT / image).unlink(missing_ok=True)


def booted(loader, kernel, image, line, files):
    """What a boot of the machine comes to, its root disk having these files."""
    with tempfile.TemporaryDirectory(prefix="passthru-disk-") as directory:
        ours = {path: content for path, content in files.items() if not path.startswith("efi/")}
        disk = disk_with(directory, ours, {} if image.startswith("efi/") else {image: ROOT / image})
        return machine.boot(loaders.start(loader, directory, ROOT, kernel, image, line, files), disk, SECONDS)


def judge(combination, checks, told, said, when):
    """Whoever has a device in the end is the truth; of what udev and systemd race for nothing has to be said."""
    wrong = []
    for device in combination.expected:
        has = said.end[device.address]
        lost = has not in (None, "vfio-pci")
        if device in combination.open:
            continue
        if lost != (device.address in told["lost"]):
            wrong.append(f"{device.address} ({device.module}): {has or 'no driver'} has it, {said.image[device.address] or 'none'} when the image hands over; "
                         f"check says {told['lost'].get(device.address, 'nothing of it')}")
    if ENTRY in said.line and told["entry"] != said.line.split(ENTRY)[1].split()[0]:
        wrong.append(f"{said.line.split(ENTRY)[1].split()[0]} was started, passthru_boot_info has {told['entry']}")
    checks.that(f"{when}: who has {', '.join(f'{device.module}: {said.end[device.address]}' for device in combination.expected)}; stale {told['stale']}", wrong)


def ask(root, kernel):
    said = [subprocess.run([EXPORTER, *verb, f"--path.rootfs={root}"], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, timeout=120).stdout
            for verb in (["metrics"], ["check", "--format=json"])]
    return told_of(*said, kernel)


def told_of(metrics, check, kernel):
    """The series as it is, and the devices that check says a driver of the host will take."""
    series = f'passthru_initramfs_stale{{kernel="{kernel}"}} '
    stale = next((line[len(series):] for line in metrics.splitlines() if line.startswith(series)), None)
    findings = json.loads(check)["findings"]
    lost = {finding["subject"]: finding["cause"] for finding in findings if finding["id"] in ("initramfs-stale", "driver-before-vfio")}
    entry = next((line.split('entry="')[1].split('"')[0] for line in metrics.splitlines() if line.startswith("passthru_boot_info{")), None)
    return {"stale": stale, "lost": lost, "entry": entry}


def remembered(kernel, known, loader):
    """The machine started by that loader, as its host's drivers have all of it: /sys and /proc, by a capture that is made once."""
    if loader not in known:
        image, line = image_of(loader, kernel), f"{LINE} guest.capture"
        with made("dracut-uefi" if loader == "uki" else "initramfs-tools", kernel, image, {}, line):
            said = booted(loader, kernel, image, line, loaders.files(loader, kernel, image, line))
        known[loader] = base64.b64decode(said.capture)
        if CAPTURES:
            (Path(CAPTURES) / f"boot-{loader}.tar.gz").write_bytes(known[loader])
        print(f"     the machine was looked at once, started by {loader}: {said.seconds:.0f} s", flush=True)
    return known[loader]


class living:
    """The root tree with /sys and /proc of a capture."""

    def __init__(self, capture):
        self._capture = capture

    def __enter__(self):
        with tarfile.open(fileobj=io.BytesIO(self._capture)) as archive:
            for member in archive.getmembers():
                if member.name.removeprefix("./").split("/")[0] in ("sys", "proc"):
                    archive.extract(member, ROOT, filter="fully_trusted")

    def __exit__(self, *_):
        for name in ("sys", "proc"):
            shutil.rmtree(ROOT / name)
            (ROOT / name).mkdir()


def make_disk():
    shutil.copy(EXPORTER, ROOT / "usr/local/sbin/passthru-exporter")
    subprocess.run(["mke2fs", "-q", "-t", "ext4", "-L", "guest-root", "-d", ROOT, DISK, "700M"], check=True, stdout=subprocess.DEVNULL)


def disk_with(directory, files, copies):
    """A copy of the root disk with further files, written by debugfs: nothing is mounted."""
    disk, commands = f"{directory}/root.img", []
    subprocess.run(["cp", "--sparse=always", "--reflink=auto", DISK, disk], check=True)
    places = dict(copies)
    for number, (path, content) in enumerate(files.items()):
        places[path] = Path(directory) / str(number)
        places[path].write_text(content)
        places[path].chmod(0o755 if content.startswith("#!") else 0o644)
    for path, place in places.items():
        parents = path.split("/")[:-1]
        commands += [f"mkdir /{'/'.join(parents[:depth])}" for depth in range(1, len(parents) + 1)] + [f"rm /{path}", f"write {place} /{path}"]
    script = f"{directory}/commands"
    Path(script).write_text("\n".join(commands) + "\n")
    subprocess.run(["debugfs", "-w", "-f", script, disk], check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    return disk


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    sys.exit(main(sys.argv[1:]))
