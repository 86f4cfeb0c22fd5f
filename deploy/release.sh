#!/usr/bin/env bash
# Makes all files of a release: deploy/release.sh VERSION
# For amd64 and arm64 a .deb, an .rpm, a tarball and an image; a PKGBUILD, an SBOM, and SHA256SUMS of all. They come to artifacts/release/VERSION.
# On Debian 12 with the .NET SDK and Debian's archive, as root or with sudo. Twice the same: reproduce.sh.
set -euo pipefail
cd "$(dirname "$0")/.."

version=${1-}
[[ $version =~ ^[0-9]+\.[0-9]+\.[0-9]+$ ]] || { echo "usage: $0 VERSION, as in $0 1.2.3" >&2; exit 2; }
[ -z "$(git status --porcelain)" ] || { echo "$0: the tree differs from its commit: commit or stash first" >&2; exit 1; }
export RELEASE_VERSION=$version

here=$(dpkg --print-architecture)
case $here in
    amd64) cross=(gcc-aarch64-linux-gnu libc6-dev-arm64-cross) ;;
    arm64) cross=(gcc-x86-64-linux-gnu libc6-dev-amd64-cross) ;;
    *) echo "$0: builds on amd64 or arm64, not on $here" >&2; exit 1 ;;
esac
deploy/needs.sh git clang zlib1g-dev "${cross[@]}" qemu-user-static debhelper lintian rpm buildah mmdebstrap binutils jq

out=$PWD/artifacts/release/$version
rm -rf "$out"
mkdir -p "$out"
say() { printf '%4d s  %s\n' "$SECONDS" "$1"; }
for arch in amd64 arm64; do
    tree=$(deploy/stage.sh --arch $arch)
    say "$arch: program"
    for make in deploy/tarball.sh deploy/deb/build.sh deploy/rpm/build.sh deploy/image/build.sh; do
        made=$("$make" "$tree")
        cp "$made" "$out"
        say "$(basename "$made")"
    done
    # The emulator runs what this machine does not, with the libraries of the image.
    run=()
    [ "$arch" = "$here" ] || run=("qemu-$(case $arch in amd64) echo x86_64 ;; arm64) echo aarch64 ;; esac)-static" -L "$PWD/artifacts/image/$arch/debian")
    said=$("${run[@]}" "$tree/passthru-exporter" --version)
    [[ $said == *"$version"* ]] || { echo "$0: the program for $arch says: $said" >&2; exit 1; }
done
cp "$(deploy/aur/build.sh)" "$(deploy/sbom.sh)" "$out"
(cd "$out" && sha256sum -- * >SHA256SUMS)
say "SHA256SUMS"
(cd "$out" && stat --format '%9s  %n' -- *)
