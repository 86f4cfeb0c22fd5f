"""The machines that are booted: an IOMMU and what hangs on the PCI buses, as arguments of QEMU."""

MAC = "52:54:00:12:34:56"   # of the NIC that the exporter is asked through

PROGRAMS = ("-fsdev", "local,id=usr,path=/usr,security_model=none,readonly=on,multidevs=remap", "-device", "virtio-9p-pci,fsdev=usr,mount_tag=usr,addr=19.0")


class Devices:
    """Collects -device arguments; drives are sparse files that QEMU discards, but for the root disk."""

    def __init__(self, root_disk, scratch):
        self.arguments = []
        self._root_disk = root_disk
        self._scratch = scratch

    def add(self, device):
        self.arguments += ["-device", device]

    def port(self, name, number, address, options=""):
        self.add(f"pcie-root-port,id={name},chassis={number},slot={number},addr={address}{options}")

    def disk(self, name, path=None, megabytes=16):
        if path is None:
            path = f"{self._scratch}/{name}.img"
            with open(path, "wb") as file:
                file.truncate(megabytes << 20)
        self.arguments += ["-drive", f"if=none,id={name},format=raw,snapshot=on,file={path}"]
        return name

    def nvme(self, bus, name, megabytes=16):
        self.add(f"nvme,bus={bus},drive={self.disk(name, megabytes=megabytes)},serial={name}")

    def virtual_nvme(self, bus):
        """With virtual functions."""
        self.add("nvme-subsys,id=subsystem,nqn=guest")
        self.add(f"nvme,bus={bus},serial=virtual,subsys=subsystem,sriov_max_vfs=4,sriov_vq_flexible=10,sriov_vi_flexible=5,max_ioqpairs=12,msix_qsize=8")

    def root_nvme(self, bus):
        self.add(f"nvme,bus={bus},drive={self.disk('root', self._root_disk)},serial=root")

    def nic(self, model, bus, options):
        """Without the boot ROM, which another package holds."""
        self.add(f"{model},bus={bus},romfile=,{options}")

    def graphics_card(self, bus):
        """A look-alike: VGA and its audio as two functions of one slot, without ACS."""
        self.add(f"VGA,bus={bus},addr=0.0,multifunction=on")
        self.add(f"ich9-intel-hda,bus={bus},addr=0.1")
        self.add("hda-output,audiodev=mute")
        self.arguments += ["-audiodev", "none,id=mute"]


IOMMUS = {
    "intel": "intel-iommu,intremap=on",
    "intel-without-remapping": "intel-iommu,intremap=off",
    "amd": "amd-iommu,intremap=on",
    "virtio": "virtio-iommu-pci,addr=02.0",
    "none": None,
}


def full(devices):
    """A server: root ports with and without ACS, a graphics card, a switch, a conventional bridge, NICs, disks, USB."""
    # Functions of one slot, all with ACS: what is in each of them is a group of its own.
    for number in range(6):
        devices.port(f"rp{number}", number + 1, f"1c.{number}", ",multifunction=on" if number == 0 else "")
    devices.graphics_card("rp0")
    devices.nic("e1000e", "rp1", f"netdev=net,mac={MAC}")
    devices.root_nvme("rp2")
    devices.add("qemu-xhci,bus=rp3")
    # A switch, whose downstream ports have no ACS.
    devices.add("x3130-upstream,id=up,bus=rp4")
    devices.add("xio3130-downstream,id=dn0,bus=up,chassis=20,slot=20,addr=0.0,multifunction=on")
    devices.add("xio3130-downstream,id=dn1,bus=up,chassis=21,slot=21,addr=1.0")
    devices.nic("e1000e", "dn0", "mac=52:54:00:00:00:20")
    devices.nvme("dn1", "behind-switch")
    # All behind a bridge to conventional PCI is one group.
    devices.add("pcie-pci-bridge,id=pb,bus=rp5")
    devices.nic("e1000", "pb", "addr=1,mac=52:54:00:00:00:30")
    devices.add("ES1370,bus=pb,addr=2,audiodev=mute")
    # Root ports of one slot without ACS: they and all behind them are one group.
    devices.port("nr0", 10, "1b.0", ",multifunction=on,disable-acs=on")
    devices.port("nr1", 11, "1b.1", ",disable-acs=on")
    devices.nic("e1000e", "nr0", "mac=52:54:00:00:00:40")
    devices.nvme("nr1", "behind-no-acs")
    # A port with nothing in it, and one with virtual functions.
    devices.port("rp6", 12, "1d.0", ",multifunction=on")
    devices.port("rp7", 13, "1d.1", ",hotplug=off")         # such a port may sleep
    devices.virtual_nvme("rp7")
    # On the chipset's AHCI controller, in one group with LPC and SMBus.
    devices.add(f"ide-hd,bus=ide.0,drive={devices.disk('sata')},serial=sata")


def small(devices):
    """Two root ports: a NIC and the root disk."""
    devices.port("rp0", 1, "1c.0", ",multifunction=on")
    devices.port("rp1", 2, "1c.1")
    devices.nic("e1000e", "rp0", f"netdev=net,mac={MAC}")
    devices.root_nvme("rp1")


def consumer(devices):
    """A desktop board: the graphics card on a port with ACS, all else behind ports without, and graphics on the root bus."""
    devices.port("rp0", 1, "03.0")
    devices.graphics_card("rp0")
    for number in range(3):
        devices.port(f"c{number}", number + 2, f"1c.{number}", ",disable-acs=on" + (",multifunction=on" if number == 0 else ""))
    devices.nic("e1000e", "c0", f"netdev=net,mac={MAC}")
    devices.add("qemu-xhci,bus=c1")
    devices.root_nvme("c2")
    devices.add("secondary-vga,addr=02.0")


def igb(devices):
    """A NIC with virtual functions, as only newer QEMU has it."""
    small(devices)
    devices.port("rp2", 3, "1c.2")
    devices.nic("igb", "rp2", "mac=52:54:00:00:00:50")


def cards(devices):
    """Cards to be reset: graphics with audio, a conventional bus with two slots, an adapter with virtual functions."""
    small(devices)
    for number in range(2, 5):
        devices.port(f"rp{number}", number + 1, f"1c.{number}")
    devices.graphics_card("rp2")
    devices.add("pcie-pci-bridge,id=pb,bus=rp3")
    devices.nic("e1000", "pb", "addr=1,mac=52:54:00:00:00:30")
    devices.add("ES1370,bus=pb,addr=2,audiodev=mute")
    devices.virtual_nvme("rp4")


def stacks(devices):
    """Disks and NICs for what is stacked on them, each in a group of its own."""
    small(devices)
    for number in range(2, 6):
        devices.port(f"rp{number}", number + 1, f"1c.{number}")
        devices.nvme(f"rp{number}", f"disk{number}", megabytes=256)
    devices.port("rp6", 7, "1d.0", ",multifunction=on")
    devices.port("rp7", 8, "1d.1")
    devices.nic("e1000e", "rp6", "mac=52:54:00:00:00:60")
    devices.nic("e1000e", "rp7", "mac=52:54:00:00:00:70")


SHAPES = {"full": full, "small": small, "consumer": consumer, "igb": igb, "cards": cards, "stacks": stacks}


def arguments(iommu, shape, root_disk, scratch):
    devices = Devices(root_disk, scratch)
    if IOMMUS[iommu]:                                   # has to come first
        devices.add(IOMMUS[iommu])
    devices.add("virtio-9p-pci,fsdev=lab,mount_tag=lab,addr=1e.0")
    SHAPES[shape](devices)
    return devices.arguments
