# Run by install.sh within the Debian that it boots.
. /root/checks.sh

files >/root/before

ok "it installs" dpkg -i /root/package.deb
ok "the service runs" eventually is_new_and_active 0
ok "every collector succeeds" eventually all_collectors_succeed
ok "the kernel's symbols are seen" eventually has passthru_acs_override_supported
ok "it runs as its own user" [ "$(status Uid | cut -d' ' -f1)" = "$(id -u passthru-exporter)" ]
ok "with three capabilities, no more" [ "$(status CapEff)/$(status CapBnd)" = 0000000000280004/0000000000280004 ]
ok "and nothing new to be had" [ "$(status NoNewPrivs)" = 1 ]
ok "the health check reaches it" passthru-exporter healthcheck --web.listen-address=unix:/run/passthru-exporter.sock
ok "a baseline is accepted" passthru-exporter baseline accept
ok "and the service knows it" eventually has passthru_topology_baseline_timestamp_seconds
ok "the configuration is read" sh -c 'printf "units: [dbus.service]\n" >/etc/passthru-exporter/config.yml && systemctl reload passthru-exporter'
ok "the reload is told of" eventually said_in_journal "configuration reloaded"
ok "and systemd is asked for the unit it names" eventually has 'passthru_unit_active{unit="dbus.service"} 1'
pid=$(main_pid)
ok "a reload is no restart" [ "$(property ActiveState)/$pid" = "active/$(main_pid)" ]

mkdir -p /etc/systemd/system/passthru-exporter.service.d
printf '[Service]\nWatchdogSec=4\nTimeoutStopSec=1\nRestartSec=0\n' >/etc/systemd/system/passthru-exporter.service.d/quick.conf
systemctl daemon-reload
systemctl restart passthru-exporter
eventually is_new_and_active 0
sleep 5
ok "the watchdog leaves it alone while it answers" [ "$(property NRestarts)" = 0 ]
pid=$(main_pid)
kill -STOP "$pid"
ok "and ends it when it does not" eventually is_new_and_active "$pid"
ok "for that reason" eventually said_in_journal "Watchdog timeout"
rm -r /etc/systemd/system/passthru-exporter.service.d

ok "no group of others without Proxmox VE" [ "$(status Groups)" = "$(id -g passthru-exporter)" ]
mkdir /etc/pve
echo '#PASSTHRU_LOG_LEVEL=debug' >>/etc/default/passthru-exporter
pid=$(main_pid)
ok "it upgrades" dpkg -i /root/later.deb
ok "and runs anew" eventually is_new_and_active "$pid"
ok "with the settings that were there" grep -q LOG_LEVEL=debug /etc/default/passthru-exporter
ok "with the group that Proxmox VE wants" sh -c "grep -qw $(getent group www-data | cut -d: -f3) /proc/$(main_pid)/status"
rmdir /etc/pve
ok "on the same socket" eventually all_collectors_succeed

mkdir -p /etc/systemd/system/passthru-exporter.service.d
cp /usr/share/doc/passthru-exporter/examples/listen-directly.conf /etc/systemd/system/passthru-exporter.service.d/
echo PASSTHRU_WEB_LISTEN_ADDRESS=localhost:23068 >>/etc/default/passthru-exporter
systemctl stop passthru-exporter.socket
systemctl mask passthru-exporter.socket 2>/dev/null
systemctl restart passthru-exporter
ok "it listens by itself where that is wanted" eventually scrape 23068
systemctl unmask passthru-exporter.socket 2>/dev/null
rm -r /etc/systemd/system/passthru-exporter.service.d

ok "it can be removed" dpkg -r passthru-exporter
ok "the service is gone" [ "$(systemctl is-active passthru-exporter passthru-exporter.socket | sort -u)" = inactive ]
ok "its settings stay" [ -e /etc/default/passthru-exporter ]
rm /etc/passthru-exporter/config.yml
ok "it can be purged" dpkg -P passthru-exporter
ok "nothing is left" nothing_left
echo "all looked at"
