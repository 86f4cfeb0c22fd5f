"""What stands on a disk or a NIC without a line among the mounts, by lsblk, losetup, findmnt and ip; where the machine has those."""

import json
import re


class Stacked:
    """`uses` are (node or NIC, reason)."""

    def __init__(self, evidence):
        self._evidence = evidence
        self.uses = []
        self._rows = {}
        self._below = {}                # node: what it stands on, as lsblk draws it
        if evidence.exists("lsblk"):
            self._take(json.loads(evidence.text("lsblk"))["blockdevices"], None)
            self._loops()
            self._disks()
            self._opened()
            self._switches()

    def disks_below(self, node):
        """The nodes at the bottom; the node itself where nothing is known to be below."""
        below = self._below.get(node, set())
        return {disk for it in below for disk in self.disks_below(it)} if below else {node}

    def _take(self, rows, parent):
        for row in rows:
            self._below.setdefault(row["name"], set()).update({parent} - {None})
            self._rows[row["name"]] = row
            self._take(row.get("children", []), row["name"])

    def _loops(self):
        """lsblk draws a loop device beside the disk that it reads."""
        for row in json.loads(self._evidence.text("losetup") or '{"loopdevices": []}')["loopdevices"]:
            if row["back-file"] in self._rows:
                self._below.setdefault(row["name"], set()).add(row["back-file"])

    def _disks(self):
        mounted = {line.split()[0].split("[")[0] for line in self._evidence.lines("findmnt")}
        for volume in re.split(r"\n\s*\n", self._evidence.text("btrfs")):
            members = re.findall(r" path (/dev/\S+)$", volume, re.M)
            mounted |= set(members) if mounted & set(members) else set()
        tops = set(self._rows) - {it for below in self._below.values() for it in below}
        for name, row in self._rows.items():
            if name in mounted:
                self.uses.append((name, "root_disk" if "/" in row["mountpoints"] else "mounted_disk"))
            elif name in tops and self._below[name] and row["type"] != "part":
                self.uses.append((name, "storage_service"))

    def _opened(self):
        """By the number of the node, as `stat` tells it in hexadecimal."""
        nodes = {(int(match[1]), int(match[2])): f"/dev/{match[3]}"
                 for match in re.finditer(r"^b\S+ .*?(\d+), +(\d+) .* (\S+)$", self._evidence.text("nodes"), re.M)}
        for line in self._evidence.lines("opened"):
            major, minor = line.split()[-1].split(":")
            node = nodes.get((int(major, 16), int(minor, 16)))
            if node:
                self.uses.append((node, "storage_service"))

    def _switches(self):
        """A bridge that a guest's tap is on, alive, carries guests over its other ports."""
        faces = json.loads(self._evidence.text("interfaces"))
        for bridge in (it for it in faces if it.get("linkinfo", {}).get("info_kind") == "bridge"):
            ports = [it for it in faces if it.get("master") == bridge["ifname"]]
            if any(it.get("linkinfo", {}).get("info_kind") == "tun" and "LOWER_UP" in it["flags"] for it in ports):
                self.uses += [(it["ifname"], "guest_network") for it in ports if "linkinfo" not in it or "info_kind" not in it["linkinfo"]]
