#!/bin/sh
# Installs what lies beside it in the tarball, as root on a host with systemd:
#
#   ./install.sh             install and start the service; one that is there is replaced, its settings stay
#   ./install.sh --remove    stop the service and take everything away but settings and the accepted baseline
#
# With DESTDIR=DIRECTORY it copies below that directory and starts nothing: for those who make packages.
set -eu
cd "$(dirname "$0")"
root=${DESTDIR-}

# Mode, file here, where it goes.
files() {
    cat <<'LIST'
755 passthru-exporter /usr/bin/passthru-exporter
644 passthru-exporter.service /usr/lib/systemd/system/passthru-exporter.service
644 passthru-exporter.socket /usr/lib/systemd/system/passthru-exporter.socket
644 passthru-exporter.sysusers /usr/lib/sysusers.d/passthru-exporter.conf
644 completion/passthru-exporter /usr/share/bash-completion/completions/passthru-exporter
644 completion/_passthru-exporter /usr/share/zsh/site-functions/_passthru-exporter
644 LICENSE /usr/share/licenses/passthru-exporter/LICENSE
644 COPYRIGHT /usr/share/licenses/passthru-exporter/COPYRIGHT
LIST
    find examples -type f | sed 's|.*|644 & /usr/share/doc/passthru-exporter/&|'
    find alerts dashboards -type f ! -name '*.sh' | sed 's|.*|644 & /usr/share/passthru-exporter/&|'
    echo '755 alerts/tune.sh /usr/share/passthru-exporter/alerts/tune.sh'
}

copy() {
    files | while read -r mode from to; do install -D -p -m "$mode" "$from" "$root$to"; done
    install -d -m 755 "$root/usr/share/man/man8" "$root/etc/passthru-exporter" "$root/etc/default"
    gzip -9n <passthru-exporter.8 >"$root/usr/share/man/man8/passthru-exporter.8.gz"
    [ -e "$root/etc/default/passthru-exporter" ] || install -p -m 644 passthru-exporter.default "$root/etc/default/passthru-exporter"
}

start() {
    systemd-sysusers passthru-exporter.conf
    # Proxmox VE opens its configuration to this group alone.
    if [ -d /etc/pve ] && getent group www-data >/dev/null; then systemd-sysusers --inline 'm passthru-exporter www-data'; fi
    systemctl daemon-reload
    systemctl enable --quiet passthru-exporter.socket passthru-exporter.service
    systemctl start passthru-exporter.socket
    systemctl restart passthru-exporter.service
}

remove() {
    systemctl disable --now passthru-exporter.socket passthru-exporter.service
    files | while read -r _ _ to; do rm -f "$to"; done
    rm -f /usr/share/man/man8/passthru-exporter.8.gz
    for directory in /usr/share/passthru-exporter /usr/share/doc/passthru-exporter /usr/share/licenses/passthru-exporter; do
        find "$directory" -depth -type d -empty -delete
    done
    systemctl daemon-reload
}

case ${1-} in
    '') copy; [ -n "$root" ] || start ;;
    --remove) remove ;;
    *) echo "usage: $0 [--remove]" >&2; exit 2 ;;
esac
