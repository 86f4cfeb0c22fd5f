"""Pages and history of simulated hosts: the page of an 80-function server, as a fixture host gives it, with four virtual machines."""
import functools
import http.server
import re
import sys
from pathlib import Path

HOSTS = Path(__file__).parent.parent / "hosts"
SERVER = HOSTS / "intel-server/metrics.prom"
VIRTUAL_MACHINE = HOSTS / "own-pve-gpu/metrics.prom"

# What rules look back on: how far, and how far apart the samples of the history are. Ten seconds, or thirteen, and not fifteen,
# because the history is some minutes old when the rules get to it: there are as many samples in a range as at the usual pace.
LOOKED_BACK_ON = {
    "up": (600, 10),
    "passthru_device_upstream_port_info": (1800, 13),
    "passthru_device_critical": (1800, 13),
    "passthru_device_aer_errors_total": (600, 10),
    "passthru_iommu_enabled": (1800, 13),
    "passthru_device_ownership_mismatch": (1800, 13),
    "passthru_device_missing": (1800, 13),
    "passthru_iommu_group_stale_holders": (1800, 13),
    "passthru_vm_start_critical_devices": (1800, 13),
}


def samples(page):
    """Name, labels and value of each line of a page."""
    for line in page.read_text().splitlines():
        if not line.startswith("#"):
            name, labels, value = re.fullmatch(r"(\w+)(?:\{(.*)\})? (\S+)", line).groups()
            yield name, labels or "", value


def template(now):
    """One host: the server; four claimed devices more, each with its virtual machine; what the kernel has logged; that it is up."""
    host = list(samples(SERVER))
    machine = [sample for sample in samples(VIRTUAL_MACHINE) if sample[0].startswith("passthru_vm_") and sample[0] != "passthru_vm_device_info"]
    for number in range(4):
        device = f'device="0000:b{number}:00.0"'
        host += [(name, labels.replace("110", str(110 + number)), value) for name, labels, value in machine]
        host += [
            ("passthru_vm_device_info", f'vm="{110 + number}",platform="proxmox",{device},slot="hostpci0"', "1"),
            ("passthru_device_expected_owner_info", f'{device},owner="vfio",source="proxmox",when="running"', "1"),
            ("passthru_reservation_info", f'{device},group="{60 + number}",kind="gpu",model="GA102",driver="vfio-pci",source="proxmox",vm="{110 + number}"', "1"),
            ("passthru_device_upstream_port_info", f'{device},port="0000:b0:0{number}.0"', "1"),
            ("passthru_device_ownership_mismatch", device, "0"),
            ("passthru_iommu_group_stale_holders", f'group="{60 + number}"', "0"),
        ]
    claimed = [labels for name, labels, _ in host if name == "passthru_device_ownership_mismatch"]
    host += [("passthru_device_missing", device, "0") for device in claimed]
    return host + [
        ("passthru_kernel_events_total", 'event="dma_fault",device="0000:00:00.0"', "3"),
        ("passthru_kernel_event_last_timestamp_seconds", 'event="dma_fault",device="0000:00:00.0"', str(now - 86400)),
        ("passthru_host_boot_time_seconds", "", str(now - 90000)),
        ("up", "", "1"),
    ]


def lines(host, number):
    """
    The series of one host and their values. One host in fifty has lost a device. One in ten has devices that cannot be reset and a link
    that is degraded, as the server of the fixture has: nine alerts that stand. There are twenty boards with three versions of BIOS.
    """
    instance = f'job="passthru",instance="host{number:05}"'
    lost, flawed = number % 50 == 0, number % 10 == 0
    widest = {labels: value for name, labels, value in host if name == "passthru_device_link_max_width"}
    for name, labels, value in host:
        if not flawed and name in ("passthru_device_flr_capable", "passthru_device_reset_methods"):
            value = "1"
        if not flawed and name == "passthru_device_link_width":
            value = widest[labels]
        if name == "passthru_host_info":
            labels = re.sub(r'board_name="[^"]*"', f'board_name="board{number % 20}"', re.sub(r'bios_version="[^"]*"', f'bios_version="{number % 3}"', labels.replace('\\"', "")))
        if lost and name == "passthru_device_ownership_mismatch" and 'device="0000:b0:00.0"' in labels:
            value = "1"
        yield name, f"{name}{{{instance}{',' if labels else ''}{labels}}}", value


def write_pages(host, count, directory, hosts_a_page=100):
    """Pages as hosts serve them, many hosts on one; how many pages there are."""
    for first in range(0, count, hosts_a_page):
        with open(directory / f"{first // hosts_a_page}.prom", "w") as page:
            for number in range(first, min(count, first + hosts_a_page)):
                page.writelines(f"{series} {value}\n" for _, series, value in lines(host, number))
    return -(-count // hosts_a_page)


def write_history(host, count, now, file):
    """What rules look back on, as OpenMetrics."""
    with open(file, "w") as history:
        for number in range(count):
            for name, series, value in lines(host, number):
                seconds, step = LOOKED_BACK_ON.get(name, (0, 1))
                if seconds:
                    history.writelines(f"{series} {value} {at}\n" for at in range(now - seconds, now, step))
        history.write("# EOF\n")


class Web(http.server.SimpleHTTPRequestHandler):
    """Serves the pages, and takes the alerts that vmalert wants to send to somebody."""

    def do_POST(self):
        self.rfile.read(int(self.headers["Content-Length"]))
        self.send_response(200)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_):
        pass


if __name__ == "__main__":
    http.server.ThreadingHTTPServer(("127.0.0.1", int(sys.argv[2])), functools.partial(Web, directory=sys.argv[1])).serve_forever()
