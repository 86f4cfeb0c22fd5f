#!/usr/bin/env bash
# Builds passthru-exporter_VERSION_ARCH.deb into artifacts/deb: deploy/deb/build.sh [--arch amd64|arm64 | STAGED-DIRECTORY]
# On Debian or Ubuntu with what deploy/stage.sh needs, debhelper and lintian.
set -euo pipefail
cd "$(dirname "$0")/../.."

if [ -d "${1-}" ]; then staged=$1; else staged=$(deploy/stage.sh "$@"); fi
arch=$(basename "$(dirname "$staged")")
version=$(deploy/version.sh)

SOURCE_DATE_EPOCH=$(deploy/version.sh --epoch)
export SOURCE_DATE_EPOCH
tree=artifacts/deb/$arch/passthru-exporter
rm -rf "artifacts/deb/$arch"
mkdir -p "artifacts/deb/$arch"
cp -r "$staged" "$tree"
cp -r deploy/deb/debian "$tree"
cp deploy/systemd/passthru-exporter.{service,socket} "$tree/debian"
sed -i -e "s|@maintainer@|$(deploy/version.sh --maintainer)|" -e "s|@homepage@|$(deploy/version.sh --homepage)|" "$tree"/debian/{control,copyright}
{
    printf 'passthru-exporter (%s) bookworm; urgency=medium\n\n' "$version"
    deploy/changelog.sh '  * ' '    '
    printf '\n -- %s  %s\n' "$(deploy/version.sh --maintainer)" "$(date -u -R -d "@$SOURCE_DATE_EPOCH")"
} >"$tree/debian/changelog"

(cd "$tree" && dpkg-buildpackage -b -us -uc -d "-a$arch" >../build.log 2>&1) || { cat "artifacts/deb/$arch/build.log" >&2; exit 1; }
mv "artifacts/deb/$arch"/*.deb artifacts/deb
echo "artifacts/deb/passthru-exporter_${version}_$arch.deb"
