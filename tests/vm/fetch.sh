#!/usr/bin/env bash
# fetch.sh CACHE [SUITE...]: the newest kernel of each suite, as a Debian package unpacked into CACHE/SUITE; nothing is installed.
# Prints "SUITE KERNEL-VERSION" for each. SUITE is "stable" (what this machine's apt offers) or any suite of Debian's archive:
# bookworm-backports, sid; or "stable-noiommu", see noiommu.sh. Not from "stable", QEMU comes along where the suite is *-backports: into CACHE/SUITE/qemu.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
cache=$(realpath -m "$1")
shift
mkdir -p "$cache"

mirror=$(awk '/^URIs:/ { print $2; exit }' /etc/apt/sources.list.d/debian.sources 2>/dev/null ||
    awk '$1 == "deb" && $2 ~ /^http/ { print $2; exit }' /etc/apt/sources.list)

# Lists of a suite of its own, so that the machine's are not touched.
use_suite() {
    [ "$1" = stable ] && return
    local own=$cache/apt/$1
    mkdir -p "$own/lists/partial" "$own/cache/archives/partial"
    echo "deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] ${mirror:-http://deb.debian.org/debian} $1 main" >"$own/sources.list"
    cat >"$own/apt.conf" <<CONF
Dir::State::lists "$own/lists";
Dir::Cache "$own/cache";
Dir::Etc::sourcelist "$own/sources.list";
Dir::Etc::sourceparts "/dev/null";
CONF
    export APT_CONFIG=$own/apt.conf
    apt-get update -qq
}

# Since 6.19 the image is split; linux-base-VERSION has the lists of what is built in.
kernel_packages() {
    local image=$1
    case $(apt-cache depends "$image") in
        *linux-binary-*) echo "linux-base-${image#linux-image-} linux-binary-${image#linux-image-} linux-modules-${image#linux-image-}" ;;
        *) echo "$image" ;;
    esac
}

unpack() {
    local into=$1 package
    shift
    mkdir -p "$cache/debs" "$into"
    for package in "$@"; do
        (cd "$cache/debs" && rm -f "${package}"_*.deb && apt-get -o APT::Sandbox::User=root download -qq "$package" >/dev/null)
        dpkg -x "$cache/debs/${package}"_*.deb "$into"
        rm "$cache/debs/${package}"_*.deb
    done
}

fetch_noiommu() {
    local version
    version=$(fetch stable | cut -d' ' -f2)
    [ -e "$cache/stable-noiommu/$version.complete" ] || "$here/noiommu.sh" "$cache" "$version"
    echo "stable-noiommu $version"
}

fetch() (
    suite=$1
    use_suite "$suite"
    image=$(apt-cache depends linux-image-amd64 | awk '/Depends: linux-image-/ && !found++ { print $2 }')
    version=${image#linux-image-}
    if [ ! -e "$cache/$suite/$version.complete" ]; then
        rm -rf "${cache:?}/$suite"
        # shellcheck disable=SC2046 # several packages
        unpack "$cache/$suite" $(kernel_packages "$image")
        # Debian leaves the indexes to postinst. Newer packages have modules in usr/lib only.
        [ -e "$cache/$suite/lib" ] || ln -s usr/lib "$cache/$suite/lib"
        depmod -b "$cache/$suite" "$version"
        case $suite in *-backports) unpack "$cache/$suite/qemu" qemu-system-x86 qemu-system-common qemu-system-data seabios ;; esac
        touch "$cache/$suite/$version.complete"
    fi
    echo "$suite $version"
)

for suite in "$@"; do
    case $suite in
        stable-noiommu) fetch_noiommu ;;
        *) fetch "$suite" ;;
    esac
done
