"""The page to the one on call: the device is lost in the guest, Prometheus and Alertmanager out here tell a webhook."""

import http.server
import json
import os
import re
import subprocess
import threading
import time
import urllib.request

from .guest import free_port
from .life import CLAIMS, DEVICE, do

FASTER = 5      # every time of the rules, of the scrapes and of the routes is this factor shorter than shipped


def page(checks, guest, repository):
    do(guest, f"to_vfio {DEVICE}")
    with Webhook() as webhook, Servers(guest, webhook.port, repository) as servers:
        checks.holds("Prometheus scrapes the guest", servers.wait_for("up == 1", 120))
        time.sleep(180 / FASTER + 10)       # the rules keep silent for a while after boot
        checks.that("nobody is paged while vfio-pci has the disk", [str(alert) for alert in webhook.alerts()])
        do(guest, f"to_host {DEVICE}")
        lost = time.monotonic()
        alert = webhook.wait("firing", 120)
        if checks.holds("PassthruOwnershipLost reaches the webhook", alert is not None, f"after 120 s only {webhook.alerts()}"):
            print(f"       {time.monotonic() - lost:.0f} s after the driver of the host had it, all times {FASTER} times shorter", flush=True)
            text = alert["annotations"]["description"]
            checks.that("it says what, who and for whom", [f"{word} is not in: {text}" for word in (DEVICE, "nvme", CLAIMS[DEVICE]) if word not in text])
            checks.holds("it is critical", alert["labels"]["severity"] == "critical", alert["labels"]["severity"])
        do(guest, f"to_vfio {DEVICE}")
        checks.holds("the page ends when vfio-pci has the disk again", webhook.wait("resolved", 180) is not None, f"after 180 s only {webhook.alerts()}")


class Webhook:
    """Takes what Alertmanager posts."""

    def __init__(self):
        self._posted = posted = []

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_POST(self):
                posted.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
                self.send_response(200)
                self.end_headers()

            def log_message(self, *_):
                """Silent."""

        self._server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.port = self._server.server_port
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self._server.shutdown()
        self._server.server_close()

    def alerts(self):
        return [(alert["labels"]["alertname"], alert["labels"].get("device"), alert["status"])
                for post in list(self._posted) for alert in post["alerts"] if alert["labels"]["severity"] == "critical"]

    def wait(self, status, timeout):
        deadline = time.monotonic() + timeout
        while time.monotonic() < deadline:
            for post in list(self._posted):
                for alert in post["alerts"]:
                    if alert["labels"]["alertname"] == "PassthruOwnershipLost" and alert["labels"]["device"] == DEVICE and alert["status"] == status:
                        return alert
            time.sleep(0.2)
        return None


class Servers:
    """Prometheus and Alertmanager on loopback, with what is shipped; only times and addresses are others, in copies."""

    def __init__(self, guest, webhook_port, repository):
        self._directory = f"{guest.directory}/servers"
        self._repository = repository
        os.makedirs(f"{self._directory}/rules")
        self._port, alertmanager = free_port(), free_port()
        self._write("rules/passthru.rules.yml", self._rules())
        self._write("alertmanager.yml", self._routes(webhook_port))
        self._write("prometheus.yml", self._scrapes(guest.port, alertmanager))
        self._log = open(f"{self._directory}/log", "wb")
        self._processes = [
            self._start("prometheus-alertmanager", "--config.file=alertmanager.yml", "--storage.path=alerts", f"--web.listen-address=127.0.0.1:{alertmanager}",
                        "--cluster.listen-address="),
            self._start("prometheus", "--config.file=prometheus.yml", "--storage.tsdb.path=series", f"--web.listen-address=127.0.0.1:{self._port}",
                        "--rules.alert.resend-delay=1s"),
        ]

    def __enter__(self):
        return self

    def __exit__(self, *_):
        for process in self._processes:
            process.kill()
            process.wait()
        self._log.close()

    def wait_for(self, query, timeout):
        deadline = time.monotonic() + timeout
        while time.monotonic() < deadline:
            try:
                with urllib.request.urlopen(f"http://127.0.0.1:{self._port}/api/v1/query?query={urllib.request.quote(query)}", timeout=10) as answer:
                    if json.load(answer)["data"]["result"]:
                        return True
            except OSError:
                pass                        # it is still starting
            time.sleep(0.5)
        return False

    def _start(self, *arguments):
        return subprocess.Popen(arguments, cwd=self._directory, stdin=subprocess.DEVNULL, stdout=self._log, stderr=self._log)

    def _write(self, name, text):
        with open(f"{self._directory}/{name}", "w") as file:
            file.write(text)

    def _shipped(self, name):
        with open(f"{self._repository}/{name}") as file:
            return file.read()

    def _rules(self):
        """As a user tunes them: a copy of tuning.conf, and tune.sh."""
        tuning = self._shipped("alerts/tuning.conf")
        tuning = re.sub(r"^(Passthru\S+\s+(?:on|off)\s+\w+\s+)(\S+)(\s+)(\S+)", lambda row: row[1] + shorter(row[2]) + row[3] + shorter(row[4]), tuning, flags=re.M)
        tuning = re.sub(r"^((?:fast_interval|slow_interval|memory)\s+)(\S+)$", lambda row: row[1] + shorter(row[2]), tuning, flags=re.M)
        tuning = re.sub(r"^(settle_seconds\s+)(\d+)$", lambda row: row[1] + str(int(row[2]) // FASTER), tuning, flags=re.M)
        self._write("tuning.conf", tuning)
        return subprocess.run(["sh", f"{self._repository}/alerts/tune.sh", f"{self._directory}/tuning.conf"], check=True, capture_output=True, text=True).stdout

    def _routes(self, port):
        text = replaced(self._shipped("deploy/alertmanager/alertmanager.yml"), "127.0.0.1:9095", f"127.0.0.1:{port}")
        return re.sub(r"(group_wait|group_interval): (\d+[sm])\b", lambda row: f"{row[1]}: {shorter(row[2])}", text)

    def _scrapes(self, exporter, alertmanager):
        text = replaced(self._shipped("deploy/prometheus/prometheus.yml"), "127.0.0.1:9093", f"127.0.0.1:{alertmanager}")
        text = replaced(text, "- targets: [pve1.example.org:10068, pve2.example.org:10068]", f"- targets: ['127.0.0.1:{exporter}']")
        text = replaced(text, "  - /usr/share/passthru-exporter/alerts/passthru-capacity.rules.yml\n", "")
        text = replaced(text, "/usr/share/passthru-exporter/alerts/", "rules/")
        text = re.sub(r"(scrape_interval|evaluation_interval): (\d+s)", lambda row: f"{row[1]}: {shorter(row[2])}", text)
        return re.sub(r"scrape_timeout: \d+s", f"scrape_timeout: {15000 // FASTER}ms", text)    # an emulated processor may need it all


def shorter(time_of_rule):
    if time_of_rule == "-":
        return time_of_rule
    unit = {"s": 1, "m": 60, "h": 3600}[time_of_rule[-1]]
    return f"{int(time_of_rule[:-1]) * unit * 1000 // FASTER}ms"


def replaced(text, old, new):
    if old not in text:
        raise ValueError(f"the shipped sample has no {old!r} any more")
    return text.replace(old, new)
