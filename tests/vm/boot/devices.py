"""The test machine: its devices, what they are called here, and the arguments of QEMU for it."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Device:
    address: str
    id: str
    module: str             # that the host would use it by
    arguments: tuple


# All on the root bus, each in a group of its own. What drives them is found in most images, in none, in use by the root disk, built in.
NIC = Device("0000:00:05.0", "8086:10d3", "e1000e", ("e1000e,romfile=,addr=05.0",))
SOUND = Device("0000:00:06.0", "8086:293e", "snd_hda_intel", ("ich9-intel-hda,addr=06.0",))
DISK = Device("0000:00:07.0", "8086:5845", "nvme", ("nvme,drive=disk,serial=disk,use-intel-id=on,addr=07.0",))
SERIAL = Device("0000:00:08.0", "1b36:0002", "8250_pci", ("pci-serial,chardev=nothing,addr=08.0",))
USB = Device("0000:00:09.0", "1b36:000d", "xhci_pci", ("qemu-xhci,addr=09.0",))
ALL = (NIC, SOUND, DISK, SERIAL, USB)


def arguments(root_disk, disk):
    """Of QEMU, for the devices; the disks are changed for nobody else."""
    said = ["-device", "intel-iommu,intremap=on", "-chardev", "null,id=nothing"]
    for name, path in (("root", root_disk), ("disk", disk)):
        said += ["-drive", f"if=none,id={name},format=raw,snapshot=on,file={path}"]
    said += ["-device", "nvme,drive=root,serial=root,addr=0a.0"]
    for device in ALL:
        for argument in device.arguments:
            said += ["-device", argument]
    return said
