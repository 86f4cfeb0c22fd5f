#!/usr/bin/env bash
# The inner loop: builds, then runs the tests of readers, rules and pages: no other program, no network, no machine.
# tests/run.sh runs everything. Arguments are passed on to the runner: tests/quick.sh -class '*ResetAssessorTests'
set -euo pipefail
cd "$(dirname "$0")/.."

dotnet build --nologo -v quiet tests/Passthru.Tests
elsewhere=()
for namespace in EndToEnd Alerts Dashboards Deploy Packaging; do
    elsewhere+=(-namespace- "Passthru.Tests.$namespace*")
done
# Minutes, not seconds: every file of nine hosts refused in turn, images made by real tools, lspci beside the readers.
for class in FaultTests MadeImagesTests LspciAgreementTests LspciTests ScaledHostTests IsolationPropertyTests; do
    elsewhere+=(-class- "*.$class")
done
exec artifacts/bin/Passthru.Tests/debug/Passthru.Tests -noColor "${elsewhere[@]}" "$@"
