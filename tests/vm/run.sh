#!/usr/bin/env bash
# Proof on a real kernel: boots machines with an emulated IOMMU, runs the published exporter in them and judges from outside.
#
#   tests/vm/run.sh            the core set, as in tests/run.sh
#   tests/vm/run.sh all        every guest and every kernel
#   tests/vm/run.sh NAME...    some of them; an unknown name lists all
#
# The last line counts checks: "N passed, N failed, N skipped". README.md beside this tells more.
set -euo pipefail
cd "$(dirname "$0")"
cache=${PASSTHRU_VM_CACHE:-../../artifacts/vm}
exporter=../../artifacts/publish/Passthru.Exporter/release_linux-x64/passthru-exporter

suites=$(python3 -m proof --kernels "$@")
missing=
for program in qemu-system-x86_64 busybox clang cpio depmod lspci mke2fs; do
    command -v "$program" >/dev/null || missing+="no $program, "
done
if [ "$(uname -m)" != x86_64 ] || [ -n "$missing" ]; then
    echo "NO GUESTS: ${missing:-this is no x86-64 machine, }nothing of the kernel's side is proved (tests/run.sh installs what is needed)"
    echo "0 passed, 0 failed, $(python3 -m proof --count "$@") skipped"
    exit 0
fi
if [ ! -x "$exporter" ]; then
    echo "not published: dotnet publish -r linux-x64 src/Passthru.Exporter" >&2
    exit 1
fi

for suite in $suites; do
    kernel=$(./fetch.sh "$cache" "$suite") || { echo "NO KERNEL of $suite: it can't be had from Debian's archive"; continue; }
    echo "kernel of $kernel"
    # shellcheck disable=SC2086 # two words
    ./build.sh "$cache" $kernel
done
status=0
PASSTHRU_VM_CACHE=$cache python3 -m proof "$@" || status=$?
[[ " $* " == *" all "* ]] || exit "$status"
./boot.sh || status=$?      # counts for itself
exit "$status"
