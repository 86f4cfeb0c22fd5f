# Run by others.sh within the Debian that it boots.
. /root/checks.sh

ansible() { LC_ALL=C.UTF-8 ansible-playbook -i /root/inventory.yml /root/unpacked/ansible/site.yml "$@"; }
says_changed() { local changed=$1; shift; ansible "$@" | tee /root/played | grep -qE "localhost .* changed=$changed .* failed=0" || { cat /root/played; false; }; }
serves() { eventually is_new_and_active 0 && eventually all_collectors_succeed; }
is_off() { [ "$(systemctl is-active passthru-exporter passthru-exporter.socket | sort -u)" = inactive ]; }
# What a package takes along and an archive leaves: settings, and the accepted baseline.
clear_settings() { rm -rf /etc/default/passthru-exporter /etc/passthru-exporter /var/lib/passthru-exporter /var/lib/private/passthru-exporter /etc/systemd/system/passthru-exporter*; systemctl daemon-reload; }

mkdir /root/unpacked
tar -xf /root/package.tar.gz -C /root/unpacked --strip-components=1
mkdir -p /etc/prometheus /usr/share/zsh/site-functions /usr/share/licenses /etc/systemd/system/multi-user.target.wants /etc/systemd/system/sockets.target.wants
printf '[Service]\nExecStart=/bin/sleep infinity\nExecReload=/bin/touch /root/reloaded\n' >/run/systemd/system/prometheus.service
systemctl start prometheus
cat >/root/inventory.yml <<'INVENTORY'
all:
  hosts:
    localhost:
      ansible_connection: local
      passthru_exporter_config: {units: [dbus.service]}
      passthru_exporter_environment: {PASSTHRU_LOG_LEVEL: debug}
      passthru_exporter_listen: ["127.0.0.1:10070"]
      passthru_exporter_port: 10070
  children:
    passthru: {hosts: {localhost: }}
    prometheus: {hosts: {localhost: }}
INVENTORY
files >/root/before

ok "Ansible installs the tarball" says_changed '[1-9][0-9]*' -e passthru_exporter_package=/root/package.tar.gz
ok "the service runs" eventually is_new_and_active 0
ok "where it was told to listen" eventually scrape 10070
ok "and nowhere else" sh -c '! (exec 3<>/dev/tcp/127.0.0.1/10068) 2>/dev/null'
ok "with the configuration" grep -qF 'passthru_unit_active{unit="dbus.service"} 1' <(scrape 10070)
ok "and the environment" grep -qx PASSTHRU_LOG_LEVEL=debug /etc/default/passthru-exporter
ok "Prometheus has the hosts" grep -qxF '[{"targets": ["localhost:10070"]}]' /etc/prometheus/targets/passthru.json
ok "and the rules" cmp /etc/prometheus/rules/passthru.rules.yml /root/unpacked/alerts/passthru.rules.yml
ok "and has read them" [ -e /root/reloaded ]
pid=$(main_pid)
ok "a second time nothing changes" says_changed 0 -e passthru_exporter_package=/root/package.tar.gz
ok "nor does the service start anew" [ "$pid" = "$(main_pid)" ]
ok "the tarball's script takes it away" /root/unpacked/install.sh --remove
rm -r /etc/prometheus/targets /etc/prometheus/rules
clear_settings
ok "the service is gone" is_off
ok "nothing is left" nothing_left

ok "the tarball's script installs it" /root/unpacked/install.sh
ok "it serves" serves
ok "Prometheus takes the sample as it is installed" /root/promtool check config /usr/share/doc/passthru-exporter/examples/prometheus.yml
ok "the rules are tuned where they are installed" sh -c '/usr/share/passthru-exporter/alerts/tune.sh --check && sed s/15m/20m/ /usr/share/passthru-exporter/alerts/tuning.conf >/root/tuning.conf &&
    /usr/share/passthru-exporter/alerts/tune.sh /root/tuning.conf >/root/rules.yml && /root/promtool check rules /root/rules.yml && grep -q "for: 20m" /root/rules.yml'
/root/unpacked/install.sh --remove
clear_settings
ok "and nothing is left" nothing_left

# Debian's own rpm knows no package of Debian, so none that is needed.
ok "the rpm installs" rpm -i --nodeps /root/package.rpm
ok "what is in it is as it was packed" rpm -V --nodeps passthru-exporter
ok "it starts nothing by itself" is_off
ok "it is enabled" systemctl enable --now passthru-exporter.socket passthru-exporter.service
ok "it serves" serves
pid=$(main_pid)
ok "it is put in place of itself" rpm -U --nodeps --force /root/package.rpm
ok "and runs anew" eventually is_new_and_active "$pid"
ok "the rpm is removed" rpm -e passthru-exporter
clear_settings
ok "the service is gone" is_off
ok "nothing is left" nothing_left

sed -i /passthru_exporter_/d /root/inventory.yml
ok "Ansible installs the package" says_changed '[1-9][0-9]*' -e passthru_exporter_package=/root/package.deb --limit passthru
ok "it serves" serves
echo "all looked at"
