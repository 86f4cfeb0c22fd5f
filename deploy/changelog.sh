#!/bin/sh
# Prints the newest section of CHANGELOG.md as a package wants it, each entry folded: deploy/changelog.sh FIRST NEXT
# FIRST stands before each entry, NEXT before its further lines: deploy/changelog.sh '  * ' '    ' for Debian.
set -eu
cd "$(dirname "$0")/.."
awk '/^## / { if (seen++) exit; next }
    seen && /^\* / { if (entry) print entry; entry = substr($0, 3); next }
    seen && NF { sub(/^ +/, " "); entry = entry $0 }
    END { print entry }' CHANGELOG.md |
    while read -r entry; do echo "$entry" | fold -s -w 74 | sed -e "1s/^/$1/" -e "2,\$s/^/$2/" -e 's/ *$//'; done
