#!/usr/bin/env bash
# noiommu.sh CACHE VERSION: CACHE/stable-noiommu becomes the stable kernel with no-IOMMU mode, which Debian leaves out: its module vfio
# is built once more from Debian's source, with CONFIG_VFIO_NOIOMMU. Needs gcc and make; written for the sources of Linux 6.1.
set -euo pipefail
cache=$(realpath "$1") version=$2
into=$cache/stable-noiommu
series=$(cut -d. -f1-2 <<<"$version")
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"

apt-get -o APT::Sandbox::User=root download -qq "linux-source-$series" "linux-headers-$version" "linux-headers-${version%-*}-common" "linux-kbuild-$series" >/dev/null
for package in *.deb; do dpkg -x "$package" .; done
tar -xJf "usr/src/linux-source-$series.tar.xz" "linux-source-$series/drivers/vfio"

# Packages expect each other below /usr.
sed -i "s#/usr/src#$work/usr/src#" "usr/src/linux-headers-$version/Makefile"
module=linux-source-$series/drivers/vfio
cat >"$module/Makefile" <<'MAKE'
obj-m := vfio.o
vfio-y := vfio_main.o iova_bitmap.o container.o
ccflags-y := -DCONFIG_VFIO_NOIOMMU=1
MAKE
make -s -C "usr/src/linux-headers-$version" M="$PWD/$module" modules >/dev/null

rm -rf "$into"
mkdir "$into"
cp -al "$cache/stable/boot" "$cache/stable/lib" "$into/"
cp --remove-destination "$module/vfio.ko" "$into/lib/modules/$version/kernel/drivers/vfio/vfio.ko"
depmod -b "$into" "$version"
touch "$into/$version.complete"
