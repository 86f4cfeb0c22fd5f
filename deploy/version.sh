#!/bin/sh
# What a package says of itself: deploy/version.sh [--epoch|--homepage|--maintainer]
# The version (that of a release is given as RELEASE_VERSION), or the time of the commit, which every file of a package bears, so that
# the same source makes the same package; the addresses come from Directory.Build.props.
set -eu
cd "$(dirname "$0")/.."

property() { sed -n "s|.*<$1>\(.*\)</$1>.*|\1|p" Directory.Build.props | sed 's/&lt;/</; s/&gt;/>/'; }

case ${1-} in
    '') if [ "${RELEASE_VERSION-}" ]; then echo "$RELEASE_VERSION"; else property Version; fi ;;
    --epoch) git log -1 --format=%ct 2>/dev/null || date -r Directory.Build.props +%s ;;
    --homepage) property RepositoryUrl ;;
    --maintainer) property Authors ;;
    *) echo "usage: $0 [--epoch|--homepage|--maintainer]" >&2; exit 2 ;;
esac
