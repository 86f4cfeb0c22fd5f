#!/usr/bin/env bash
# root.sh CACHE KERNEL-VERSION: a small Debian with systemd, initramfs-tools, dracut and driverctl, the kernel's boot files and the
# modules of the test machine, as a directory CACHE/boot/root. Made by mmdebstrap, as root: images are made inside of it by chroot.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
cache=$1 kernel=$2
root=$cache/boot/root
[ ! -e "$root.$kernel.complete" ] || exit 0
rm -rf "${cache:?}/boot"
mkdir -p "$cache/boot"

packages=util-linux,kmod,udev,systemd,systemd-sysv,cpio,zstd,xz-utils,busybox,initramfs-tools-core,dracut-core,e2fsprogs,binutils,systemd-boot-efi,driverctl
mmdebstrap --quiet --mode=root --variant=essential --include="$packages" "$(sed -n s/^VERSION_CODENAME=//p /etc/os-release)" "$cache/boot/root.tar"
mkdir "$root"
tar -xf "$cache/boot/root.tar" -C "$root"
rm "$cache/boot/root.tar"

# Of the kernel the modules that this machine can need: images of all of them would take minutes to make and to boot.
modules="nvme ext4 vfat nls_cp437 nls_ascii nls_iso8859_1 e1000e e1000 ahci sd_mod xhci_pci usbhid usb_storage snd_hda_intel snd_hda_codec_generic bochs drm_kms_helper
    virtio_pci virtio_net vfio vfio_pci vfio_iommu_type1 vfio_virqfd iommufd pci_stub i2c_i801 lpc_ich dm_mod overlay loop autofs4 efivarfs"
to=$root/lib/modules/$kernel
mkdir -p "$to" "$root/boot" "$root/efi"
for module in $modules; do modprobe -d "$cache/stable" -S "$kernel" --show-depends "$module" 2>/dev/null || true; done |
    awk '$1 == "insmod" { print $2 }' | sort -u | while read -r file; do
        install -D -m 644 "$file" "$to/${file#*/lib/modules/"$kernel"/}"
    done
cp "$cache/stable/lib/modules/$kernel"/modules.{builtin,builtin.modinfo,order} "$to/"
depmod -b "$root" "$kernel"
cp "$cache/stable/boot/vmlinuz-$kernel" "$cache/stable/boot/config-$kernel" "$root/boot/"

install "$here/guest/report.sh" "$root/usr/local/sbin/report"
install -m 644 "$here"/guest/report* "$root/etc/systemd/system/"
rm "$root/etc/systemd/system/report.sh"
for unit in report-early report; do chroot "$root" systemctl -q enable "$unit.service"; done
# What waits for a console, and what the test machine has no use for.
chroot "$root" systemctl -q mask getty.target serial-getty@ttyS0.service console-getty.service systemd-timesyncd.service systemd-firstboot.service \
    systemd-random-seed.service systemd-update-utmp.service systemd-logind.service e2scrub_reap.service dpkg-db-backup.timer e2scrub_all.timer apt-daily.timer apt-daily-upgrade.timer systemd-journal-flush.service systemd-binfmt.service
ln -sf report.target "$root/etc/systemd/system/default.target"
# A boot that goes wrong is to end.
for unit in emergency rescue; do install -D -m 644 "$here/guest/wrong.conf" "$root/etc/systemd/system/$unit.service.d/wrong.conf"; done
echo '/dev/disk/by-label/guest-root / ext4 defaults 0 1' >"$root/etc/fstab"
echo 0123456789abcdef0123456789abcdef >"$root/etc/machine-id"
# What Debian has no package of, such as mkinitcpio, may lie in a directory that is copied over it.
[ -z "${PASSTHRU_BOOT_OVERLAY:-}" ] || cp -a "$PASSTHRU_BOOT_OVERLAY/." "$root/"
rm -rf "$root/usr/share/locale" "$root/usr/share/doc" "$root/usr/share/man" "$root/var/lib/apt/lists" "$root/var/cache/apt"
touch "$root.$kernel.complete"
