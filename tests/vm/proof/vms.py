"""Virtual machines of several kinds with real descriptors: who holds a group on the page, beside `ls -l /proc/PID/fd`."""

from .comparing import check_exporter, compare
from .judge_vms import RunningVm
from .life import do

DISK = {number: f"0000:0{number + 1}:00.0" for number in range(2, 6)}
NIC = {6: "0000:07:00.0", 7: "0000:08:00.0"}

# A monitor without a guest system: stopped before its first instruction it holds all that a running one holds.
VMS = """
PATH=/bin:/usr/sbin:/usr/bin
started() {     # NAME PID: until it has a device, or has ended
    echo $2 >/run/$1.pid
    for tries in $(seq 600); do
        ls -l /proc/$2/fd 2>/dev/null | grep -q vfio-device && return
        [ -e /proc/$2 ] || break
        sleep 0.2
    done
    cat /run/$1.log
    return 1
}
qemu() {        # NAME ARGUMENTS: as -nodefaults, with KVM
    name=$1; shift
    /usr/bin/qemu-system-x86_64 -nodefaults -no-user-config -display none -machine q35 -accel kvm -cpu host -m 32 -S "$@" >/run/$name.log 2>&1 </run/$name.in &
    started $name $!
}
stop() { for it in "$@"; do kill $(cat /run/$it.pid); while [ -e /proc/$(cat /run/$it.pid) ]; do sleep 0.1; done; done; }
without_input() { for it in "$@"; do [ -e /run/$it.in ] || : >/run/$it.in; done; }
"""


def vms(checks, guest, _):
    guest.with_programs()
    do(guest, f"/bin/modprobe -a kvm_amd vfio-pci; for it in {' '.join((*DISK.values(), *NIC.values()))}; do to_vfio $it; done")
    checks.holds("the guest has KVM of its own", "/dev/kvm" in guest.run("ls /dev/kvm"))
    step = Step(checks, guest)
    files = RunningVm("qemu", "files")
    step("nobody", "true", {})
    step("a VM whose configuration is in a file", f"""
cat >/run/files.conf <<END
[name]
  guest = "files"
[device "disk"]
  driver = "vfio-pci"
  host = "{DISK[2]}"
END
without_input files; qemu files -readconfig /run/files.conf""", {DISK[2]: files})
    step("a VM that gets its device by QMP, without a name", f"""
/usr/bin/mkfifo /run/plugged.in; (exec 3<>/run/plugged.in; while [ -e /run/plugged.in ]; do sleep 1; done) & 
/usr/bin/qemu-system-x86_64 -nodefaults -no-user-config -display none -machine q35 -accel kvm -cpu host -m 32 -S -device pcie-root-port,id=below,chassis=1 \\
    -chardev stdio,id=qmp -mon chardev=qmp,mode=control >/run/plugged.log 2>&1 <>/run/plugged.in &
pid=$!
for tries in $(seq 300); do grep -q QMP /run/plugged.log && break; sleep 0.2; done
echo '{{"execute":"qmp_capabilities"}} {{"execute":"device_add","arguments":{{"driver":"vfio-pci","host":"{DISK[3]}","id":"hot","bus":"below"}}}}' >/run/plugged.in
started plugged $pid""", {DISK[2]: files, DISK[3]: RunningVm("qemu")})
    step("two of one name", f"""
stop files plugged; rm /run/plugged.in; without_input one two
qemu one -name windows -device vfio-pci,host={NIC[6]}
qemu two -name windows -device vfio-pci,host={NIC[7]}""",
         {NIC[6]: RunningVm("qemu", "windows"), NIC[7]: RunningVm("qemu", "windows", "windows (2)")})
    step("a program that is no VM, and a user's file that goes by a group's name", f"""
stop one two
hold type1 $(group {DISK[4]}) {DISK[4]}
mkdir -p /tmp/home/vfio; : >/tmp/home/vfio/$(group {DISK[5]}); chmod -R a+rwX /tmp/home
/usr/bin/setpriv --reuid 1000 --regid 1000 --clear-groups /bin/busybox sh -c "exec sleep 100000 <>/tmp/home/vfio/$(group {DISK[5]})" >/dev/null 2>&1 & echo $! >/run/user.pid
sleep 1; ls -l /proc/$(cat /run/user.pid)/fd""", {})
    step("nobody again", "release; stop user", {})
    check_exporter(checks, guest)


class Step:
    def __init__(self, checks, guest):
        self._checks = checks
        self._guest = guest

    def __call__(self, what, script, vms):
        """vms: {the function that it was given: the VM}."""
        do(self._guest, VMS + script)
        compare(self._checks, self._guest, what, vms=vms)
