#!/usr/bin/env bash
# Builds passthru-exporter-VERSION-image-ARCH.oci.tar into artifacts/image: deploy/image/build.sh [--arch amd64|arm64 | STAGED-DIRECTORY]
# What the Dockerfile makes, of a program that is published already: its last stage, with the libraries of a Debian of that architecture,
# of which nothing is run. On Debian or Ubuntu with what deploy/stage.sh needs, buildah, mmdebstrap and binutils.
set -euo pipefail
cd "$(dirname "$0")/../.."

if [ -d "${1-}" ]; then tree=$1; else tree=$(deploy/stage.sh "$@"); fi
arch=$(basename "$(dirname "$tree")")
case $arch in
    amd64) gnu=x86_64-linux-gnu ;;
    arm64) gnu=aarch64-linux-gnu ;;
esac
version=$(deploy/version.sh)
epoch=$(deploy/version.sh --epoch)
work=$PWD/artifacts/image/$arch
rm -rf "$work"
mkdir -p "$work/image/etc"
mmdebstrap --quiet --variant=extract --architectures="$arch" --include=libc6,libssl3 bookworm "$work/debian"

# The libraries that a file asks for, and theirs, where Debian has them; libssl is loaded by name.
declare -A seen
take() { # FILE
    local name found
    for name in $(LC_ALL=C readelf -dW "$1" | sed -n 's/.*Shared library: \[\(.*\)\]/\1/p'); do
        [ -z "${seen[$name]-}" ] || continue
        seen[$name]=1
        found=$(cd "$work/debian" && find lib usr/lib -path "*/$gnu/$name" | head -1)
        [ "$found" ] || { echo "$1 needs $name, which Debian's libc6 and libssl3 do not bring" >&2; exit 1; }
        (cd "$work/debian" && cp --parents -L -t "$work/image" "$found")
        take "$work/debian/$found"
    done
}
# The loader, at the path that the program names; Debian has a link there.
loader=$(LC_ALL=C readelf -lW "$tree/passthru-exporter" | sed -n 's/.*program interpreter: \(.*\)\]/\1/p')
install -D -m 755 "$work/debian/lib/$gnu/$(basename "$loader")" "$work/image$loader"
seen[$(basename "$loader")]=1
ssl=usr/lib/$gnu/libssl.so.3
(cd "$work/debian" && cp --parents -L -t "$work/image" "$ssl")
take "$tree/passthru-exporter"
take "$work/debian/$ssl"
install -m 755 "$tree/passthru-exporter" "$work/image"
cp LICENSE "$tree/COPYRIGHT" "$work/image"
printf 'passthru-exporter:x:10068:10068::/:/\n' >"$work/image/etc/passwd"
chmod -R u=rwX,go=rX "$work/image"

# Its own storage: images of whoever builds are left alone. The format of OCI has no health check; podman and docker take one by flag.
buildah() { command buildah --root "$work/storage" --runroot "$work/run" --storage-driver vfs "$@"; }
sed -n '/^FROM scratch/,$p' Dockerfile | sed -e 's|^COPY --from=build /image /$|COPY image /|' -e '/^HEALTHCHECK/d' >"$work/Containerfile"
buildah build --quiet --isolation chroot --arch "$arch" --timestamp "$epoch" --identity-label=false \
    --label "org.opencontainers.image.title=passthru-exporter" --label "org.opencontainers.image.version=$version" \
    --label "org.opencontainers.image.source=$(deploy/version.sh --homepage)" --label "org.opencontainers.image.licenses=Apache-2.0 AND MIT" \
    --tag "passthru-exporter:$version" --file "$work/Containerfile" "$work" >/dev/null
buildah push --quiet "passthru-exporter:$version" "oci:$work/oci:passthru-exporter:$version" >/dev/null
buildah rmi --all >/dev/null

# Packed here: buildah's own archive bears today's date.
archive=artifacts/image/passthru-exporter-$version-image-$arch.oci.tar
tar -C "$work/oci" --sort=name --mtime="@$epoch" --owner=0 --group=0 --numeric-owner --mode=u=rwX,go=rX --format=gnu -cf "$archive" oci-layout index.json blobs
echo "$archive"
