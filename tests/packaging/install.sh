#!/usr/bin/env bash
# Installs, runs, upgrades and purges the package in a Debian of its own, booted with systemd: tests/packaging/install.sh PACKAGE.deb
# As root; needs mmdebstrap and systemd-nspawn, and Debian's archive for the first time. The Debian is kept in artifacts/packaging.
# Says "ok" or "not ok" for each thing it looked at; exit 0 all well, 1 something is not, 77 a container cannot be booted here.
set -euo pipefail
package=$(realpath "$1")
here=$(cd "$(dirname "$0")" && pwd)
kept=$here/../../artifacts/packaging
debian=$kept/bookworm.tar

if [ ! -e "$debian" ]; then
    mkdir -p "$kept"
    mmdebstrap --quiet --format=tar --variant=minbase --include=systemd,systemd-sysv,dbus,kmod,adduser bookworm "$debian.new"
    mv "$debian.new" "$debian"
fi

root=$(mktemp -d)
trap 'rm -rf "$root"' EXIT
tar -xf "$debian" -C "$root"
systemd-nspawn --quiet --register=no --keep-unit --private-network -D "$root" /bin/true || exit 77

# The same package with a later version.
dpkg-deb -R "$package" "$root/later"
sed -i 's/^Version: .*/&+later/' "$root/later/DEBIAN/control"
dpkg-deb -Znone --root-owner-group -b "$root/later" "$root/root/later.deb" >/dev/null
rm -r "$root/later"
cp "$package" "$root/root/package.deb"
grep -qs localhost "$root/etc/hosts" || echo '127.0.0.1 localhost' >>"$root/etc/hosts"
cp "$here/inside.sh" "$root/root/inside.sh"
cat >"$root/etc/systemd/system/inside.service" <<'UNIT'
[Unit]
After=basic.target dbus.socket
[Service]
Type=oneshot
TimeoutStartSec=240
ExecStart=/bin/bash /root/inside.sh
StandardOutput=append:/root/said
StandardError=inherit
ExecStopPost=/bin/systemctl --no-block poweroff
UNIT
mkdir -p "$root/etc/systemd/system/multi-user.target.wants"
ln -s ../inside.service "$root/etc/systemd/system/multi-user.target.wants/"

timeout 300 systemd-nspawn --quiet --register=no --keep-unit --private-network --capability=all --bind=/dev/kmsg -b -D "$root" >"$root/console" 2>&1 || true
cat "$root/root/said" || { cat "$root/console"; exit 1; }
grep -qx 'all looked at' "$root/root/said" && ! grep -q '^not ok' "$root/root/said"
