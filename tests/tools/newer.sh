#!/usr/bin/env bash
# newer.sh CACHE: Prometheus, Alertmanager and vmalert of Debian's newest suite, unpacked into CACHE/bin; nothing is installed. Prints their versions.
# The rules and samples are tried with them beside those of this machine's Debian.
set -euo pipefail
cache=$(realpath -m "$1")
packages=(prometheus promtool prometheus-alertmanager victoria-metrics)
suite=sid

# Lists of a suite of its own, so that the machine's are not touched.
own=$cache/apt
mkdir -p "$own/lists/partial" "$own/cache/archives/partial" "$cache/debs"
mirror=$(awk '/^URIs:/ { print $2; exit }' /etc/apt/sources.list.d/debian.sources 2>/dev/null ||
    awk '$1 == "deb" && $2 ~ /^http/ { print $2; exit }' /etc/apt/sources.list)
echo "deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] ${mirror:-http://deb.debian.org/debian} $suite main" >"$own/sources.list"
cat >"$own/apt.conf" <<CONF
Dir::State::lists "$own/lists";
Dir::Cache "$own/cache";
Dir::Etc::sourcelist "$own/sources.list";
Dir::Etc::sourceparts "/dev/null";
CONF
export APT_CONFIG=$own/apt.conf
[ -n "$(find "$own/lists" -name '*_Packages*' -mtime -7 -print -quit)" ] || apt-get update -qq

for package in "${packages[@]}"; do
    version=$(apt-cache show "$package" | awk '/^Version:/ && !found++ { print $2 }')
    if [ ! -e "$cache/$package-$version.complete" ]; then
        rm -rf "${cache:?}/$package"
        (cd "$cache/debs" && rm -f "${package}"_*.deb && apt-get -o APT::Sandbox::User=root download -qq "$package" >/dev/null)
        mkdir -p "$cache/$package" "$cache/bin"
        dpkg -x "$cache/debs/${package}"_*.deb "$cache/$package"
        for program in "$cache/$package"/usr/bin/*; do
            ln -sfn "../$package/usr/bin/$(basename "$program")" "$cache/bin/$(basename "$program")"
        done
        rm "$cache/debs/${package}"_*.deb
        touch "$cache/$package-$version.complete"
    fi
    echo "$package $version"
done
