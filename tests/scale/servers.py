"""Prometheus, and VictoriaMetrics with vmalert, as a scale test needs them: started on a history, scraping pages, asked for figures."""
import json
import re
import socket
import subprocess
import time
import urllib.parse
import urllib.request
from pathlib import Path

ALERTS = Path(__file__).parent.parent.parent / "alerts"
RULES = [ALERTS / "passthru.rules.yml", ALERTS / "passthru-capacity.rules.yml"]


def get(url, data=None):
    with urllib.request.urlopen(urllib.request.Request(url, data), timeout=600) as answer:
        return answer.read().decode()


def free_port():
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return found.getsockname()[1]


class Server:
    def __init__(self, work):
        self.work, self.port, self.processes = work, free_port(), []
        self.url = f"http://127.0.0.1:{self.port}"

    def run(self, *command):
        with open(self.work / "log", "a") as log:
            self.processes.append(subprocess.Popen(command, stdout=log, stderr=log, env={"GOMAXPROCS": "2"}))

    def wait_for(self, url):
        for _ in range(240):
            try:
                return get(url)
            except OSError:
                time.sleep(0.5)
        raise SystemExit((self.work / "log").read_text()[-2000:])

    def stop(self):
        for process in self.processes:
            process.kill()
            process.wait()

    def processor(self):
        """Seconds of processor time so far."""
        fields = [Path(f"/proc/{process.pid}/stat").read_text().rsplit(")", 1)[1].split() for process in self.processes]
        return sum(int(user) + int(system) for *_, user, system in (field[:13] for field in fields)) / 100

    def memory(self, field="VmRSS"):
        """Resident bytes, now or (VmHWM) at most."""
        return sum(int(re.search(rf"{field}:\s+(\d+)", Path(f"/proc/{process.pid}/status").read_text())[1]) * 1024 for process in self.processes)

    def query(self, expression, seconds=0):
        """Seconds that a query took, and its result; a range in a thousand steps where its length is given."""
        arguments = {"query": expression, "nocache": 1}
        if seconds:
            arguments |= {"start": time.time() - seconds, "end": time.time(), "step": max(15, seconds // 1000)}
        before = time.monotonic()
        answer = get(f"{self.url}/api/v1/query{'_range' if seconds else ''}?{urllib.parse.urlencode(arguments)}")
        return time.monotonic() - before, json.loads(answer)["data"]["result"]


def scraping(pages, page_port):
    """A configuration that scrapes the pages; what they say of job and instance holds."""
    jobs = "".join(
        f"  - {{job_name: page{page}, honor_labels: true, metrics_path: /{page}.prom, static_configs: [{{targets: ['127.0.0.1:{page_port}']}}]}}\n"
        for page in range(pages))
    return f"global: {{scrape_interval: 15s, scrape_timeout: 14s}}\nscrape_configs:\n{jobs}"


class Prometheus(Server):
    """Its notices: seconds until it has found a history that was added."""

    name = "Prometheus"
    notices = 70

    def start(self, history, pages, page_port):
        self.config = self.work / "prometheus.yml"
        self.add(history)
        self.config.write_text(scraping(pages, page_port) + f"rule_files: [{', '.join(map(str, RULES))}]\n")
        self.run("/usr/bin/prometheus", f"--config.file={self.config}", f"--storage.tsdb.path={self.work}/data", "--storage.tsdb.retention.time=10y",
                 f"--web.listen-address=127.0.0.1:{self.port}", "--log.level=error")
        self.wait_for(f"{self.url}/-/ready")

    def add(self, history):
        """Writes blocks; a Prometheus that runs finds them within a minute."""
        subprocess.run(["promtool", "tsdb", "create-blocks-from", "openmetrics", "-q", history, self.work / "data"], check=True)

    def rule_times(self):
        """Seconds of the last evaluation of each group."""
        return {group["name"]: group["evaluationTime"] for group in json.loads(get(f"{self.url}/api/v1/rules"))["data"]["groups"]}

    def on_two_cores(self, times):
        """
        Seconds that all rules take on two cores: their groups dealt out to two that go on without a pause, so that a half is
        evaluated while the other is. The slower one's time, ten times.
        """
        groups = {block.split("\n", 1)[0].strip(): block for path in RULES for block in path.read_text().split("\n  - name: ")[1:]}
        halves = [[0, ""], [0, ""]]
        for name in sorted(groups, key=lambda name: -times[name]):
            half = min(halves)
            half[0] += times[name]
            half[1] += groups[name].split("\n    rules:\n", 1)[1].rstrip("\n") + "\n"
        file = self.work / "halves.yml"
        file.write_text("groups:\n" + "".join(f"  - name: half{number}\n    interval: 100ms\n    rules:\n{rules}" for number, (_, rules) in enumerate(halves)))
        self.config.write_text(self.config.read_text().split("rule_files")[0] + f"rule_files: [{file}]\n")
        self.processes[0].send_signal(1)
        time.sleep(10)
        rounds = []
        for _ in range(10):
            time.sleep(2)
            rounds.append(max(self.rule_times().values()))
        return rounds


class VictoriaMetrics(Server):
    """The same, with vmalert: the figures are of both."""

    name = "VictoriaMetrics"
    notices = 10

    def start(self, history, pages, page_port):
        config = self.work / "scrape.yml"
        config.write_text(scraping(pages, page_port))
        self.run("/usr/bin/victoria-metrics", f"-promscrape.config={config}", f"-storageDataPath={self.work}/data", "-retentionPeriod=10y",
                 f"-httpListenAddr=127.0.0.1:{self.port}", "-search.maxQueryDuration=120s", "-search.maxUniqueTimeseries=10000000")
        self.wait_for(f"{self.url}/health")
        self.add(history)
        port = free_port()
        self.alerting = f"http://127.0.0.1:{port}"
        rules = self.work / "vmalert.rules.yml"
        rules.write_bytes(subprocess.run(["sh", ALERTS.parent / "deploy/victoriametrics/generate.sh"], check=True, stdout=subprocess.PIPE).stdout)
        self.run("/usr/bin/vmalert", f"-rule={rules}", f"-rule={RULES[1]}", f"-datasource.url={self.url}", f"-remoteWrite.url={self.url}", f"-remoteRead.url={self.url}",
                 f"-notifier.url=http://127.0.0.1:{page_port}", f"-httpListenAddr=127.0.0.1:{port}")
        self.wait_for(f"{self.alerting}/health")

    def add(self, history):
        """Imports a history, in parts, with times in milliseconds."""
        part = []
        for line in open(history):
            if not line.startswith("#"):
                part.append(line.rstrip("\n") + "000\n")
            if len(part) == 200_000:
                get(f"{self.url}/api/v1/import/prometheus", "".join(part).encode())
                part = []
        get(f"{self.url}/api/v1/import/prometheus", "".join(part).encode())

    def rule_times(self):
        """Seconds of an evaluation of each group, the median of the last minutes."""
        page = get(f"{self.alerting}/metrics")
        return {name: float(value) for name, value in re.findall(r'vmalert_iteration_duration_seconds\{[^}]*group="([^"]+)"[^}]*quantile="0.5"\} (\S+)', page)}
