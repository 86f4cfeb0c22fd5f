#!/usr/bin/env bash
# Boots a Debian of its own with systemd and runs a script in it: tests/packaging/boot.sh INSIDE.sh BASE PACKAGES FILE...
# As root; needs mmdebstrap and systemd-nspawn, and Debian's archive for the first time. The Debian is kept as artifacts/packaging/BASE.tar, made
# with the PACKAGES beside systemd. The files lie in its /root, as checks.sh does, which the script reads.
# Prints "ok" or "not ok" for each thing that the script looked at; exit 0 all well, 1 something is not, 77 a container cannot be booted here.
set -euo pipefail
inside=$1 base=$2 packages=$3
shift 3
here=$(cd "$(dirname "$0")" && pwd)
kept=$here/../../artifacts/packaging
debian=$kept/$base.tar

if [ ! -e "$debian" ]; then
    mkdir -p "$kept"
    mmdebstrap --quiet --format=tar --variant=minbase --include="systemd,systemd-sysv,dbus,kmod,adduser${packages:+,$packages}" bookworm "$debian.new"
    mv "$debian.new" "$debian"
fi

root=$(mktemp -d)
trap 'rm -rf "$root"' EXIT
tar -xf "$debian" -C "$root"
systemd-nspawn --quiet --register=no --keep-unit --private-network -D "$root" /bin/true || exit 77

for file in "$@"; do cp -r "$file" "$root/root/"; done
grep -qs localhost "$root/etc/hosts" || echo '127.0.0.1 localhost' >>"$root/etc/hosts"
cp "$here/checks.sh" "$root/root/checks.sh"
cp "$inside" "$root/root/inside.sh"
cat >"$root/etc/systemd/system/inside.service" <<'UNIT'
[Unit]
After=basic.target dbus.socket
[Service]
Type=oneshot
TimeoutStartSec=600
WorkingDirectory=/root
ExecStart=/bin/bash /root/inside.sh
StandardOutput=append:/root/said
StandardError=inherit
ExecStopPost=/bin/systemctl --no-block poweroff
UNIT
mkdir -p "$root/etc/systemd/system/multi-user.target.wants"
ln -s ../inside.service "$root/etc/systemd/system/multi-user.target.wants/"

timeout 660 systemd-nspawn --quiet --register=no --keep-unit --private-network --capability=all --bind=/dev/kmsg -b -D "$root" >"$root/console" 2>&1 || true
cat "$root/root/said" || { cat "$root/console"; exit 1; }
grep -qx 'all looked at' "$root/root/said" && ! grep -q '^not ok' "$root/root/said"
