#!/usr/bin/env bash
# Makes a certificate, signed by an authority of your own that is made with the first one; needs OpenSSL 3.
#   deploy/web/certificates.sh DIRECTORY server NAME     for the exporter on the host of this name or IP address
#   deploy/web/certificates.sh DIRECTORY client NAME     for a Prometheus, by a name that client_allowed_sans may hold
# NAME.crt and NAME.key go there, ca.crt to everybody. ca.key goes nowhere: who has it gets in everywhere.
set -euo pipefail
directory=$1 kind=$2 name=$3
mkdir -p "$directory"
cd "$directory"
umask 077

key=(-newkey ec -pkeyopt ec_paramgen_curve:P-256 -noenc)
if [ ! -f ca.key ]; then
    openssl req -x509 "${key[@]}" -days 3650 -subj "/CN=passthru scraping" -keyout ca.key -out ca.crt
fi

if [[ $name =~ ^[0-9.]+$|: ]]; then san=IP:$name; else san=DNS:$name; fi
openssl req -x509 -CA ca.crt -CAkey ca.key "${key[@]}" -days 397 -subj "/CN=$name" -keyout "$name.key" -out "$name.crt" \
    -addext "subjectAltName=$san" -addext "extendedKeyUsage=${kind}Auth" -addext basicConstraints=critical,CA:FALSE
chmod 644 ./*.crt
