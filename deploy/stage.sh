#!/usr/bin/env bash
# Publishes the program and puts together what every package of a release has, as it lies in the tarball: deploy/stage.sh [--arch amd64|arm64]
# On Debian or Ubuntu with the .NET SDK, clang, zlib1g-dev. For another architecture than this machine's also that one's gcc, of
# which linker and objcopy come along, and its C library: gcc-aarch64-linux-gnu and libc6-dev-arm64-cross, gcc-x86-64-linux-gnu and libc6-dev-amd64-cross.
# Prints the directory. RELEASE_VERSION says another version than Directory.Build.props.
set -euo pipefail
cd "$(dirname "$0")/.."

here=$(dpkg --print-architecture)
arch=$here
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
[ "$arch" = "$here" ] || cross=("-p:ObjCopyName=$gnu-objcopy")

version=$(deploy/version.sh)
dotnet publish --nologo -v quiet -r "$runtime" "${cross[@]}" "-p:Version=$version" src/Passthru.Exporter >&2

tree=artifacts/stage/$arch/passthru-exporter-$version
rm -rf "artifacts/stage/$arch"
mkdir -p "$tree"/{alerts/runbooks,dashboards,examples/targets}
install -m 755 "artifacts/publish/Passthru.Exporter/release_$runtime/passthru-exporter" deploy/install.sh "$tree"
cp deploy/systemd/passthru-exporter.{service,socket} deploy/deb/debian/passthru-exporter.{default,sysusers} LICENSE CHANGELOG.md "$tree"
sed -e "s|@maintainer@|$(deploy/version.sh --maintainer)|" -e "s|@homepage@|$(deploy/version.sh --homepage)|" deploy/deb/debian/copyright >"$tree/COPYRIGHT"
sed "s/@version@/$version/" deploy/deb/passthru-exporter.8 >"$tree/passthru-exporter.8"
cp -r deploy/deb/completion deploy/ansible "$tree"
cp alerts/*.rules.yml alerts/*.rules.template.yml alerts/tuning.conf alerts/tune.sh "$tree/alerts"
cp alerts/runbooks/*.md "$tree/alerts/runbooks"
cp dashboards/*.json "$tree/dashboards"
cp deploy/deb/config.example.yml "$tree/examples/config.yml"
cp deploy/systemd/listen-directly.conf deploy/prometheus/prometheus.yml deploy/alertmanager/alertmanager.yml "$tree/examples"
cp deploy/prometheus/targets/passthru.yml "$tree/examples/targets"
# What a checkout's umask and today's clock would add.
chmod -R u=rwX,go=rX "$tree"
find "$tree" -exec touch --no-dereference --date="@$(deploy/version.sh --epoch)" {} +
echo "$tree"
