"""What is tried: a maker of images, settings, and whether the image was made before or after them."""

from dataclasses import dataclass, field

from .devices import DISK, NIC, SERIAL, SOUND, USB

CONF = "etc/modprobe.d/vfio.conf"
UDEV_RULE = "etc/udev/rules.d/10-vfio.rules"
# initramfs-tools runs scripts of init-top in the order of their names: one before that of udev, one after it.
INIT_TOP = "etc/initramfs-tools/scripts/init-top/bind-vfio"
INIT_TOP_LATE = "etc/initramfs-tools/scripts/init-top/vfio"
TOOLS = "initramfs-tools"


@dataclass(frozen=True)
class Combination:
    name: str
    what: str
    maker: str                              # of images.MAKERS
    expected: tuple                         # devices that the settings give to VFIO
    files: dict = field(default_factory=dict)
    line: str = ""                          # words of the kernel's command line
    image_files: dict = None                # what there was when the image was made; None: the same
    loader: str = "direct"                  # of __main__.STARTS
    menu: dict = field(default_factory=dict)    # further files of the boot loader, with {line}, {kernel} and {image}
    open: tuple = ()                        # devices of which nothing has to be said, for udev and systemd race for them
    needs: tuple = ()                       # programs


def ids(*devices):
    return f"options vfio-pci ids={','.join(device.id for device in devices)}\n"


def softdep(device):
    return f"softdep {device.module} pre: vfio-pci\n"


def words(*devices):
    return f"vfio-pci.ids={','.join(device.id for device in devices)}"


def rule(*devices, action='ATTR{driver_override}="vfio-pci"'):
    return "".join(f'ACTION=="add", SUBSYSTEM=="pci", KERNEL=="{device.address}", {action}\n' for device in devices)


def override_script(*devices):
    return f"""#!/bin/sh
PREREQ=""
case "$1" in prereqs) echo "$PREREQ"; exit 0 ;; esac
DEVICES="{' '.join(device.address for device in devices)}"
for device in $DEVICES; do
    echo vfio-pci >/sys/bus/pci/devices/$device/driver_override
done
modprobe -i vfio-pci
"""


HOOK = """#!/bin/sh
case "$1" in prereqs) exit 0 ;; esac
. /usr/share/initramfs-tools/hook-functions
manual_add_modules vfio-pci
"""
LATE_RULE = "etc/udev/rules.d/99-vfio.rules"
COMMAND = "RUN+=\"/bin/sh -c 'echo vfio-pci >/sys/bus/pci/devices/$kernel/driver_override'\""
WITH_VFIO = {"etc/initramfs-tools/hooks/vfio": HOOK}
DRACUT_VFIO = {"etc/dracut.conf.d/vfio.conf": 'add_drivers+=" vfio-pci "\n'}
DRACUT_FORCED = {"etc/dracut.conf.d/vfio.conf": 'force_drivers+=" vfio-pci "\n'}
KEPT_OFF = "rd.driver.blacklist=e1000e modprobe.blacklist=e1000e"

