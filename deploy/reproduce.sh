#!/usr/bin/env bash
# Builds a release a second time, from a clone of the same commit in another directory, and compares: deploy/reproduce.sh VERSION
# Exit 0 all files are equal byte for byte, 1 some are not, which it names. First: release.sh VERSION.
set -euo pipefail
cd "$(dirname "$0")/.."

version=${1-}
first=$PWD/artifacts/release/$version
[ "$version" ] && [ -e "$first/SHA256SUMS" ] || { echo "usage: $0 VERSION, after deploy/release.sh VERSION" >&2; exit 2; }
clone=$(mktemp -d)
trap 'rm -rf "$clone"' EXIT
git clone --quiet . "$clone/again"
git -C "$clone/again" checkout --quiet "$(git rev-parse HEAD)"
"$clone/again/deploy/release.sh" "$version" >/dev/null
(cd "$clone/again/artifacts/release/$version" && sha256sum --check "$first/SHA256SUMS")
