#!/bin/bash
# Carries a plan out, a boot at a time: the commands of its steps as they are printed, up to the reboot; then looks whether each line that
# the plan says to verify is there. What is to be so at each boot stands at the end. Speaks on the second serial port.
export PATH=/usr/local/sbin:/usr/sbin:/usr/bin:/sbin:/bin HOME=/root LC_ALL=C
device=0000:00:05.0
state=/var/lib/carry
mkdir -p "$state"
exec >/dev/ttyS1 2>&1

check() { # what, then a command
    local what=$1 said
    shift
    if said=$("$@" 2>&1); then echo "ok $what"; else echo "not ok $what"; echo "$said" | tail -20 | sed 's/^/    /'; fi
}

driver() { basename "$(readlink "/sys/bus/pci/devices/$device/driver" || echo none)"; }

# Steps that are to do, as far as the reboot: blocks of sh, which are run; then blocks of console below "Verify:", which are compared.
carry_out() {
    awk '
        /^## / { todo = /: (to do|look)$/; reboot = /Reboot|driver:/ ; verify = 0 }
        /^## [0-9]+\. (Start|VM configuration)/ || /^## The way back/ { todo = 0 }
        /^Verify:/ { verify = 1 }
        /^```/ { inside = !inside && todo && !reboot ? $0 : ""; next }
        inside == "```sh" { print > (out "/run") }
        inside == "```console" && verify { print > (out "/verify") }
    ' out="$1" "$1/plan.md"
    if [ -s "$1/run" ]; then
        echo "-- run"
        sed 's/^/    /' "$1/run"
        check "the commands of $2 run" bash -e "$1/run"
    fi
    [ ! -s "$1/verify" ] || verify "$1/verify" "$2"
}

verify() {
    local command='' line said
    while read -r line; do
        case $line in
            '# → '*)
                said=$(bash -c "$command" 2>&1)
                if [[ $said == *"${line#'# → '}"* ]]; then echo "ok $2: $command → ${line#'# → '}"; else echo "not ok $2: $command → ${line#'# → '}"; echo "$said" | tail -5 | sed 's/^/    /'; fi
                ;;
            *) command=$line ;;
        esac
    done <"$1"
}

plan() { # directory, then arguments
    local to=$1
    shift
    mkdir -p "$to"
    passthru-exporter plan "$device" --format=markdown "$@" >"$to/plan.md" 2>"$to/errors"
    local code=$?
    echo "-- plan $* (exit $code)"
    grep -E '^(\*\*|- (no|unknown|costs)|## )' "$to/plan.md" | sed 's/^/    /'
    return $code
}

# The arguments that the plan prints for QEMU, and whether a guest has the adapter: its ids are on the guest's bus.
start_vm() {
    local arguments
    mapfile -t arguments < <(awk '/^## .*VM configuration/ { here = 1 } /^```text/ { inside = here; next } /^```/ { inside = 0; here = 0 } inside' "$state/given/plan.md" | tr ' ' '\n')
    modprobe vfio-pci
    { sleep 20; echo 'info status'; sleep 1; echo 'info pci'; sleep 2; echo quit; } |
        timeout 300 qemu-system-x86_64 -accel tcg -m 128 -nodefaults -display none -monitor stdio "${arguments[@]}" >"$state/vm" 2>&1
    grep -q 'VM status: running' "$state/vm" && grep -q '8086:10d3' "$state/vm" || { cat "$state/vm"; return 1; }
}

step=$(cat "$state/boot" 2>/dev/null || echo 0)
step=$((step + 1))
echo $step >"$state/boot"
echo "== boot $step: $(driver) has the adapter; $(ls /sys/class/iommu | wc -l) IOMMU; $(cat /proc/cmdline)"
case $step in
    1) # No IOMMU yet: the plan switches it on.
        check "the host's driver has the adapter" test "$(driver)" = e1000e
        check "a plan for a host without IOMMU" plan "$state/iommu"
        carry_out "$state/iommu" "the first plan"
        ;;
    2) # The IOMMU runs: the plan gives the adapter to vfio-pci.
        check "the parameter is on the command line" grep -q intel_iommu=on /proc/cmdline
        check "the host's driver has the adapter still" test "$(driver)" = e1000e
        check "a plan for the adapter" plan "$state/given"
        carry_out "$state/given" "the second plan"
        ;;
    3) # A VM starts with it; then the way back.
        check "vfio-pci has the adapter after the boot" test "$(driver)" = vfio-pci
        check "the plan's steps are marked done" plan "$state/given"
        check "nothing is left to do but the VM" test "$(grep -c '^## .*: to do' "$state/given/plan.md")" = 1
        check "a VM starts with it" start_vm
        check "a plan for the way back" plan "$state/back" --undo
        carry_out "$state/back" "the way back"
        ;;
    4)
        check "the host's driver has the adapter again" test "$(driver)" = e1000e
        check "a plan for the way back that is gone" plan "$state/gone" --undo
        check "nothing is left to undo" test "$(grep -c '^## .*: to do' "$state/gone/plan.md")" = 0
        echo "== done"
        sync
        echo o >/proc/sysrq-trigger
        sleep 60
        ;;
esac
sync
systemctl reboot
