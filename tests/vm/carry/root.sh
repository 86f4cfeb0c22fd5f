#!/usr/bin/env bash
# root.sh CACHE KERNEL-VERSION STACK: a Debian with QEMU and the programs of the stack as a directory CACHE/carry/STACK.root, with the modules
# of the test machine.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
cache=$1 kernel=$2 stack=$3
root=$cache/carry/$stack.root
[ ! -e "$root.$kernel.complete" ] || exit 0
rm -rf "$root"
mkdir -p "$cache/carry"

packages=util-linux,kmod,udev,systemd,systemd-sysv,zstd,busybox,e2fsprogs,pciutils,qemu-system-x86
case $stack in
    grub) packages+=,initramfs-tools,grub2-common ;;
    sdboot) packages+=,dracut,systemd-boot,dosfstools ;;
    *) echo "no such stack: $stack" >&2; exit 2 ;;
esac
mmdebstrap --quiet --mode=root --variant=essential --include="$packages" "$(. /etc/os-release && echo "$VERSION_CODENAME")" "$root.tar"
mkdir "$root"
tar -xf "$root.tar" -C "$root"
rm "$root.tar"

# Of the kernel the modules that this machine can need: images of all of them would take minutes to make and to boot.
modules="nvme ext4 vfat nls_cp437 nls_ascii nls_iso8859_1 nls_utf8 e1000e ahci sd_mod vfio vfio_pci vfio_iommu_type1 vfio_virqfd iommufd i2c_i801 lpc_ich dm_mod overlay loop autofs4 efivarfs"
to=$root/lib/modules/$kernel
mkdir -p "$to" "$root/boot"
for module in $modules; do modprobe -d "$cache/stable" -S "$kernel" --show-depends "$module" 2>/dev/null || true; done |
    awk '$1 == "insmod" { print $2 }' | sort -u | while read -r file; do
        install -D -m 644 "$file" "$to/${file#*/lib/modules/"$kernel"/}"
    done
cp "$cache/stable/lib/modules/$kernel"/modules.{builtin,builtin.modinfo,order} "$to/"
depmod -b "$root" "$kernel"
cp "$cache/stable/boot/vmlinuz-$kernel" "$cache/stable/boot/config-$kernel" "$root/boot/"

install "$here/guest/carry.sh" "$root/usr/local/sbin/carry"
install -m 644 "$here"/guest/carry.service "$here"/guest/carry.target "$root/etc/systemd/system/"
chroot "$root" systemctl -q enable carry.service
ln -sf carry.target "$root/etc/systemd/system/default.target"
chroot "$root" systemctl -q mask getty.target serial-getty@ttyS0.service console-getty.service systemd-timesyncd.service systemd-firstboot.service systemd-random-seed.service \
    systemd-update-utmp.service systemd-logind.service e2scrub_reap.service dpkg-db-backup.timer e2scrub_all.timer apt-daily.timer apt-daily-upgrade.timer systemd-journal-flush.service
# A boot that goes wrong is to end.
for unit in emergency rescue; do install -D -m 644 "$here/guest/wrong.conf" "$root/etc/systemd/system/$unit.service.d/wrong.conf"; done
echo '/dev/disk/by-label/carry-root / ext4 defaults 0 1' >"$root/etc/fstab"
echo 0123456789abcdef0123456789abcdef >"$root/etc/machine-id"
line="console=ttyS0 panic=-1 net.ifnames=0 no_timer_check"
case $stack in
    grub)
        # The images carry only what this machine has; GRUB's own modules, as grub-install would put them.
        cp -r /usr/lib/grub/x86_64-efi "$root/boot/grub/"
        printf '%s\n' GRUB_DEFAULT=0 GRUB_TIMEOUT=0 GRUB_TERMINAL=console GRUB_DISTRIBUTOR=Debian 'GRUB_CMDLINE_LINUX_DEFAULT="quiet"' "GRUB_CMDLINE_LINUX=\"$line\"" >"$root/etc/default/grub"
        printf '%s\n' 'set default="0"' 'set timeout=0' "menuentry 'Debian' {" "    linux /boot/vmlinuz-$kernel root=LABEL=carry-root ro $line quiet" "    initrd /boot/initrd.img-$kernel" '}' >"$root/boot/grub/grub.cfg"
        "$here/inside.sh" "$root" "update-initramfs -c -k $kernel"
        ;;
    sdboot)
        echo 'LABEL=ESP /boot/efi vfat umask=0077 0 2' >>"$root/etc/fstab"
        mkdir -p "$root/boot/efi" "$root/etc/dracut.conf.d" "$root/etc/kernel"
        echo "root=LABEL=carry-root ro $line quiet" >"$root/etc/kernel/cmdline"
        echo 'layout=bls' >"$root/etc/kernel/install.conf"
        # What makes the race: a driver of the adapter in the image, as images for any host have it.
        printf '%s\n' 'add_drivers+=" nvme ext4 e1000e "' 'omit_dracutmodules+=" network network-legacy kernel-network-modules "' >"$root/etc/dracut.conf.d/machine.conf"
        "$here/inside.sh" "$root" "dracut -q -f /boot/initrd.img-$kernel $kernel"
        ;;
esac
rm -rf "$root/usr/share/locale" "$root/usr/share/doc" "$root/usr/share/man" "$root/var/lib/apt/lists" "$root/var/cache/apt"
touch "$root.$kernel.complete"
