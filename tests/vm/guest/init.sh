#!/bin/sh
# The guest's init. From the kernel command line: guest.vfio=ADDRESS[,ADDRESS] is given to vfio-pci before drivers of the host are
# loaded; guest.mac=MAC names the NIC that gets 10.0.2.15. Then it does what is put into the share: /lab/in/N is run, its output
# goes to /lab/out/N, and /lab/out/N.done holds its exit code.
export PATH=/bin HOME=/root
modprobe() { /bin/modprobe "$@"; }     # busybox would run its own, which knows no softdeps: no vfio_iommu_type1
mount -t tmpfs run /run
mount -t tmpfs tmp /tmp
modprobe -qa virtio_pci virtio_iommu 9pnet_virtio 9p   # with virtio-iommu everything else waits for it
until mount -t 9p -o trans=virtio,version=9p2000.L,msize=524288 lab /lab; do sleep 0.2; done

option() { sed -n "s/.*\b$1=\([^ ]*\).*/\1/p" /proc/cmdline; }

mine=$(option guest.vfio | tr , ' ')
for address in $mine; do echo vfio-pci >"/sys/bus/pci/devices/$address/driver_override"; done
[ -z "$mine" ] || modprobe vfio-pci
modprobe -qab $(cat /sys/bus/pci/devices/*/modalias | sort -u)
modprobe -qab $(cat /sys/bus/virtio/devices/*/modalias /sys/bus/scsi/devices/*/modalias 2>/dev/null | sort -u)

ip link set lo up
for nic in /sys/class/net/*; do
    [ "$(cat "$nic/address")" = "$(option guest.mac)" ] || continue
    ip link set "${nic##*/}" up
    ip addr add 10.0.2.15/24 dev "${nic##*/}"
    ip route add default via 10.0.2.2
done

uname -r >/lab/ready.new
mv /lab/ready.new /lab/ready
next=1
while :; do
    if [ -e "/lab/in/$next" ]; then
        sh "/lab/in/$next" >"/lab/out/$next" 2>&1 </dev/null
        echo $? >"/lab/out/$next.new"
        mv "/lab/out/$next.new" "/lab/out/$next.done"
        next=$((next + 1))
    else
        sleep 0.1
    fi
done
