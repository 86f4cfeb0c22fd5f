#!/usr/bin/env bash
# Makes Arch Linux's package of the tarball with Debian's makepkg and prints what is in it: tests/packaging/aur.sh TARBALL.tar.gz
# The lines of .PKGINFO, then the files. As root, who may not run makepkg, it becomes nobody.
set -euo pipefail
here=$(cd "$(dirname "$0")/../.." && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
"$here/deploy/aur/build.sh" >/dev/null
cp "$here/artifacts/aur/PKGBUILD" "$1" "$work"
chmod 755 "$work"
as=()
if [ "$(id -u)" = 0 ]; then
    chown -R nobody "$work"
    as=(runuser -u nobody --)
fi
(cd "$work" && "${as[@]}" env HOME="$work" PKGEXT=.pkg.tar makepkg --nodeps --noprogressbar >log 2>&1) || { cat "$work/log" >&2; exit 1; }
tar -xOf "$work"/*.pkg.tar .PKGINFO | grep -v '^#'
tar -tvf "$work"/*.pkg.tar
