#!/usr/bin/env bash
# How long Prometheus takes to evaluate all alert and recording rules over many hosts: writes their history into blocks, starts
# Prometheus on them (loopback only) and asks it for the evaluation times of its rule groups; then again with the groups dealt out to
# two that run side by side without a pause, for the time that all rules take on two cores. Needs promtool and prometheus, 2 GB of memory and of
# disk; takes about three minutes.
#
#   tests/scale/alerts.sh [HOSTS]        1000 hosts, each with 80 functions, 20 candidates, 40 groups, 8 reservations, 4 VMs
set -euo pipefail
cd "$(dirname "$0")/../.."

hosts=${1:-1000}
port=$((20000 + RANDOM % 10000))
work=$(mktemp -d "${TMPDIR:-/tmp}/passthru-scale.XXXXXX")
trap '[ -z "${server:-}" ] || kill "$server" 2>/dev/null; wait 2>/dev/null; rm -rf "$work"' EXIT

# Series that rules look back on have a sample each 10 or 13 seconds for as far back as they are looked at: the history is three
# minutes old by then, and so there are as many samples as with the usual 15 seconds; the others one a minute for three minutes. One host in fifty has lost a device, so that alerts fire and make their texts.
awk -v hosts="$hosts" -v now="$(date +%s)" '
    function put(name, labels, value, seconds, step,    at) {
        for (at = now - seconds; at <= now; at += step)
            printf "%s{job=\"passthru\",instance=\"host%04d\"%s} %s %d\n", name, host, labels == "" ? "" : "," labels, value, at
    }
    function state(name, labels, value) { put(name, labels, value, 180, 60) }
    BEGIN {
        split("gpu nvme network storage usb audio", kinds); split("in_use blocked reserved available host", states)
        split("correctable nonfatal fatal", severities); split("gpu_without_uefi rom_bar_off pcie_not_set ballooning ksm", issues)
        for (host = 0; host < hosts; host++) {
            lost = host % 50 == 0
            put("up", "", 1, 1260, 10)
            put("passthru_iommu_enabled", "", 1, 1800, 13)
            put("passthru_host_boot_time_seconds", "", now - 90000, 180, 60)
            split("interrupt_remapping_enabled unsafe_interrupts_allowed noiommu_enabled acs_override_active", flags)
            for (i in flags) state("passthru_" flags[i], "", flags[i] ~ /remapping/ ? 1 : 0)
            state("passthru_module_loaded", "module=\"vfio_pci\"", 1)
            state("passthru_host_info", sprintf("kernel=\"6.12\",board_vendor=\"v\",board_name=\"board%d\",bios_version=\"%d\",bios_date=\"d\",product=\"p\"", host % 20, host % 3), 1)
            state("passthru_pcie_aspm_policy_info", "policy=\"default\"", 1)
            for (i = 1; i <= 8; i++) state("passthru_collector_success", "collector=\"c" i "\"", 1)
            for (k in kinds) for (s in states) state("passthru_iommu_groups_by_state", "state=\"" states[s] "\",kind=\"" kinds[k] "\"", 2)
            for (k in kinds) { state("passthru_devices", "kind=\"" kinds[k] "\",owner=\"vfio\"", 1); state("passthru_devices", "kind=\"" kinds[k] "\",owner=\"host\"", 4) }
            for (i = 0; i < 80; i++) {
                device = sprintf("device=\"0000:%02x:00.%d\"", int(i / 2), i % 2)
                state("passthru_device_info", device ",group=\"" int(i / 2) "\",vendor_id=\"10de\",device_id=\"2204\",class=\"030000\",kind=\"" (i < 20 ? kinds[1 + i % 6] : "other") "\",vendor=\"v\",model=\"m\"", 1)
                state("passthru_device_driver_info", device ",driver=\"" (i < 8 ? "vfio-pci" : "igb") "\",owner=\"" (i < 8 ? "vfio" : "host") "\"", 1)
                if (i >= 20) continue
                state("passthru_device_flr_capable", device, 1); state("passthru_device_reset_methods", device, 2)
                state("passthru_device_d3cold_allowed", device, 1)
                state("passthru_device_link_width", device, 16); state("passthru_device_link_max_width", device, 16)
                for (s in severities) put("passthru_device_aer_errors_total", device ",severity=\"" severities[s] "\"", 0, 600, 10)
                if (i >= 8) continue
                state("passthru_reservation_info", device ",group=\"" int(i / 2) "\",kind=\"gpu\",model=\"m\",driver=\"" (lost && !i ? "igb" : "vfio-pci") "\",source=\"proxmox\",vm=\"" 100 + i "\"", 1)
                put("passthru_device_ownership_mismatch", device, lost && !i, 1800, 13)
                put("passthru_device_missing", device, 0, 1800, 13)
            }
            for (i = 0; i < 40; i++) {
                group = "group=\"" i "\""
                state("passthru_iommu_group_devices", group, 2)
                if (i < 4) put("passthru_iommu_group_stale_holders", group, 0, 1800, 13)
                if (i >= 15) continue
                state("passthru_iommu_group_viable", group, i < 4); state("passthru_iommu_group_critical_devices", group, i > 13)
                state("passthru_iommu_group_shared_critical", group, i > 13); state("passthru_iommu_group_reserved_direct_regions", group, 0)
                state("passthru_iommu_group_isolated", group, 1); state("passthru_iommu_group_hardware_devices", group, 1 + i % 4)
                state("passthru_iommu_group_state_info", group ",state=\"host\",domain=\"DMA\"", 1)
            }
            for (i = 0; i < 4; i++) {
                vm = "vm=\"" 100 + i "\",platform=\"proxmox\""
                state("passthru_vm_info", vm ",name=\"n\",machine=\"q35\",firmware=\"ovmf\",guest_os=\"" (i ? "l26" : "win11") "\"", 1)
                put("passthru_vm_start_critical_devices", vm, 0, 1800, 13)
                for (k in issues) state("passthru_vm_config_issue", vm ",issue=\"" issues[k] "\"", 0)
            }
            put("passthru_kernel_events_total", "event=\"dma_fault\",device=\"0000:00:00.0\"", 3, 1200, 10)
        }
        print "# EOF"
    }' > "$work/history.om"
