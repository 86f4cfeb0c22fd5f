#!/usr/bin/env bash
# Writes artifacts/sbom/passthru-exporter-VERSION.cdx.json, what is compiled into the program, as CycloneDX: deploy/sbom.sh
# Packages by the tool of CycloneDX from NuGet; it knows nothing of .NET itself, which is added from what the build restored.
set -euo pipefail
cd "$(dirname "$0")/.."

tool=6.3.1
version=$(deploy/version.sh)
[ -x artifacts/tools/dotnet-CycloneDX ] || dotnet tool install --verbosity quiet --tool-path artifacts/tools CycloneDX --version $tool >&2
mkdir -p artifacts/sbom
bom=artifacts/sbom/passthru-exporter-$version.cdx.json
artifacts/tools/dotnet-CycloneDX src/Passthru.Exporter/Passthru.Exporter.csproj --base-intermediate-output-path "$PWD/artifacts" --disable-package-restore \
    --set-name passthru-exporter --set-version "$version" --no-serial-number --spec-version 1.6 --output-format Json --output artifacts/sbom --filename tool.json >artifacts/sbom/tool.log ||
    { cat artifacts/sbom/tool.log >&2; exit 1; }

# What only builds is left out. Both architectures have the same packages but for the parts of .NET, which bear their names.
jq --arg time "$(date -u -d "@$(deploy/version.sh --epoch)" +%FT%TZ)" --slurpfile assets artifacts/obj/Passthru.Exporter/project.assets.json '
    ([.components[] | select(.scope == "excluded") | .["bom-ref"]]) as $tools
    | ([$assets[0].project.frameworks[].downloadDependencies[]
        | select(.name | test("^Microsoft\\.(AspNetCore\\.App\\.Runtime|NETCore\\.App\\.Runtime\\.NativeAOT)\\."))
        | (.version | ltrimstr("[") | split(",")[0]) as $version | (.name | sub("\\.linux-.*"; "")) as $name
        | ("linux-x64", "linux-arm64") | "\($name).\(.)" as $name
        | {type: "library", "bom-ref": "pkg:nuget/\($name)@\($version)", name: $name, version: $version, scope: "required",
           licenses: [{license: {id: "MIT"}}], purl: "pkg:nuget/\($name)@\($version)"}]) as $runtime
    | .metadata.timestamp = $time
    | .components |= (map(select(.scope != "excluded")) + $runtime)
    | .dependencies |= (map(select(.ref as $ref | $tools | index($ref) | not) | if .dependsOn then .dependsOn -= $tools else . end)
        | .[0].dependsOn += [$runtime[]["bom-ref"]] | . + [$runtime[] | {ref: .["bom-ref"]}])' artifacts/sbom/tool.json >"$bom"
echo "$bom"
