"""What a disk or a NIC is used by without a mount, an address or a route of its own: after each step the page beside lsblk, findmnt and ip."""

from . import exposition
from .comparing import check_exporter, compare, compare_once
from .life import do

DISKS = {number: f"0000:0{number + 1}:00.0" for number in range(2, 6)}      # of /dev/disk/2 to 5, by their serial
NICS = {6: "0000:07:00.0", 7: "0000:08:00.0"}                               # eth of rp6 and rp7
CRITICAL = "passthru_device_critical"

TOOLS = """
PATH=/bin:/usr/sbin:/usr/bin
# The shell takes its own of these, wherever PATH leads.
ip() { /usr/bin/ip "$@"; }
mount() { /usr/bin/mount "$@"; }
umount() { /usr/bin/umount "$@"; }
losetup() { /usr/sbin/losetup "$@"; }
mke2fs() { /usr/sbin/mke2fs "$@"; }
node() { echo /dev/$(basename /sys/bus/pci/devices/0000:0$(($1 + 1)):00.0/nvme/nvme*/nvme*n1); }
face() { basename /sys/bus/pci/devices/0000:0$(($1 + 1)):00.0/net/*; }
open_node() { sh -c "exec sleep 100000 <$1" >/dev/null 2>&1 & echo $! >/run/opener.pid; sleep 0.2; }
close_node() { kill $(cat /run/opener.pid); sleep 0.2; }
"""


def stacks(checks, guest, _):
    guest.with_programs()
    step = Step(checks, guest)
    step("as booted", "true", {})
    step("a volume of device-mapper, open, without a mount",
         "/bin/modprobe dm-mod; dmsetup create lab --table \"0 $(blockdev --getsz $(node 2)) linear $(node 2) 0\" --noudevsync; dmsetup mknodes; open_node /dev/mapper/lab",
         {DISKS[2]: "storage_service"})
    step("gone", "close_node; dmsetup remove --noudevsync lab", {})
    step("dm-crypt, open, without a mount", "echo secret | cryptsetup open --type plain --cipher aes-cbc-essiv:sha256 $(node 2) hidden", {DISKS[2]: "storage_service"})
    step("closed", "cryptsetup close hidden", {})
    step("an array without a mount", "mdadm --create /dev/md0 --run --force --assume-clean --level=1 --raid-devices=2 --metadata=1.2 $(node 2) $(node 3) </dev/null",
         {DISKS[2]: "storage_service", DISKS[3]: "storage_service"})
    step("stopped", "mdadm --stop /dev/md0; mdadm --zero-superblock $(node 2) $(node 3)", {})
    step("a disk that a process has open", "open_node $(node 3)", {DISKS[3]: "storage_service"})
    step("the same by another name", "close_node; mkdir -p /run/jail/dev; "
         "mknod /run/jail/dev/disk b $((0x$(stat -c %t $(node 3)))) $((0x$(stat -c %T $(node 3)))); open_node /run/jail/dev/disk", {DISKS[3]: "storage_service"})
    step("a file of that name which is no disk", f"close_node; mkdir -p /tmp/dev; echo >/tmp/$(node 3); open_node /tmp/$(node 3)", {})
    step("a mount", "close_node; mke2fs -q $(node 4); mkdir /run/point; mount $(node 4) /run/point", {DISKS[4]: "mounted_disk"})
    step("another mounted over it", "mke2fs -q $(node 5); mount $(node 5) /run/point", {DISKS[4]: "mounted_disk", DISKS[5]: "mounted_disk"})
    step("a file system in memory over both", "mount -t tmpfs none /run/point", {DISKS[4]: "mounted_disk", DISKS[5]: "mounted_disk"})
    step("none", "umount /run/point; umount /run/point; umount /run/point", {})
    step("a loop device over a disk", "/bin/modprobe loop; losetup /dev/loop0 $(node 4)", {DISKS[4]: "storage_service"})
    step("mounted", "mount /dev/loop0 /run/point", {DISKS[4]: "mounted_disk"})
    step("gone again", "umount /run/point; losetup -d /dev/loop0", {})
    step("btrfs on two disks", "/bin/modprobe btrfs; mkfs.btrfs -qf -d raid1 -m raid1 $(node 4) $(node 5); btrfs device scan; mount $(node 4) /run/point",
         {DISKS[4]: "mounted_disk", DISKS[5]: "mounted_disk"})
    step("unmounted", "umount /run/point", {})
    step("an address in a VRF", "/bin/modprobe vrf; ip link add blue type vrf table 10; ip link set blue up; ip link set $(face 6) master blue; ip link set $(face 6) up; "
         "ip addr add 192.0.2.1/24 dev $(face 6)", {NICS[6]: "management_network"})
    step("the VRF gone", "ip link set $(face 6) nomaster; ip addr flush dev $(face 6); ip link del blue", {})
    step("a bridge without a guest", "/bin/modprobe -a bridge tun; ip link add vmbr9 type bridge; ip link set vmbr9 up; ip link set $(face 7) master vmbr9; ip link set $(face 7) up; "
         "ip tuntap add tap9 mode tap; ip link set tap9 master vmbr9; ip link set tap9 up; ip -6 addr flush dev vmbr9", {})
    step("a guest on the bridge, which has no address",
         "(qemu-system-x86_64 -machine none -nodefaults -display none -netdev tap,id=n,ifname=tap9,script=no,downscript=no >/run/qemu.log 2>&1 & echo $! >/run/qemu.pid); "
         "for i in $(seq 300); do ip link show tap9 | grep -q LOWER_UP && break; sleep 0.2; done; cat /run/qemu.log", {NICS[7]: "guest_network"})
    compare_once(checks, guest, "the same")
    step("the guest gone", "kill $(cat /run/qemu.pid); sleep 1", {})
    check_exporter(checks, guest)


class Step:
    """Each is judged by the machine's own tools, and held against what it is known to be beside that."""

    def __init__(self, checks, guest):
        self._checks = checks
        self._guest = guest

    def __call__(self, what, script, critical):
        do(self._guest, TOOLS + script)

        def known(families):
            found = {}
            for labels in map(dict, families[CRITICAL]):
                if labels["device"] in (*DISKS.values(), *NICS.values()):
                    found[labels["device"]] = labels["reason"]
            return [] if found == critical else [f"page {found}, not {critical}"]

        compare(self._checks, self._guest, what, known=known)
