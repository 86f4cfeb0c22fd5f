#!/usr/bin/env python3
"""
What a fleet costs the server that watches it: simulates hosts, lets Prometheus and VictoriaMetrics (Debian's packages) scrape them every
15 seconds with all alerts and recording rules, and measures memory, processor time, the evaluation of rules, and each query of the
dashboards that are made for fleets. Ten thousand hosts are an extrapolation, by a line through the sizes that were measured.

    tests/scale/fleet.py [HOSTS...]      300 1000; about 5 minutes for each of them and each server, 3 GB of memory for 1000

All servers listen on the loopback address alone.
"""
import json
import re
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import simulated
from servers import Prometheus, VictoriaMetrics, free_port

DASHBOARDS = Path(__file__).parent.parent.parent / "dashboards"
OF_FLEETS = ("fleet", "capacity")
SETTLE, MEASURE = 80, 80
ROUNDS = 5
UNITS = {"m": 60, "h": 3600, "d": 86400}


def seconds(time_of_dashboard):
    number, unit = re.fullmatch(r"now-(\d+)([mhd])", time_of_dashboard).groups()
    return int(number) * UNITS[unit]


def panel_queries():
    """Dashboard, panel, query, and its range in seconds; 0 for one moment."""
    for file in sorted(DASHBOARDS.glob("*.json")):
        if not any(name in file.stem for name in OF_FLEETS):
            continue
        dashboard = json.loads(file.read_text())
        span = seconds(dashboard["time"]["from"])
        values = {variable["name"]: variable.get("allValue") or ".+" for variable in dashboard["templating"]["list"]}
        values |= {"__range": f"{span}s", "__interval": f"{max(15, span // 1000)}s", "__rate_interval": "60s"}
        panels = dashboard["panels"] + [inner for panel in dashboard["panels"] for inner in panel.get("panels", [])]
        for panel in panels:
            for target in panel.get("targets", []):
                query = re.sub(r"\$\{?(\w+)(:\w+)?\}?", lambda match: values[match[1]], target["expr"])
                yield file.stem, panel["title"], query, 0 if target.get("instant") else span


def recorded_history(server, queries, now, file):
    """A past for the recorded series that the queries draw over time, with the value of now: once a minute, or in ten beyond a day."""
    spans = {}
    for _, _, query, span in queries:
        for name in re.findall(r"[a-z_]+:[a-z_]+:[a-z_]+", query):
            spans[name] = max(span, spans.get(name, 0))
    with open(file, "w") as history:
        for name, span in spans.items():
            for sample in server.query(name)[1] if span else []:
                labels = ",".join(f"{label}={json.dumps(value)}" for label, value in sample["metric"].items() if label != "__name__")
                history.writelines(f"{name}{{{labels}}} {sample['value'][1]} {at}\n" for at in range(now - span, now - 900, 60 if span <= 86400 else 600))
        history.write("# EOF\n")


def measure_queries(server, queries):
    """Dashboard, panel, query, median of the seconds, number of series; None for what the server does not understand."""
    for dashboard, panel, query, span in queries:
        try:
            rounds = [server.query(query, span) for _ in range(ROUNDS)]
            yield dashboard, panel, query, statistics.median(took for took, _ in rounds), len(rounds[0][1])
        except OSError as error:
            yield dashboard, panel, query, None, getattr(error, "read", lambda: b"")().decode()[:200]


def measure(kind, count, work):
    now = int(time.time())
    host = simulated.template(now)
    (work / "pages").mkdir()
    pages = simulated.write_pages(host, count, work / "pages")
    simulated.write_history(host, count, now, work / "history.om")
    page_port = free_port()
    web = subprocess.Popen([sys.executable, simulated.__file__, work / "pages", str(page_port)])
    server = kind(work)
    try:
        server.start(work / "history.om", pages, page_port)
        time.sleep(SETTLE)
        before, times, memory = server.processor(), [], []
        for _ in range(MEASURE // 10):
            time.sleep(10)
            times.append(server.rule_times())
            memory.append(server.memory())
        minute = (server.processor() - before) * 60 / MEASURE
        times = {group: statistics.median(round[group] for round in times) for group in times[0]}
        queries = list(panel_queries())
        recorded_history(server, queries, int(time.time()), work / "recorded.om")
        server.add(work / "recorded.om")
        time.sleep(server.notices)
        result = {
            "server": kind.name, "hosts": count, "series": int(server.query('count({job="passthru"})')[1][0]["value"][1]),
            "alerts": server.query("count by (alertname) (ALERTS)")[1], "memory": statistics.median(memory), "processor": minute,
            "rules": times, "queries": list(measure_queries(server, queries)),
        }
        result["peak"] = server.memory("VmHWM")
        if hasattr(server, "on_two_cores"):
            result["two cores"] = server.on_two_cores(times)
        return result
    finally:
        server.stop()
        web.kill()
        web.wait()


def report(result):
    print(f"\n{result['server']}, {result['hosts']} hosts, {result['series']} series; load {Path('/proc/loadavg').read_text().split()[:3]}")
    alerts = {sample["metric"]["alertname"]: int(sample["value"][1]) for sample in result["alerts"]}
    print(f"  {sum(alerts.values())} alerts: {', '.join(f'{count} {name}' for name, count in sorted(alerts.items()))}")
    print(f"  memory {result['memory'] / 2**20:.0f} MiB (at most {result['peak'] / 2**20:.0f}), processor time in a minute {result['processor']:.1f} s")
    for group, took in result["rules"].items():
        print(f"  {group:22} {took:.2f} s")
    if "two cores" in result:
        print(f"  all rules, two cores   {statistics.median(result['two cores']):.2f} s (median), {max(result['two cores']):.2f} s (longest of ten)")
    for dashboard, panel, query, took, series in sorted(result["queries"], key=lambda it: -(it[3] or 1e9)):
        if took is None or took > 0.2:
            print(f"  {'failed' if took is None else f'{took:.2f} s'} {dashboard}, {panel}: {query[:150]} ({series})")
    took = [it[3] for it in result["queries"] if it[3] is not None]
    print(f"  {len(result['queries'])} queries of dashboards: {sum(took):.2f} s in all, the longest {max(took, default=0):.2f} s, {sum(it > 1 for it in took)} over 1 s", flush=True)


def extrapolate(small, large, hosts=10_000):
    """By the line through two sizes."""
    def at(value):
        return value(large) + (value(large) - value(small)) / (large["hosts"] - small["hosts"]) * (hosts - large["hosts"])

    print(f"\n{large['server']}, {hosts} hosts by extrapolation: {at(lambda it: it['series']):.0f} series, memory {at(lambda it: it['memory']) / 2**30:.1f} GiB, "
          f"processor time in a minute {at(lambda it: it['processor']):.0f} s, rules {at(lambda it: sum(it['rules'].values())):.1f} s in a row, "
          f"longest query {at(lambda it: max((q[3] for q in it['queries'] if q[3]), default=0)):.1f} s")


def main():
    sizes = sorted(int(argument) for argument in sys.argv[1:]) or [300, 1000]
    for kind in (Prometheus, VictoriaMetrics):
        results = []
        for count in sizes:
            with tempfile.TemporaryDirectory(prefix="passthru-scale.") as work:
                results.append(measure(kind, count, Path(work)))
            report(results[-1])
        if len(results) > 1:
            extrapolate(results[0], results[-1])


if __name__ == "__main__":
    main()