promtool tsdb create-blocks-from openmetrics -q "$work/history.om" "$work/data"
rm "$work/history.om"
cp alerts/passthru.rules.yml alerts/passthru-capacity.rules.yml "$work"
printf 'rule_files: [passthru.rules.yml, passthru-capacity.rules.yml]\n' > "$work/prometheus.yml"
GOMAXPROCS=2 prometheus --config.file="$work/prometheus.yml" --storage.tsdb.path="$work/data" --storage.tsdb.retention.time=10y \
    --web.listen-address="127.0.0.1:$port" --log.level=error &
server=$!

# Two rounds of the groups that are evaluated once a minute: the first of them also reads everything from disk.
for _ in $(seq 60); do curl -sf "127.0.0.1:$port/-/ready" >/dev/null && break || sleep 1; done
cpu() { curl -s "127.0.0.1:$port/metrics" | sed -n 's/^process_cpu_seconds_total //p'; }
sleep 65
before=$(cpu)
sleep 60
echo "$before $(cpu)" | awk '{ printf "processor time in a minute: %.1f s\n", $2 - $1 }'
curl -s "127.0.0.1:$port/api/v1/query?query=count(%7B__name__%3D~%22passthru_.*%22%7D)" | grep -o '"value":\[[^]]*\]' | sed 's/.*,"\(.*\)"\]/\1 series/'
curl -s "127.0.0.1:$port/api/v1/rules" |
    grep -oE '"name":"[^"]*"|"(limit|health)":[^,]*,("lastError":"[^"]*",)?"evaluationTime":[0-9.e-]+' |
    awk -F'"' '
        $2 == "name" && $4 ~ /^passthru-/ { group = $4; next }
        $2 == "name" { rule = $4; next }
        { time = $0; sub(/.*:/, "", time); time += 0 }
        $2 == "limit" { printf "%-22s %.2f s\n", group, time; all += time; next }
        { if (time > most) { most = time; slowest = rule } }
        END { printf "%-22s %.2f s\nslowest rule: %s, %.2f s\n", "all groups", all, slowest, most }'

# A half goes on while the other does, so the slower one's time is that of all rules. The groups are dealt out by the times above.
half() {
    printf '  - name: half-%s\n    interval: 100ms\n    rules:\n' "$1"
    shift
    for group; do
        awk -v group="passthru-$group" '
            /^  - name: / { inside = $3 == group; next }
            inside && /^      / || inside && /^ *$/' alerts/passthru.rules.yml alerts/passthru-capacity.rules.yml
    done
}
{ echo 'groups:'; half 1 devices isolation meta; half 2 capacity ownership runtime platform; } > "$work/halves.yml"
[ "$(grep -cE '^ *- (alert|record): ' "$work/halves.yml")" = "$(cat alerts/*.rules.yml | grep -cE '^ *- (alert|record): ')" ]
printf 'rule_files: [halves.yml]\n' > "$work/prometheus.yml"
kill -HUP "$server"
sleep 10
for _ in $(seq 10); do
    sleep 2
    curl -s "127.0.0.1:$port/api/v1/rules" | grep -oE '"limit":[^,]*,"evaluationTime":[0-9.e-]+' | sed 's/.*://' | sort -g | tail -1
done | sort -g | awk '{ time[NR] = $1 } END { printf "all rules, two cores    %.2f s (median), %.2f s (longest of %d)\n", time[int((NR + 1) / 2)], time[NR], NR }'
