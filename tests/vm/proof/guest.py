"""A machine with an emulated IOMMU: booted, spoken to through a shared directory, asked for its metrics through a forwarded port."""

import os
import shutil
import socket
import subprocess
import tempfile
import time
import urllib.request
from dataclasses import dataclass

from . import topology

EXPORTER_PORT = 10068


@dataclass(frozen=True)
class Machine:
    """What few guests need otherwise."""

    programs: bool = False          # this machine's /usr in the guest, read only
    processor: str = "max"          # of an emulated guest
    megabytes: int = 1024


class GuestTrouble(Exception):
    """The guest did not do what it had to; says what was seen last."""


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Guest:
    """Use it in a with statement: leaving kills QEMU, whatever happened."""

    def __init__(self, setup, iommu, shape, append="", vfio=(), kvm=False, machine=Machine()):
        self.port = free_port()
        self._setup = setup
        self.directory = tempfile.mkdtemp(prefix="passthru-vm-")
        self._lab = f"{self.directory}/lab"
        for it in ("in", "out"):
            os.makedirs(f"{self._lab}/{it}")
        shutil.copy(setup.exporter, self._lab)
        self._asked = 0
        line = f"console=ttyS0 panic=-1 net.ifnames=0 no_timer_check guest.mac={topology.MAC} {append}"
        if vfio:
            line += f" guest.vfio={','.join(vfio)}"
        self._log = open(f"{self.directory}/qemu.log", "wb")
        self._qemu = subprocess.Popen(
            [
                *setup.qemu, "-nodefaults", "-no-user-config", "-no-reboot", "-display", "none",
                "-machine", "q35,kernel-irqchip=split" if kvm else "q35",
                *(["-accel", "kvm", "-cpu", "host"] if kvm else ["-accel", "tcg,thread=multi", "-cpu", machine.processor]),
                "-smp", "2", "-m", str(machine.megabytes),
                *topology.arguments(iommu, shape, setup.root_disk, self.directory),
                *(topology.PROGRAMS if machine.programs else ()),
                "-fsdev", f"local,id=lab,path={self._lab},security_model=none",
                "-netdev", f"user,id=net,restrict=on,hostfwd=tcp:127.0.0.1:{self.port}-10.0.2.15:{EXPORTER_PORT}",
                "-serial", f"file:{self.directory}/serial.log",
                "-kernel", setup.kernel, "-initrd", setup.initramfs, "-append", line,
            ],
            stdin=subprocess.DEVNULL, stdout=self._log, stderr=subprocess.STDOUT,
            env={**os.environ, "QEMU_MODULE_DIR": setup.modules} if setup.modules else None)

    def __enter__(self):
        return self

    def __exit__(self, kind, error, trace):
        self._qemu.kill()
        self._qemu.wait()
        self._log.close()
        if os.environ.get("PASSTHRU_VM_KEEP") == "1":
            print(f"  kept: {self.directory}", flush=True)
        else:
            shutil.rmtree(self.directory)

    def wait_until_booted(self, timeout):
        self._wait(f"{self._lab}/ready", timeout, "boot")
        with open(f"{self._lab}/ready") as file:
            return file.read().strip()

    def with_programs(self):
        """From here on the guest has Debian's programs below /usr; its own stay in /bin."""
        self.must("/bin/modprobe 9p; mount -t 9p -o trans=virtio,version=9p2000.L,msize=524288,cache=loose,ro usr /usr")

    def run(self, script, timeout=240):
        """Runs a shell script as root; what it said, whatever its exit code."""
        return self._finish(self._start(script), timeout, script)[1]

    def must(self, script, timeout=240, prelude=""):
        """The same for one that has to succeed; the prelude defines what the script uses."""
        code, said = self._finish(self._start(f"{prelude}\n{script}"), timeout, script)
        if code != 0:
            raise GuestTrouble(f"exit code {code} of: {script}\n{said}")
        return said

    def serve(self, configuration):
        """Starts the exporter with this configuration file and waits for its first answer."""
        self.must(f"mkdir -p /etc/passthru-exporter && cat >/etc/passthru-exporter/config.yml <<'END'\n{configuration}END")
        self.must("cp /lab/passthru-exporter /run/ && cd / && (/run/passthru-exporter serve >/lab/exporter.log 2>&1 & echo $! >/run/exporter.pid)")
        deadline = time.monotonic() + 120
        while True:
            try:
                return self.scrape()
            except OSError as error:
                if time.monotonic() > deadline:
                    raise GuestTrouble(f"no answer of the exporter: {error}; {self.exporter_log()}") from error
                time.sleep(0.5)

    def scrape(self):
        with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/metrics", timeout=60) as answer:
            return answer.read().decode()

    def capture(self, name):
        """The path of a capture of the guest as it is now, kept where PASSTHRU_VM_CAPTURES says so: it may become a fixture host."""
        self.must(f"/run/passthru-exporter capture /lab/{name}.tar.gz 2>/dev/null")
        directory = os.environ.get("PASSTHRU_VM_CAPTURES")
        if directory:
            shutil.copy(self.shared(f"{name}.tar.gz"), directory)
        return self.shared(f"{name}.tar.gz")

    def replay(self, capture):
        """What the exporter out here says of a capture."""
        arguments = [self._setup.exporter, "metrics", "--collector.pci.all", f"--path.rootfs={capture}"]
        return subprocess.run(arguments, check=True, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, timeout=120).stdout

    def exporter_log(self):
        with open(f"{self._lab}/exporter.log", errors="replace") as file:
            return file.read()

    def shared(self, name):
        """Where a file of the guest's /lab is out here."""
        return f"{self._lab}/{name}"

    def _start(self, script):
        self._asked += 1
        path = f"{self._lab}/in/{self._asked}"
        with open(path + ".new", "w") as file:
            file.write(script + "\n")
        os.rename(path + ".new", path)
        return self._asked

    def _finish(self, number, timeout, what):
        path = f"{self._lab}/out/{number}"
        self._wait(path + ".done", timeout, what)
        with open(path + ".done") as done, open(path, errors="replace") as said:
            return int(done.read()), said.read()

    def _wait(self, path, timeout, what):
        deadline = time.monotonic() + timeout
        while not os.path.exists(path):
            ended = self._qemu.poll() is not None
            if ended or time.monotonic() > deadline:
                raise GuestTrouble(f"{f'QEMU ended with {self._qemu.returncode}' if ended else f'nothing after {timeout} s'}: {what}\n{self._last_words()}")
            time.sleep(0.1)

    def _last_words(self):
        words = ""
        for name in ("qemu.log", "serial.log"):
            path = f"{self.directory}/{name}"
            if os.path.exists(path):
                with open(path, errors="replace") as file:
                    words += "".join(file.readlines()[-15:])
        return words
