#!/usr/bin/env bash
# A plan carried out: in a real Debian, `passthru-exporter plan` is asked for a network adapter, its commands are run as printed, the machine
# is booted, a VM starts with the adapter, `plan --undo` is run, and the host has the adapter back.
#
#   tests/vm/plan.sh            both
#   tests/vm/plan.sh grub       GRUB and initramfs-tools
#   tests/vm/plan.sh sdboot     systemd-boot, entries by kernel-install, dracut
#
# As root only (mmdebstrap, chroot). The last line counts checks: "N passed, N failed, N skipped".
set -euo pipefail
cd "$(dirname "$0")"
cache=$(realpath -m "${PASSTHRU_VM_CACHE:-../../artifacts/vm}")
exporter=$(realpath -m ../../artifacts/publish/Passthru.Exporter/release_linux-x64/passthru-exporter)

missing=
for program in qemu-system-x86_64 mmdebstrap mke2fs mcopy mformat sfdisk grub-mkimage depmod; do
    command -v "$program" >/dev/null || [ -x "/usr/sbin/$program" ] || missing+="no $program, "
done
[ "$(id -u)" = 0 ] || missing+="not root, "
[ -e /usr/share/OVMF/OVMF_CODE_4M.fd ] || missing+="no OVMF, "
if [ "$(uname -m)" != x86_64 ] || [ -n "$missing" ]; then
    echo "NO PLANS CARRIED OUT: ${missing:-this is no x86-64 machine, }what plans come to is not proved"
    echo "0 passed, 0 failed, 2 skipped"
    exit 0
fi
if [ ! -x "$exporter" ]; then
    echo "not published: dotnet publish -r linux-x64 src/Passthru.Exporter" >&2
    exit 1
fi

kernel=$(./fetch.sh "$cache" stable | cut -d' ' -f2)
passed=0 failed=0
for stack in ${*:-grub sdboot}; do
    carry/root.sh "$cache" "$kernel" "$stack"
    result=0
    carry/boot.sh "$cache" "$kernel" "$stack" "$exporter" || result=$?
    # The machine's own words: a line for each check.
    said=$cache/carry/$stack.said
    passed=$((passed + $(grep -c '^ok ' "$said" || true)))
    failed=$((failed + $(grep -c '^not ok ' "$said" || true)))
    if [ "$result" != 0 ] || ! grep -q '^== done' "$said"; then
        echo "$stack: the machine did not come to its end, see $cache/carry/$stack.console"
        failed=$((failed + 1))
    fi
done
echo "$passed passed, $failed failed, 0 skipped"
[ "$failed" = 0 ]
