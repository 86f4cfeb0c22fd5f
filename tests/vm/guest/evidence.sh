#!/bin/sh
# evidence DIR: what this machine is, into files, by lspci, dmesg and plain reads; nothing of the exporter takes part.
# What could wake a device comes last.
mkdir -p "$1"
cd "$1" || exit 1
pci=/sys/bus/pci/devices

power >power.before
cat /proc/cmdline >cmdline
uname -r >release
cat /proc/mounts >mounts
cat /proc/stat >stat
cat /proc/swaps >swaps
cat /proc/net/route >route
cat /proc/modules >modules
cat /proc/cpuinfo >cpuinfo
cat /proc/interrupts >interrupts
cat /proc/bus/input/devices >input
grep ' pcie_acs_overrides' /proc/kallsyms >kallsyms
ip -o addr >addresses
dmesg >dmesg
cp "/lib/modules/$(uname -r)/modules.builtin" builtin
ls /sys/class/iommu >units
ls /sys/firmware/acpi/tables >tables
ls -ld $pci/*/driver $pci/*/iommu_group $pci/*/physfn $pci/*/virtfn* /sys/class/block/* /sys/class/net/* /sys/class/drm/card*-* /sys/class/iommu/* \
    /sys/devices/virtual/nvme-subsystem/*/nvme* 2>/dev/null >links
ls -d $pci/* $pci/*/reset_method $pci/*/vfio-dev $pci/*/physfn /sys/class/iommu/*/*-iommu /sys/kernel/iommu_groups/*/devices/* \
    /dev/vfio/* 2>/dev/null >present
# On older kernels who reads this waits for whatever is being done to the device: each by itself, and none is waited for long.
mkdir -p overrides
for it in $pci/*; do (cat "$it/driver_override" >"overrides/${it##*/}.new" && mv "overrides/${it##*/}.new" "overrides/${it##*/}") 2>/dev/null & done
for tries in $(seq 30); do
    ls overrides/*.new >/dev/null 2>&1 || break
    sleep 0.1
done
(cd $pci && grep -H '' */vendor */device */subsystem_vendor */subsystem_device */class */numa_node */reset_method */boot_vga */enable \
    */d3cold_allowed */aer_dev_* */sriov_totalvfs */power_state */power/runtime_status 2>/dev/null) >attributes
grep -H '' /sys/kernel/iommu_groups/*/type /sys/kernel/iommu_groups/*/reserved_regions /sys/class/drm/card*-*/status /sys/class/dmi/id/* /sys/module/pcie_aspm/parameters/policy \
    /sys/module/vfio*/parameters/* /sys/module/iommufd/parameters/* 2>/dev/null >files
ls -l /proc/[0-9]*/fd 2>/dev/null | grep -E ':$|/dev/vfio|/dev/iommu|vfio-device|kvm-vm$' >descriptors
for it in /proc/[0-9]*; do echo "${it#/proc/} $(readlink "$it/exe")"; done >programs
for node in /dev/vfio/[0-9]*; do [ ! -e "$node" ] || echo "${node##*/} $(vfio-hold viable "${node##*/}")"; done >viable
# Where the machine has Debian's programs, theirs too.
if [ -x /usr/bin/lsblk ]; then
    /usr/bin/lsblk -Jpo NAME,TYPE,FSTYPE,UUID,MOUNTPOINTS >lsblk
    /usr/sbin/btrfs filesystem show --raw >btrfs 2>/dev/null
    /usr/bin/findmnt -rno SOURCE,TARGET >findmnt
    /usr/sbin/losetup -JlO NAME,BACK-FILE >losetup
    /usr/bin/ip -j -d link >interfaces
    /usr/bin/ip -j addr >ip
    # What processes have open: who, and the number of the node.
    for it in /proc/[0-9]*/fd/*; do echo "$it $(stat -Lc '%F %t:%T' "$it")"; done 2>/dev/null | grep ' block special ' >opened
    ls -l /dev >nodes
fi
power >power.after
lspci -Dvvvnnk >lspci
lspci -Dvmmnn >names
touch complete
