"""What guest/evidence.sh brought back, read without judging it."""

import re
from pathlib import Path

ADDRESS = r"[0-9a-f]{4,}:[0-9a-f]{2}:[0-9a-f]{2}\.[0-7]"


class Evidence:
    """All tables are by address of the function, as text."""

    def __init__(self, directory):
        self._directory = Path(directory)
        self.attributes = {}
        for path, value in self._values("attributes"):
            address, name = path.split("/", 1)
            self.attributes.setdefault(address, {}).setdefault(name, []).append(value)
            if name == "vendor":
                self._take_override(address)
        self.files = {}
        for path, value in self._values("files"):
            self.files.setdefault(path, []).append(value)
        self.present = set(self.lines("present"))
        self.links = dict(re.findall(r" (/\S+) -> (\S+)$", self.text("links"), re.M))
        self.lspci = {block[:block.index(" ")]: block for block in self._blocks("lspci")}
        self.names = {block.split("\n", 1)[0].split("\t")[1]: self._named(block) for block in self._blocks("names")}
        self.addresses = sorted(path.rsplit("/", 1)[1] for path in self.present if re.fullmatch(rf"/sys/bus/pci/devices/{ADDRESS}", path))

    def exists(self, name):
        return (self._directory / name).exists()

    def text(self, name):
        return (self._directory / name).read_text(errors="replace")

    def lines(self, name):
        return self.text(name).splitlines()

    def value(self, address, name):
        """The text of an attribute; None where there is none or it is empty."""
        return self.attributes[address].get(name, [None])[0]

    def file(self, path):
        return self.files.get(path, [None])[0]

    def has(self, address, name):
        return f"/sys/bus/pci/devices/{address}/{name}" in self.present

    def link(self, address, name):
        """The last part of where a link of the function goes."""
        target = self.links.get(f"/sys/bus/pci/devices/{address}/{name}")
        return target and target.rsplit("/", 1)[1]

    def virtual_functions(self, address):
        return [path for path in self.links if re.fullmatch(rf"/sys/bus/pci/devices/{re.escape(address)}/virtfn\d+", path)]

    def said(self, address, pattern):
        """The first group of a pattern in what lspci says of the function."""
        match = re.search(pattern, self.lspci[address], re.M)
        return match and match[1]

    def descriptors(self):
        """{pid: what it has open of VFIO and KVM}."""
        found, pid = {}, None
        for line in self.lines("descriptors"):
            header = re.fullmatch(r"/proc/(\d+)/fd:", line)
            pid = int(header[1]) if header else pid
            if not header:
                found.setdefault(pid, []).append(line.split(" -> ", 1)[1])
        return found

    def programs(self):
        """{pid: the file name of what runs in it}."""
        return {int(line.split(" ", 1)[0]): line.rsplit("/", 1)[-1] for line in self.lines("programs")}

    def _take_override(self, address):
        path = self._directory / "overrides" / address
        if path.exists():
            self.attributes[address]["driver_override"] = [path.read_text().strip()]

    def _blocks(self, name):
        return [block for block in self.text(name).split("\n\n") if block.strip()]

    def _values(self, name):
        """grep -H separates by a colon, and so does an address, which may be in the name."""
        return [re.match(rf"((?:.*?{ADDRESS})?[^:]*):(.*)$", line).groups() for line in self.lines(name)]

    @staticmethod
    def _named(block):
        return dict(line.split(":\t", 1) for line in block.split("\n") if ":\t" in line)
