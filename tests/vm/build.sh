#!/usr/bin/env bash
# build.sh CACHE SUITE KERNEL-VERSION: what a guest boots from, into CACHE/SUITE: initramfs.gz finds the root disk, root.img is that
# disk (ext4), with a system of busybox, lspci, kmod and the kernel's modules. Needs no root and mounts nothing.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
suite=$1/$2 kernel=$3
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

early="nvme ext4"
modules="$early virtio_pci virtio_iommu 9pnet_virtio 9p e1000e e1000 igb igbvf ahci sd_mod xhci_pci snd_hda_intel snd_ens1370
    dm_mod dm_crypt essiv cbc ecb xts aesni_intel sha256_generic loop btrfs bcachefs raid1 vrf bridge tun bochs i2c_i801 lpc_ich vfio vfio_pci vfio_iommu_type1 vfio_virqfd iommufd pci_stub kvm_intel kvm_amd"

# With the libraries that it names.
copy_programs() {
    local root=$1 program library
    shift
    for program in "$@"; do
        install -D "$(readlink -f "$(command -v "$program")")" "$root/bin/$program"
        for library in $(ldd "$(command -v "$program")" | grep -oE '/[^ ]+'); do
            install -D "$(readlink -f "$library")" "$root/lib/${library##*/}"
        done
    done
}

copy_modules() {
    local root=$1 file to module
    shift
    mkdir -p "$root/lib/modules/$kernel"
    for module in "$@"; do modprobe -d "$suite" -S "$kernel" --show-depends "$module" 2>/dev/null || true; done |
        awk '$1 == "insmod" { print $2 }' | sort -u | while read -r file; do
            to=$root/lib/modules/$kernel/${file#*/lib/modules/"$kernel"/}
            mkdir -p "${to%/*}"
            case $file in *.xz) xz -dc "$file" >"${to%.xz}" ;; *.zst) zstd -qdc "$file" >"${to%.zst}" ;; *) cp "$file" "$to" ;; esac
        done
    cp "$suite/lib/modules/$kernel"/modules.{builtin,builtin.modinfo,order} "$root/lib/modules/$kernel/"
    depmod -b "$root" "$kernel"
}

base() {
    mkdir -p "$1"/{bin,dev,etc,lab,lib,lib64,proc,root,run,sys,tmp,usr/share/misc}
    ln -s bin "$1/sbin"                     # the kernel calls /sbin/modprobe
    install "$(command -v busybox)" "$1/bin/busybox"
    busybox --list | grep -vxE 'busybox|lspci|modprobe|insmod|rmmod|lsmod|depmod|modinfo|init' | while read -r applet; do ln -s busybox "$1/bin/$applet"; done
    copy_programs "$1" kmod
    for applet in modprobe lsmod depmod; do ln -s kmod "$1/bin/$applet"; done
    cp "$1"/lib/ld-linux-x86-64.so.2 "$1/lib64/"
    printf 'root:x:0:0:root:/root:/bin/sh\n' >"$1/etc/passwd"
    printf 'NAME="passthru test guest"\nID=guest\n' >"$1/etc/os-release"
}

base "$work/initramfs"
copy_modules "$work/initramfs" $early
install "$here/guest/initramfs.sh" "$work/initramfs/init"
(cd "$work/initramfs" && find . | LC_ALL=C sort | cpio --quiet -o -H newc) | gzip -6 >"$suite/initramfs.gz"

base "$work/root"
copy_programs "$work/root" lspci setpci
cp /usr/share/misc/pci.ids "$work/root/usr/share/misc/"
cp /lib/x86_64-linux-gnu/libm.so.6 "$work/root/lib/"       # the exporter needs it and libc
copy_modules "$work/root" $modules
clang -O2 -Wall -static -o "$work/root/bin/vfio-hold" "$here/guest/vfio-hold.c"
install "$here/guest/init.sh" "$work/root/bin/init"
install "$here/guest/evidence.sh" "$work/root/bin/evidence"
install "$here/guest/power.sh" "$work/root/bin/power"
rm -f "$suite/root.img"
mke2fs -q -t ext4 -L guest-root -d "$work/root" "$suite/root.img" 192M >/dev/null
