#!/usr/bin/env bash
# Builds passthru-exporter_VERSION_ARCH.deb into artifacts/deb: deploy/deb/build.sh [--arch amd64|arm64]
# On Debian or Ubuntu with the .NET SDK, clang, zlib1g-dev, debhelper and lintian. For another architecture than this machine's also lld
# and that one's gcc, of which objcopy and the C library's headers come along: gcc-aarch64-linux-gnu, gcc-x86-64-linux-gnu.
set -euo pipefail
cd "$(dirname "$0")/../.."

arch=$(dpkg --print-architecture)
case ${1-} in
    --arch) arch=${2-} ;;
    --arch=*) arch=${1#--arch=} ;;
    '') ;;
    *) arch= ;;
esac
case $arch in
    amd64) runtime=linux-x64 gnu=x86_64-linux-gnu ;;
    arm64) runtime=linux-arm64 gnu=aarch64-linux-gnu ;;
    *) echo "usage: $0 [--arch amd64|arm64]" >&2; exit 2 ;;
esac
cross=()
[ "$arch" = "$(dpkg --print-architecture)" ] || cross=(-p:LinkerFlavor=lld -p:ObjCopyName=$gnu-objcopy)

version=$(dotnet msbuild -getProperty:Version src/Passthru.Exporter)
dotnet publish --nologo -v quiet -r "$runtime" "${cross[@]}" src/Passthru.Exporter

# The newest file's time is the package's: what is built from the same source is the same.
SOURCE_DATE_EPOCH=$(git log -1 --format=%ct 2>/dev/null || date +%s)
export SOURCE_DATE_EPOCH
tree=artifacts/deb/$arch/passthru-exporter
rm -rf "artifacts/deb/$arch"
mkdir -p "$tree"/{alerts/runbooks,dashboards,examples}
cp -r deploy/deb/debian deploy/deb/completion "$tree"
cp deploy/systemd/passthru-exporter.{service,socket} "$tree/debian"
cp "artifacts/publish/Passthru.Exporter/release_$runtime/passthru-exporter" "$tree"
cp alerts/*.rules.yml "$tree/alerts"
cp alerts/runbooks/*.md "$tree/alerts/runbooks"
for dashboard in dashboards/*.json; do [ ! -e "$dashboard" ] || cp "$dashboard" "$tree/dashboards"; done
cp deploy/deb/config.example.yml "$tree/examples/config.yml"
cp deploy/systemd/listen-directly.conf deploy/prometheus/prometheus.yml deploy/alertmanager/alertmanager.yml "$tree/examples"
sed "s/@version@/$version/" deploy/deb/passthru-exporter.8 >"$tree/passthru-exporter.8"
{
    printf 'passthru-exporter (%s) bookworm; urgency=medium\n\n' "$version"
    # The newest section of the change log, in the form that Debian reads.
    awk '/^## /{ if (seen++) exit; next } seen && /^\* /{ if (entry) print entry; entry = $0; next } seen && NF { sub(/^ +/, " "); entry = entry $0 } END { print entry }' CHANGELOG.md |
        while read -r star entry; do fold -s -w 74 <<<"$entry" | sed -e "1s/^/  $star /" -e '2,$s/^/    /' -e 's/ *$//'; done
    printf '\n -- %s  %s\n' "$(sed -n 's/^Maintainer: //p' deploy/deb/debian/control)" "$(date -u -R -d "@$SOURCE_DATE_EPOCH")"
} >"$tree/debian/changelog"

(cd "$tree" && dpkg-buildpackage -b -us -uc -d "-a$arch" >../build.log 2>&1) || { cat "artifacts/deb/$arch/build.log" >&2; exit 1; }
mv "artifacts/deb/$arch"/*.deb artifacts/deb
echo "artifacts/deb/passthru-exporter_${version}_$arch.deb"
