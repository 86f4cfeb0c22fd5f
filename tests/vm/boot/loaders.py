"""How a kernel and its image are started: by QEMU itself, or by a real boot loader on an EFI system partition, below OVMF."""

import os
import shutil
import subprocess
from pathlib import Path

OVMF = Path("/usr/share/OVMF")
SYSTEMD_BOOT = "usr/lib/systemd/boot/efi/systemd-bootx64.efi"
GRUB_MODULES = "part_gpt fat ext2 normal linux search search_label configfile test loadenv minicmd sleep true gzio echo"
GRUB_START = "search --label guest-root --set=root\nset prefix=($root)/boot/grub\nconfigfile $prefix/grub.cfg\n"
GRUB_MENU = """set timeout=0
set default="0"
menuentry 'Debian' {{
    linux {kernel} {line}
    initrd {image}
}}
"""
ENTRY = """title Debian
version {kernel}
linux /debian/linux
initrd /debian/initrd
options {line}
"""
FSTAB = """/dev/disk/by-label/guest-root / ext4 defaults 0 1
/dev/disk/by-label/ESP /efi vfat defaults,nofail,x-systemd.device-timeout=20s 0 0
"""
MIB = 1 << 20


def files(loader, kernel, image, line):
    """{path: content} below the root: what the boot loader reads, and where its partition is mounted."""
    if loader in ("direct", "grub"):
        return {"boot/grub/grub.cfg": GRUB_MENU.format(kernel=f"/boot/vmlinuz-{kernel}", image=f"/{image}", line=line)}
    ours = {"efi/loader/loader.conf": "timeout 0\n", "etc/fstab": FSTAB}
    if loader == "systemd-boot":
        ours["efi/loader/entries/debian.conf"] = ENTRY.format(kernel=kernel, line=line)
    return ours


def start(loader, directory, root, kernel, image, line, files):
    """Arguments of QEMU. image: below the root; files: as they are below the root."""
    vmlinuz = root / f"boot/vmlinuz-{kernel}"
    if loader == "direct":              # QEMU loads both; the kernel is told what GRUB would tell it
        return ["-kernel", str(vmlinuz), "-initrd", str(root / image), "-append", f"BOOT_IMAGE=/boot/vmlinuz-{kernel} {line}"]
    if loader == "grub":
        return of_firmware(directory, {"EFI/BOOT/BOOTX64.EFI": grub(directory)})
    partition = {"EFI/BOOT/BOOTX64.EFI": root / SYSTEMD_BOOT}
    if loader == "uki":
        partition[image.removeprefix("efi/")] = root / image
    else:
        partition |= {"debian/linux": vmlinuz, "debian/initrd": root / image}
    for number, (path, content) in enumerate(files.items()):
        if path.startswith("efi/"):
            partition[path.removeprefix("efi/")] = Path(directory) / f"text{number}"
            partition[path.removeprefix("efi/")].write_text(content)
    return of_firmware(directory, partition)


def of_firmware(directory, partition):
    """partition: {path: file} of the EFI system partition, from which the firmware starts EFI/BOOT/BOOTX64.EFI."""
    variables = f"{directory}/variables.fd"
    shutil.copy(OVMF / "OVMF_VARS_4M.fd", variables)
    disk = system_partition(directory, partition)
    return ["-drive", f"if=pflash,format=raw,unit=0,readonly=on,file={OVMF}/OVMF_CODE_4M.fd", "-drive", f"if=pflash,format=raw,unit=1,file={variables}",
            "-drive", f"if=none,id=esp,format=raw,file={disk}", "-device", "ide-hd,bus=ide.0,drive=esp,bootindex=0"]


def system_partition(directory, partition):
    """A disk with one partition of FAT, written by mtools: nothing is mounted."""
    disk = f"{directory}/esp.img"
    size = sum(os.path.getsize(path) for path in partition.values()) // MIB + 64
    with open(disk, "wb") as file:
        file.truncate((size + 2) * MIB)
    subprocess.run(["sfdisk", "-q", disk], input="label: gpt\nstart=2048, type=C12A7328-F81F-11D2-BA4B-00A0C93EC93B\n", text=True, check=True)
    inside = f"{disk}@@1M"
    subprocess.run(["mformat", "-i", inside, "-F", "-v", "ESP", "-T", str((size - 1) * MIB // 512), "::"], check=True)
    made = set()
    for path, file in partition.items():
        parents = path.split("/")[:-1]
        for depth in range(1, len(parents) + 1):
            parent = "/".join(parents[:depth])
            if parent not in made:
                subprocess.run(["mmd", "-i", inside, f"::{parent}"], check=True)
                made.add(parent)
        subprocess.run(["mcopy", "-i", inside, str(file), f"::{path}"], check=True)
    return disk


def grub(directory):
    """GRUB for EFI, which goes on with the menu on the root file system."""
    start, program = f"{directory}/start.cfg", f"{directory}/grubx64.efi"
    Path(start).write_text(GRUB_START)
    subprocess.run(["grub-mkimage", "-O", "x86_64-efi", "-p", "/boot/grub", "-c", start, "-o", program, *GRUB_MODULES.split()], check=True)
    return program
