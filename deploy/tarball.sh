#!/usr/bin/env bash
# Packs artifacts/tarball/passthru-exporter-VERSION-linux-ARCH.tar.gz: deploy/tarball.sh [--arch amd64|arm64 | STAGED-DIRECTORY]
# What is in it: stage.sh. Who unpacks it runs its install.sh.
set -euo pipefail
cd "$(dirname "$0")/.."

if [ -d "${1-}" ]; then tree=$1; else tree=$(deploy/stage.sh "$@"); fi
arch=$(basename "$(dirname "$tree")")
archive=artifacts/tarball/$(basename "$tree")-linux-$arch.tar.gz
mkdir -p artifacts/tarball
tar -C "$(dirname "$tree")" --sort=name --owner=0 --group=0 --numeric-owner --format=gnu -cf - "$(basename "$tree")" | gzip -9n >"$archive"
echo "$archive"
