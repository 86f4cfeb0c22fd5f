#!/usr/bin/env bash
# boot.sh CACHE KERNEL-VERSION STACK EXPORTER: makes the disks, boots, and lets the machine reboot by itself until it has said all.
set -euo pipefail
cache=$1 kernel=$2 stack=$3 exporter=$4
seconds=${PASSTHRU_VM_SECONDS:-2400}
root=$cache/carry/$stack.root said=$cache/carry/$stack.said console=$cache/carry/$stack.console
work=$(mktemp -d "${TMPDIR:-/tmp}/passthru-carry-XXXXXX")
qemu=
trap '[ -z "$qemu" ] || kill "$qemu" 2>/dev/null || true; rm -rf "$work"' EXIT

cp "$exporter" "$root/usr/local/sbin/passthru-exporter"
mke2fs -q -t ext4 -L carry-root -d "$root" "$work/root.img" 2200M

# One partition of FAT, written by mtools: nothing is mounted.
esp=$work/esp.img
truncate -s 322M "$esp"
printf 'label: gpt\nstart=2048, type=C12A7328-F81F-11D2-BA4B-00A0C93EC93B\n' | /usr/sbin/sfdisk -q "$esp"
inside="$esp@@1M"
mformat -i "$inside" -F -v ESP -T $((320 * 2048)) ::
mmd -i "$inside" ::EFI ::EFI/BOOT
case $stack in
    grub)
        printf '%s\n' 'search --label carry-root --set=root' 'set prefix=($root)/boot/grub' 'configfile $prefix/grub.cfg' >"$work/start.cfg"
        grub-mkimage -O x86_64-efi -p /boot/grub -c "$work/start.cfg" -o "$work/boot.efi" part_gpt fat ext2 normal linux search search_label search_fs_uuid configfile test echo gzio
        ;;
    sdboot)
        id=$(cat "$root/etc/machine-id")
        cp "$root/usr/lib/systemd/boot/efi/systemd-bootx64.efi" "$work/boot.efi"
        printf '%s\n' "title Debian" "version $kernel" "machine-id $id" "sort-key debian" "options $(cat "$root/etc/kernel/cmdline")" "linux /$id/$kernel/linux" "initrd /$id/$kernel/initrd" >"$work/entry.conf"
        mmd -i "$inside" ::loader ::loader/entries "::$id" "::$id/$kernel"
        mcopy -i "$inside" "$work/entry.conf" "::loader/entries/$id-$kernel.conf"
        mcopy -i "$inside" "$root/boot/vmlinuz-$kernel" "::$id/$kernel/linux"
        mcopy -i "$inside" "$root/boot/initrd.img-$kernel" "::$id/$kernel/initrd"
        ;;
esac
mcopy -i "$inside" "$work/boot.efi" ::EFI/BOOT/BOOTX64.EFI
cp /usr/share/OVMF/OVMF_VARS_4M.fd "$work/variables.fd"
touch "$said"
: >"$said"

qemu-system-x86_64 -nodefaults -no-user-config -display none -machine q35 -accel tcg,thread=multi -cpu max -smp 2 -m 1536 \
    -device intel-iommu,intremap=on \
    -drive "if=pflash,format=raw,unit=0,readonly=on,file=/usr/share/OVMF/OVMF_CODE_4M.fd" -drive "if=pflash,format=raw,unit=1,file=$work/variables.fd" \
    -drive "if=none,id=esp,format=raw,file=$esp" -device ide-hd,bus=ide.0,drive=esp,bootindex=0 \
    -drive "if=none,id=root,format=raw,file=$work/root.img" -device nvme,drive=root,serial=root,addr=0a.0 \
    -device e1000e,romfile=,addr=05.0 \
    -serial "file:$console" -serial "file:$said" </dev/null &
qemu=$!
tail -n +1 -f "$said" --pid="$qemu" | sed "s/^/$stack: /" &
deadline=$((SECONDS + seconds))
while kill -0 "$qemu" 2>/dev/null && [ "$SECONDS" -lt "$deadline" ]; do sleep 1; done
if kill -0 "$qemu" 2>/dev/null; then
    echo "$stack: not at its end after $seconds s" >&2
    exit 1
fi
qemu=
