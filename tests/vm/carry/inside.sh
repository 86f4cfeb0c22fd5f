#!/usr/bin/env bash
# inside.sh ROOT COMMAND: runs a command of the root tree, which has /proc and /dev for the time, in a mount namespace of its own.
set -euo pipefail
exec unshare --mount --propagation private bash -c 'mount -t proc proc "$1/proc" && mount --rbind /dev "$1/dev" && exec chroot "$1" /bin/bash -c "$2"' inside "$1" "$2"
