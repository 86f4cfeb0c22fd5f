#!/usr/bin/env bash
# Who has which device after a boot: makes real images (initramfs-tools, dracut, a unified kernel image, mkinitcpio where there is one),
# asks the published exporter what will come of each, boots the test machine with it, and compares.
#
#   tests/vm/boot.sh           all combinations
#   tests/vm/boot.sh NAME...   some of them; an unknown name lists all
#
# As root only, for images are made by chroot. The last line counts checks: "N passed, N failed, N skipped".
set -euo pipefail
cd "$(dirname "$0")"
cache=$(realpath -m "${PASSTHRU_VM_CACHE:-../../artifacts/vm}")
exporter=../../artifacts/publish/Passthru.Exporter/release_linux-x64/passthru-exporter

missing=
for program in qemu-system-x86_64 mmdebstrap mke2fs debugfs depmod unshare sfdisk mformat grub-mkimage objcopy; do
    command -v "$program" >/dev/null || missing+="no $program, "
done
[ -e /usr/share/OVMF/OVMF_CODE_4M.fd ] || missing+="no OVMF, "
[ -d /usr/lib/grub/x86_64-efi ] || missing+="no GRUB for EFI, "
[ "$(id -u)" = 0 ] || missing+="not root, "
if [ "$(uname -m)" != x86_64 ] || [ -n "$missing" ]; then
    echo "NO BOOTS: ${missing:-this is no x86-64 machine, }what images come to is not proved"
    echo "0 passed, 0 failed, $(python3 -m boot --count "$@") skipped"
    exit 0
fi
if [ ! -x "$exporter" ]; then
    echo "not published: dotnet publish -r linux-x64 src/Passthru.Exporter" >&2
    exit 1
fi

kernel=$(./fetch.sh "$cache" stable | cut -d' ' -f2)
boot/root.sh "$cache" "$kernel"
PASSTHRU_VM_CACHE=$cache exec python3 -m boot "$@"
