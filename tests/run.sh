#!/usr/bin/env bash
# Installs what the tests need (Debian, Ubuntu; as root or with sudo), builds, publishes, and runs every test.
# The last line counts them: "N passed, N failed, N skipped".
set -euo pipefail
cd "$(dirname "$0")/.."

packages=(chromium clang zlib1g-dev prometheus prometheus-alertmanager pciutils dbus openssl
    initramfs-tools-core dracut-core kmod cpio xz-utils zstd lz4 jq jsonnet docker-compose victoria-metrics qemu-system-x86 busybox-static
    debhelper lintian rpm rpmlint buildah makepkg pacman-package-manager libarchive-tools shellcheck man-db zsh mmdebstrap systemd-container bzip2)
command -v npm >/dev/null || packages+=(npm)
deploy/needs.sh "${packages[@]}"

alerts/tune.sh --check
tests/tools/install.sh
tests/tools/newer.sh artifacts/newer
dotnet build --nologo -v quiet tests/Passthru.Tests
dotnet build --nologo -v quiet tests/bench/Passthru.Benchmarks
staged=$(deploy/stage.sh)   # publishes, too
deploy/deb/build.sh "$staged"
deploy/rpm/build.sh "$staged"
deploy/image/build.sh "$staged"
deploy/sbom.sh

report=$(mktemp)
trap 'rm -f "$report"' EXIT
status=0
PASSTHRU_TESTS_REQUIRE_ALL=1 artifacts/bin/Passthru.Tests/debug/Passthru.Tests -noColor -longRunning 60 | tee "$report" || status=$?
# On a real kernel, in emulated machines: tests/vm/README.md.
tests/vm/run.sh | tee -a "$report" || status=$?
awk '/Total: [0-9]+, Errors: [0-9]+, Failed: [0-9]+, Skipped: [0-9]+/ {
        gsub(/,/, "")
        for (i = 1; i < NF; i++) { if ($i == "Total:") t = $(i+1); if ($i == "Errors:") e = $(i+1); if ($i == "Failed:") f = $(i+1); if ($i == "Skipped:") s = $(i+1) }
        passed += t - f - s; failed += f + e; skipped += s; found++
     }
     /^[0-9]+ passed, [0-9]+ failed, [0-9]+ skipped$/ { passed += $1; failed += $3; skipped += $5; found++ }
     END { if (found != 2) { print "0 passed, 1 failed, 0 skipped"; exit 1 } printf "%d passed, %d failed, %d skipped\n", passed, failed, skipped }' "$report"
exit "$status"
