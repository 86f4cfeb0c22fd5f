#!/usr/bin/env bash
# Builds passthru-exporter-VERSION-1.ARCH.rpm into artifacts/rpm: deploy/rpm/build.sh [--arch amd64|arm64 | STAGED-DIRECTORY]
# On Debian or Ubuntu with what deploy/stage.sh needs, and rpm.
set -euo pipefail
cd "$(dirname "$0")/../.."

if [ -d "${1-}" ]; then tree=$1; else tree=$(deploy/stage.sh "$@"); fi
arch=$(basename "$(dirname "$tree")")
case $arch in
    amd64) target=x86_64 ;;
    arm64) target=aarch64 ;;
esac
archive=$(deploy/tarball.sh "$tree")
version=$(deploy/version.sh)
maintainer=$(deploy/version.sh --maintainer)

SOURCE_DATE_EPOCH=$(deploy/version.sh --epoch)
export SOURCE_DATE_EPOCH
top=$PWD/artifacts/rpm/$target
rm -rf "$top"
mkdir -p "$top"
cp "$archive" "$top"
{
    LC_ALL=C date -u -d "@$SOURCE_DATE_EPOCH" "+* %a %b %d %Y $maintainer - $version-1"
    # A % begins a macro.
    deploy/changelog.sh '- ' '  ' | sed 's/%/%%/g'
} >"$top/changelog"
sed -e "s|@version@|$version|" -e "s|@homepage@|$(deploy/version.sh --homepage)|" -e "s|@arch@|$arch|" -e "/^@changelog@$/{r $top/changelog
d}" deploy/rpm/passthru-exporter.spec >"$top/passthru-exporter.spec"
rpmbuild -bb --target "$target-linux" --define "_topdir $top" --define "_sourcedir $top" --define "_rpmdir $top" --define "packager $maintainer" \
    --define "_rpmfilename %%{NAME}-%%{VERSION}-%%{RELEASE}.%%{ARCH}.rpm" "$top/passthru-exporter.spec" >"$top/build.log" 2>&1 || { cat "$top/build.log" >&2; exit 1; }
mv "$top"/*.rpm artifacts/rpm
echo "artifacts/rpm/passthru-exporter-$version-1.$target.rpm"
