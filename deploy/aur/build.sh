#!/usr/bin/env bash
# Writes artifacts/aur/PKGBUILD for the tarballs of both architectures in artifacts/tarball; one that is not there is SKIPped.
set -euo pipefail
cd "$(dirname "$0")/../.."

version=$(deploy/version.sh)
sum() { # ARCH
    local archive=artifacts/tarball/passthru-exporter-$version-linux-$1.tar.gz
    if [ -e "$archive" ]; then sha256sum "$archive" | cut -d' ' -f1; else echo SKIP; fi
}
mkdir -p artifacts/aur
sed -e "s|@version@|$version|" -e "s|@homepage@|$(deploy/version.sh --homepage)|" -e "s|@maintainer@|$(deploy/version.sh --maintainer)|" \
    -e "s|@amd64@|$(sum amd64)|" -e "s|@arm64@|$(sum arm64)|" deploy/aur/PKGBUILD >artifacts/aur/PKGBUILD
echo artifacts/aur/PKGBUILD