COMBINATIONS = (
    # Debian's own images: they carry drivers of NICs and disks, not of sound.
    Combination("tools-ids", "ids alone", TOOLS, (NIC, SOUND), {CONF: ids(NIC, SOUND)}),
    Combination("tools-softdep", "ids and softdeps, image made after them", TOOLS, (NIC, SOUND, DISK),
                {CONF: ids(NIC, SOUND, DISK) + softdep(NIC) + softdep(SOUND) + softdep(DISK)}),
    Combination("tools-softdep-stale", "the same, image made before them", TOOLS, (NIC, SOUND),
                {CONF: ids(NIC, SOUND) + softdep(NIC) + softdep(SOUND)}, image_files={}),
    Combination("tools-blacklist", "ids and a blacklist", TOOLS, (NIC,), {CONF: ids(NIC) + "blacklist e1000e\n"}),
    Combination("tools-blacklist-stale", "the same, image made before them", TOOLS, (NIC,), {CONF: ids(NIC) + "blacklist e1000e\n"}, image_files={}),
    Combination("tools-install-false", "ids and install /bin/false", TOOLS, (NIC,), {CONF: ids(NIC) + "install e1000e /bin/false\n"}),
    Combination("tools-alias", "an alias of the device in modprobe.d", TOOLS, (NIC,),
                {CONF: ids(NIC) + "alias pci:v00008086d000010D3sv*sd*bc*sc*i* vfio-pci\n", **WITH_VFIO}),
    Combination("tools-modules", "vfio_pci with ids in /etc/initramfs-tools/modules", TOOLS, (NIC, SOUND),
                {"etc/initramfs-tools/modules": f"vfio_pci ids={NIC.id},{SOUND.id}\n"}),
    Combination("tools-modules-stale", "the same, image made before them", TOOLS, (NIC, SOUND),
                {"etc/initramfs-tools/modules": f"vfio_pci ids={NIC.id},{SOUND.id}\n"}, image_files={}),
    Combination("tools-init-top", "a script of init-top sets driver_override", TOOLS, (NIC, SOUND),
                {CONF: ids(NIC, SOUND), INIT_TOP: override_script(NIC, SOUND), **WITH_VFIO}),
    Combination("tools-init-top-late", "the same, by a name behind udev's", TOOLS, (NIC, SOUND),
                {CONF: ids(NIC, SOUND), INIT_TOP_LATE: override_script(NIC, SOUND), **WITH_VFIO}),
    Combination("tools-init-top-stale", "the same, image made before it", TOOLS, (NIC, SOUND),
                {CONF: ids(NIC, SOUND), INIT_TOP: override_script(NIC, SOUND), **WITH_VFIO}, image_files={}),
    Combination("tools-udev", "a udev rule, which Debian's images take along", TOOLS, (NIC, SOUND), {UDEV_RULE: rule(NIC, SOUND)}),
    Combination("tools-udev-stale", "the same, image made before it", TOOLS, (NIC, SOUND), {UDEV_RULE: rule(NIC, SOUND)}, image_files={}),
    Combination("tools-udev-late", "a udev rule whose command comes after the modules", TOOLS, (NIC, SOUND), {LATE_RULE: rule(NIC, SOUND, action=COMMAND)}),
    Combination("tools-udev-late-stale", "the same, image made before it", TOOLS, (SOUND,), {LATE_RULE: rule(SOUND, action=COMMAND)}, image_files={}),
    Combination("tools-udev-command", "a udev rule whose command comes before the modules", TOOLS, (NIC, SOUND), {UDEV_RULE: rule(NIC, SOUND, action=COMMAND)}),
    Combination("tools-driverctl", "driverctl", TOOLS, (NIC, SOUND),
                {f"etc/driverctl.d/pci-{NIC.address}": "vfio-pci\n", f"etc/driverctl.d/pci-{SOUND.address}": "vfio-pci\n"}),
    Combination("tools-modules-load", "ids, and vfio-pci in modules-load.d", TOOLS, (SOUND,), {CONF: ids(SOUND), "etc/modules-load.d/vfio.conf": "vfio-pci\n"}, open=(SOUND,)),
    Combination("tools-line", "ids on the command line, softdep in modprobe.d", TOOLS, (NIC,), {CONF: softdep(NIC)}, line=words(NIC)),
    Combination("tools-overruled", "ids on the command line overrule those of modprobe.d", TOOLS, (SOUND,),
                {CONF: ids(NIC) + softdep(NIC) + softdep(SOUND)}, line=words(SOUND)),
    Combination("tools-built-in", "a driver that is built in", TOOLS, (SERIAL,), {CONF: ids(SERIAL), "etc/modules-load.d/vfio.conf": "vfio-pci\n"}, line=words(SERIAL)),
    # dracut.
    Combination("dracut-softdep", "made for this host, ids and softdeps", "dracut", (NIC, SOUND), {CONF: ids(NIC, SOUND) + softdep(NIC) + softdep(SOUND), **DRACUT_VFIO,
                "etc/dracut.conf.d/nic.conf": 'add_drivers+=" e1000e "\n'}),
    Combination("dracut-stale", "the same, image made before them", "dracut", (NIC,), {CONF: ids(NIC) + softdep(NIC)},
                image_files={"etc/dracut.conf.d/nic.conf": 'add_drivers+=" e1000e "\n'}),
    Combination("dracut-forced", "force_drivers loads vfio-pci before udev", "dracut", (NIC, USB), {CONF: ids(NIC, USB), **DRACUT_FORCED,
                "etc/dracut.conf.d/nic.conf": 'add_drivers+=" e1000e xhci_pci "\n'}),
    Combination("dracut-generic", "made for any host: it takes no settings along", "dracut-generic", (NIC, USB), {CONF: ids(NIC, USB) + softdep(NIC) + softdep(USB), **DRACUT_VFIO,
                "etc/dracut.conf.d/nic.conf": 'add_drivers+=" e1000e "\n'}),
    Combination("dracut-generic-line", "made for any host, ids and blacklist on the command line", "dracut-generic", (NIC,),
                {"etc/dracut.conf.d/nic.conf": 'add_drivers+=" e1000e "\n'}, line=f"{words(NIC)} {KEPT_OFF}"),
    Combination("dracut-generic-pre", "made for any host, rd.driver.pre=", "dracut-generic", (NIC,),
                {**DRACUT_VFIO, "etc/dracut.conf.d/nic.conf": 'add_drivers+=" e1000e "\n'}, line=f"{words(NIC)} rd.driver.pre=vfio-pci"),
    Combination("dracut-generic-ids", "made for any host, ids alone on the command line", "dracut-generic", (NIC,),
                {**DRACUT_VFIO, "etc/dracut.conf.d/nic.conf": 'add_drivers+=" e1000e "\n'}, line=words(NIC)),
    # One file with the kernel in it.
    Combination("uki", "a unified kernel image, ids and softdep", "dracut-uefi", (NIC,), {CONF: ids(NIC) + softdep(NIC), **DRACUT_VFIO,
                "etc/dracut.conf.d/nic.conf": 'add_drivers+=" e1000e "\n'}, loader="uki"),
    Combination("uki-stale", "the same, made before them", "dracut-uefi", (NIC,), {CONF: ids(NIC) + softdep(NIC)},
                image_files={"etc/dracut.conf.d/nic.conf": 'add_drivers+=" e1000e "\n'}, loader="uki"),
    # Where it is installed: Debian has no package of it.
    Combination("systemd-boot", "started by systemd-boot", TOOLS, (NIC,), {CONF: ids(NIC) + softdep(NIC)}, loader="systemd-boot"),
    Combination("grub", "started by GRUB", TOOLS, (NIC,), {CONF: ids(NIC) + softdep(NIC)}, loader="grub"),
    Combination("mkinitcpio", "vfio_pci in MODULES, modconf", "mkinitcpio", (NIC,),
                {CONF: ids(NIC), "etc/mkinitcpio.conf": 'MODULES=(vfio_pci e1000e nvme ext4)\nHOOKS=(base udev modconf block filesystems)\n'}, needs=("mkinitcpio",)),
    Combination("mkinitcpio-stale", "the driver in MODULES, without vfio", "mkinitcpio", (NIC,),
                {CONF: ids(NIC) + softdep(NIC), "etc/mkinitcpio.conf": 'MODULES=(e1000e nvme ext4)\nHOOKS=(base udev modconf block filesystems)\n'},
                image_files={"etc/mkinitcpio.conf": 'MODULES=(e1000e nvme ext4)\nHOOKS=(base udev modconf block filesystems)\n'}, needs=("mkinitcpio",)),
    Combination("mkinitcpio-blacklist", "the driver in MODULES and blacklisted", "mkinitcpio", (NIC,),
                {CONF: ids(NIC) + "blacklist e1000e\n", "etc/mkinitcpio.conf": 'MODULES=(e1000e nvme ext4)\nHOOKS=(base udev modconf block filesystems)\n'}, needs=("mkinitcpio",)),
)
