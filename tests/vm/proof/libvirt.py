"""libvirt's own daemons start virtual machines with a device, for root and for a user; then one is left over."""

from . import judge
from .comparing import check_exporter, observe
from .judge_vms import RunningVm
from .life import do
from .vms import DISK, NIC, VMS

# What the page says of the definition, tests of libvirt's files hold; here it is whose the processes are.
JUDGED = ("witnesses", "passthru_iommu_group_hold", "passthru_iommu_group_stale", "passthru_vm_running", "passthru_collector")

SYSTEM = """
export LIBVIRT_DEFAULT_URI=qemu:///system
domain() {      # NAME ADDRESS: what libvirt is told
    cat <<END
<domain type='kvm'>
  <name>$1</name>
  <memory unit='MiB'>32</memory>
  <os><type arch='x86_64' machine='q35'>hvm</type></os>
  <cpu mode='host-passthrough'/>
  <devices>
    <emulator>/usr/bin/qemu-system-x86_64</emulator>
    <controller type='usb' model='none'/>
    <memballoon model='none'/>
    <hostdev mode='subsystem' type='pci' managed='no'>
      <source><address domain='0x0000' bus='0x${2:5:2}' slot='0x00' function='0x0'/></source>
    </hostdev>
  </devices>
</domain>
END
}
as_user() { /usr/bin/setpriv --reuid 1000 --regid 1000 --clear-groups env HOME=/home/ann XDG_RUNTIME_DIR=/run/user/1000 LIBVIRT_DEFAULT_URI=qemu:///session "$@"; }
"""
PREPARE = """
mkdir -p /var; ln -s /run /var/run
mkdir -p /etc/libvirt /var/lib/libvirt /var/log/libvirt /var/cache/libvirt /run/user/1000 /home/ann
printf 'user = "root"\\ngroup = "root"\\nsecurity_driver = "none"\\nnamespaces = []\\ncgroup_controllers = []\\nremember_owner = 0\\nstdio_handler = "file"\\n' >/etc/libvirt/qemu.conf
printf 'ann:x:1000:1000:ann:/home/ann:/bin/sh\\nlibvirt-qemu:x:64055:64055::/var/lib/libvirt:/bin/false\\ntss:x:101:101::/:/bin/false\\n' >>/etc/passwd
printf 'root:x:0:\\nann:x:1000:\\nlibvirt-qemu:x:64055:\\nkvm:x:104:\\nlibvirt:x:105:\\ntss:x:101:\\n' >/etc/group
chown -R 1000:1000 /home/ann /run/user/1000; chmod 666 /dev/kvm
libvirtd -d && for tries in $(seq 60); do virsh version >/run/virsh.log 2>&1 && break; sleep 1; done; cat /run/virsh.log /var/log/libvirt/libvirtd.log
"""


def libvirt(checks, guest, _):
    guest.with_programs()
    do(guest, f"/bin/modprobe -a kvm_amd vfio-pci tun; for it in {' '.join((*DISK.values(), *NIC.values()))}; do to_vfio $it; done")
    guest.must(VMS + SYSTEM + PREPARE, timeout=600)

    def step(what, script, vms):
        do(guest, VMS + script)
        page, machine = observe(guest, guest.scrape, vms=vms)
        checks.that(f"{what}: the page says who holds what", [line for line in judge.differences(page, machine) if line.startswith(JUDGED)])

    web = RunningVm("libvirt", "web")
    step("a domain of root", f"{SYSTEM} domain web {DISK[2]} >/run/web.xml; virsh create --paused /run/web.xml", {DISK[2]: web})
    step("and one of a user", f"""{SYSTEM} domain desk {DISK[3]} >/run/desk.xml; chown 1000 /dev/vfio/$(group {DISK[3]}); ulimit -l unlimited
as_user virsh create --paused /run/desk.xml""",
         {DISK[2]: web, DISK[3]: RunningVm("libvirt", "desk")})
    step("the user's gone", f"{SYSTEM} as_user virsh destroy desk", {DISK[2]: web})
    check_exporter(checks, guest)
