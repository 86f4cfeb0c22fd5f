# What the scripts that boot.sh runs within a Debian look with.
export PATH=/usr/sbin:/usr/bin:/sbin:/bin DEBIAN_FRONTEND=noninteractive LC_ALL=C
set -o pipefail

ok() {
    local what=$1 said
    shift
    if said=$("$@" 2>&1); then
        echo "ok: $what"
    else
        echo "not ok: $what: $*"
        printf '    %s\n' "$said"
        journalctl -u passthru-exporter --no-pager -n 20 | sed 's/^/    /'
    fi
}

eventually() {
    for _ in $(seq 100); do
        if "$@" >/dev/null 2>&1; then return; fi
        sleep 0.2
    done
    "$@"
}

property() { systemctl show -P "$1" passthru-exporter; }
main_pid() { property MainPID; }
is_new_and_active() { [ "$(main_pid)" != "$1" ] && [ "$(property ActiveState)/$(property SubState)" = active/running ]; }
said_in_journal() { journalctl -u passthru-exporter --no-pager | grep -q -- "$1"; }

# shellcheck disable=SC2120 # the scripts that read this one say another port
scrape() {
    exec 3<>"/dev/tcp/127.0.0.1/${1:-10068}" || return
    printf 'GET /metrics HTTP/1.0\r\n\r\n' >&3
    cat <&3
    exec 3>&-
}

# A scrape shares a read that is under way and may have begun before the host was changed; the next scrape's begins after it.
page() { scrape >/dev/null && scrape; }

# The mounts are those of a container, and the exporter says so.
collectors_that_fail() { page | grep '^passthru_collector_success' | grep -v ' 1$' | grep -v '"usage"'; }
all_collectors_succeed() { [ "$(page | grep -c '^passthru_collector_success{.*} 1$')" -ge 11 ] && ! collectors_that_fail; }
has() { page | grep -qF -- "$1"; }
status() { sed -n "s/^$1:[[:space:]]*//p" "/proc/$(main_pid)/status" | xargs; }

# The user stays, as it should, and what package managers and systemd keep for themselves.
files() { find /etc /usr /lib /var/lib /run/passthru* -xdev 2>/dev/null | sort; }
left() { comm -13 /root/before <(files) | grep -vE '^/etc/(passwd|group|shadow|gshadow)-?$|^/etc/\.pwd\.lock$|^/var/lib/(apt|dpkg|rpm|systemd)/'; }

nothing_left() { ! left; }
