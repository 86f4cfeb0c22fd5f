#!/usr/bin/env bash
# Installs, runs, upgrades and purges the package in a Debian of its own: tests/packaging/install.sh PACKAGE.deb
# What it needs, prints and returns: boot.sh.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# The same package with a later version.
dpkg-deb -R "$1" "$work/later"
sed -i 's/^Version: .*/&+later/' "$work/later/DEBIAN/control"
dpkg-deb -Znone --root-owner-group -b "$work/later" "$work/later.deb" >/dev/null
cp "$1" "$work/package.deb"
"$here/boot.sh" "$here/inside.sh" bookworm "" "$work/package.deb" "$work/later.deb"
