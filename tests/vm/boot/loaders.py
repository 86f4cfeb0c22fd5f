"""How a kernel and its image are started: by QEMU itself, or by a real boot loader on an EFI system partition, below OVMF."""

import os
import shutil
import subprocess
from pathlib import Path

OVMF = Path("/usr/share/OVMF")
SYSTEMD_BOOT = "usr/lib/systemd/boot/efi/systemd-bootx64.efi"
GRUB_MODULES = "part_gpt fat ext2 normal linux search search_label configfile test loadenv minicmd sleep true gzio echo"
GRUB_START = "search --label guest-root --set=root\nset prefix=($root)/boot/grub\nconfigfile $prefix/grub.cfg\n"
MIB = 1 << 20


def direct(kernel, image, line):
    """QEMU loads both; the kernel is told what GRUB would tell it."""
    return ["-kernel", str(kernel), "-initrd", str(image), "-append", f"BOOT_IMAGE={line}"]


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
