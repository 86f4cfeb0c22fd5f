"""Boots the test machine with one image, and reads what it says about itself."""

import os
import shutil
import subprocess
import tempfile
import time
from dataclasses import dataclass, field

from . import devices


class MachineTrouble(Exception):
    """It did not come to its end; says what was seen last."""


@dataclass
class Said:
    """What a boot came to."""
    image: dict = field(default_factory=dict)       # address: driver, or None, when the image hands over
    end: dict = field(default_factory=dict)         # the same in the end
    line: str = ""
    metrics: str = ""
    check: str = ""
    capture: str = ""                               # base64
    seconds: float = 0.0


def boot(arguments, root_disk, timeout):
    """arguments: of QEMU, for what is started."""
    directory = tempfile.mkdtemp(prefix="passthru-boot-")
    said, log, console = (f"{directory}/{name}" for name in ("said", "qemu.log", "console"))
    disk = f"{directory}/disk.img"
    with open(disk, "wb") as file:
        file.truncate(16 << 20)
    since = time.monotonic()
    with open(log, "wb") as words:
        qemu = subprocess.Popen(
            ["qemu-system-x86_64", "-nodefaults", "-no-user-config", "-no-reboot", "-display", "none", "-machine", "q35", "-accel", "tcg,thread=multi",
             "-cpu", "max", "-smp", "2", "-m", "1024", *devices.arguments(root_disk, disk), "-serial", f"file:{console}", "-serial", f"file:{said}", *arguments],
            stdin=subprocess.DEVNULL, stdout=words, stderr=subprocess.STDOUT)
    try:
        code = qemu.wait(timeout)
        if code != 0 or not os.path.exists(said) or not _text(said).rstrip().endswith("== done"):
            raise MachineTrouble(f"QEMU ended with {code}\n{_last(log)}{_last(console)}")
        result = parse(_text(said))
        result.seconds = time.monotonic() - since
        return result
    except subprocess.TimeoutExpired as error:
        raise MachineTrouble(f"not at its end after {timeout} s\n{_last(log)}{_last(console)}") from error
    finally:
        qemu.kill()
        qemu.wait()
        if os.environ.get("PASSTHRU_VM_KEEP") == "1":
            print(f"     kept: {directory}", flush=True)
        else:
            shutil.rmtree(directory)


def parse(text):
    result, part = Said(), ""
    parts = {}
    for line in text.replace("\r", "").splitlines():
        if line.startswith("== "):
            part = line[3:]
        else:
            parts.setdefault(part, []).append(line)
    for when in ("image", "end"):
        pairs = (line.split() for line in parts.get(f"who {when}", []))
        setattr(result, when, {address: None if driver == "-" else driver for address, driver in pairs})
    result.line = "\n".join(parts.get("cmdline", [])).strip()
    for name in ("metrics", "check", "capture"):
        setattr(result, name, "\n".join(parts.get(name, [])))
    return result


def _text(path):
    with open(path, errors="replace") as file:
        return file.read()


def _last(path):
    return "\n".join(_text(path).splitlines()[-25:]) + "\n" if os.path.exists(path) else ""
