#!/usr/bin/env bash
# The ways to install that are not apt, in a Debian of its own: tests/packaging/others.sh PACKAGE.deb PACKAGE.rpm TARBALL.tar.gz
# Ansible with the tarball and with the .deb, the tarball by hand, the .rpm by Debian's rpm. What it needs, prints and returns: boot.sh.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

cp "$1" "$work/package.deb"
cp "$2" "$work/package.rpm"
cp "$3" "$work/package.tar.gz"
cp "$(command -v promtool)" "$work"
"$here/boot.sh" "$here/inside-others.sh" bookworm-ansible ansible-core,python3-apt,rpm "$work"/*
