#!/usr/bin/env python3
"""Runs Bayeux servers in turn under `cometd bench`, and prints Markdown tables.

    compare.py [--runs 3] [--with NAME=COMMAND_OR_URL ...] [scenario ...]        (see README.md)
"""

import argparse
import json
import os
import platform
import re
import resource
import shlex
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).resolve().parent
ANNOUNCEMENT = re.compile(r"https?://\S+")


@dataclass(frozen=True)
class Row:
    """One table: a scenario with its arguments."""

    name: str
    title: str
    arguments: str
    kind: str = "messages"


# What Faye carries, so that latencies can be compared; without pauses, how much each carries.
ROWS = [
    Row("fanout", "fan-out to 100 WebSockets, 2,000 deliveries/s",
        "fanout --clients 100 --batch-count 200 --batch-pause 50000"),
    Row("fanout-most", "fan-out to 100 WebSockets, each message as soon as the last one has arrived",
        "fanout --clients 100 --batch-count 200 --batch-pause 0"),
    Row("fanout-lp", "fan-out to 100 long-polling clients, 1,000 deliveries/s",
        "fanout --clients 100 --batch-count 100 --batch-pause 100000 --transport long-polling"),
    Row("rooms", "rooms: 100 WebSockets in 2 of 10 rooms each, 2,000 deliveries/s",
        "rooms --clients 100 --rooms 10 --rooms-per-client 2 --batch-count 500 --batch-size 2 --batch-pause 20000"),
    Row("echo", "echo of 20 WebSockets, each message as soon as the last one is back",
        "echo --clients 20 --batch-count 500 --batch-pause 0"),
    Row("echo-lp", "echo of 20 long-polling clients, each message as soon as the last one is back",
        "echo --clients 20 --batch-count 200 --batch-pause 0 --transport long-polling"),
    Row("churn", "1,000 sessions over WebSocket that come and go, 16 at a time",
        "churn --clients 1000 --concurrency 16", "sessions"),
    Row("idle", "500 idle sessions over WebSocket", "idle --clients 500 --hold 5", "memory"),
    Row("idle-lp", "500 idle sessions over long-polling", "idle --clients 500 --hold 5 --transport long-polling",
        "memory"),
]

# The scenarios as they are by default, too much for Faye.
FULL = [
    Row("full-rooms", "rooms, the book's: 1,000 WebSockets, 100,000 deliveries/s", "rooms"),
    Row("full-rooms-lp", "the same over long-polling", "rooms --transport long-polling"),
    Row("full-fanout", "fan-out to 1,000 WebSockets, 100,000 deliveries/s", "fanout"),
    Row("full-fanout-most", "fan-out to 1,000 WebSockets, each message as soon as the last one has arrived",
        "fanout --batch-pause 0"),
    Row("full-fanout-4", "fan-out to 1,000 WebSockets, 4 messages as soon as the last ones have arrived",
        "fanout --batch-pause 0 --batch-size 4"),
    Row("full-echo", "echo of 100 WebSockets, 10,000 round trips/s", "echo"),
    Row("full-echo-lp", "echo of 100 long-polling clients, 5,000 round trips/s",
        "echo --transport long-polling --batch-pause 20000 --batch-count 500"),
    Row("full-slow", "slow consumers: 100 healthy WebSockets beside 10 that read nothing, 100,000 deliveries/s", "slow"),
    Row("full-slow-lp", "the same over long-polling", "slow --transport long-polling"),
    Row("full-churn", "5,000 sessions over WebSocket that come and go, 64 at a time", "churn", "sessions"),
    Row("full-churn-lp", "the same over long-polling", "churn --transport long-polling", "sessions"),
    Row("full-idle", "5,000 idle sessions over WebSocket", "idle --hold 5", "memory"),
    Row("full-idle-lp", "5,000 idle sessions over long-polling", "idle --hold 5 --transport long-polling", "memory"),
]


class Failure(Exception):
    pass


class Server:
    """A server: one that is started anew for each run, or one that runs already."""

    def __init__(self, name, what, pid=None):
        self.name, self.what, self.pid, self.process, self.url = name, what, pid, None, None
        self.last_line = ""

    def __enter__(self):
        if ANNOUNCEMENT.fullmatch(self.what):
            self.url = self.what
            return self
        self.process = subprocess.Popen(
            shlex.split(self.what), stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
            errors="replace")
        self.pid = self.process.pid
        announced = threading.Event()
        threading.Thread(target=self._read, args=(announced,), daemon=True).start()
        if not announced.wait(30) or self.url is None:
            self.__exit__()
            raise Failure(f"{self.name} did not print its URL: {self.last_line or 'no output'}")
        return self

    def _read(self, announced):
        for line in self.process.stdout:
            self.last_line = line.strip() or self.last_line
            if self.url is None and (found := ANNOUNCEMENT.search(line)):
                self.url = found.group(0)
                announced.set()
        announced.set()

    def __exit__(self, *_):
        if self.process is None:
            return
        self.process.terminate()
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


def measure(row, make_server, options):
    """One run against a server; the figures of `cometd bench`."""
    with make_server() as server, tempfile.TemporaryDirectory() as folder:
        figures = Path(folder) / "figures.json"
        command = [str(options.cometd), "bench", *shlex.split(row.arguments), "--url", server.url, "--json",
                   str(figures), *shlex.split(options.bench_args)]
        if server.pid:
            command += ["--server-pid", str(server.pid)]
        try:
            done = subprocess.run(command, capture_output=True, text=True, timeout=300)
        except subprocess.TimeoutExpired as expired:
            raise Failure("it did not end within 300 s") from expired
        if not figures.exists():
            raise Failure(done.stderr.strip() or done.stdout.strip() or f"status {done.returncode}")
        result = json.loads(figures.read_text().splitlines()[-1])
        if done.returncode != 0:
            result["fault"] = done.stderr.strip() or "not all that was sent arrived once"
        return result


def get(figures, *path):
    for key in path:
        figures = figures.get(key) if isinstance(figures, dict) else None
    return figures


def text(value):
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.2f}"


def spread(runs, scale, *path):
    """The median of the runs, with the least and the most."""
    values = [get(run, *path) for run in runs]
    values = [value * scale for value in values if value is not None]
    if not values:
        return "–"
    middle = text(statistics.median(values))
    return middle if len(values) == 1 else f"{middle} ({text(min(values))}–{text(max(values))})"


def columns(kind):
    memory = ("memory, MiB", lambda runs: spread(runs, 1 / 2**20, "server", "resident"))
    client = ("generator CPU, µs", lambda runs: spread(runs, 1, "client", "cpuSecondsPerMillion"))
    latency = [(f"{name}, ms", lambda runs, key=key: spread(runs, 1e-3, "latency", key))
               for name, key in [("p50", "p50"), ("p99", "p99"), ("p99.9", "p999"), ("max", "max")]]
    if kind == "sessions":
        return [("sessions/s", lambda runs: spread(runs, 1, "sessionsPerSecond")), *latency,
                ("server CPU, µs", lambda runs: spread(runs, 1, "server", "cpuSecondsPerMillion")), client, memory]
    if kind == "memory":
        return [("bytes per session", lambda runs: spread(runs, 1, "server", "bytesPerSession")),
                ("server CPU while idle, ms/s", lambda runs: spread(
                    [{"v": get(run, "server", "cpuSeconds") / run["wallSeconds"]} for run in runs
                     if get(run, "server", "cpuSeconds") is not None], 1000, "v")), memory]
    lost = ("lost, twice", lambda runs: ", ".join(
        str(sum(get(run, "messages", key) for run in runs)) for key in ("lost", "duplicates")))
    return [("deliveries/s", lambda runs: spread(runs, 1, "messages", "deliveredPerSecond")), *latency, lost,
            ("server CPU, µs", lambda runs: spread(runs, 1, "server", "cpuSecondsPerMillion")), client, memory]


def run_row(row, servers, options):
    figures, failures = {name: [] for name in servers}, []
    for number in range(options.runs):
        for name, make_server in servers.items():
            try:
                result = measure(row, make_server, options)
                figures[name].append(result)
                if "fault" in result:
                    failures.append(f"{name}, run {number + 1}: {result['fault']}")
            except Failure as failure:
                failures.append(f"{name}, run {number + 1}: {failure}")
            print(".", end="", file=sys.stderr, flush=True)
    print(f" {row.title}", file=sys.stderr)
    print(f"\n**{row.title}** (`{row.arguments}`)\n")
    head = columns(row.kind)
    print("| server | " + " | ".join(title for title, _ in head) + " |\n|" + " --- |" * (len(head) + 1))
    for name, runs in figures.items():
        if runs:
            print(f"| {name} | " + " | ".join(cell(runs) for _, cell in head) + " |")
    for failure in failures:
        print(f"\nFAILED: {failure}")
    sys.stdout.flush()
    return {"row": row.name, "figures": figures, "failures": failures}


def machine():
    model = "unknown CPU"
    for line in Path("/proc/cpuinfo").read_text().splitlines():
        if line.startswith("model name"):
            model = line.split(":", 1)[1].strip()
    load = ", ".join(f"{value:.1f}" for value in os.getloadavg())
    return f"{time.strftime('%Y-%m-%d')}, {os.cpu_count()} × {model}, Linux {platform.release()}, load average {load}"


def parse_options():
    names = [row.name for row in ROWS + FULL]
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("scenarios", nargs="*", metavar="scenario", help=f"{', '.join(names)}; none means those that do not begin with full")
    parser.add_argument("--cometd", type=Path, default=HERE.parent / ".build" / "release" / "cometd")
    parser.add_argument("--full", action="store_true", help="all that begin with full, without Faye")
    parser.add_argument("--runs", type=int, default=3, help="of each server and scenario, in turn (default 3)")
    parser.add_argument("--with", dest="others", action="append", default=[], metavar="NAME=COMMAND_OR_URL",
                        help="another server: its URL, or a command that prints it; may be repeated")
    parser.add_argument("--pid", action="append", default=[], metavar="NAME=PID",
                        help="the process of a server that is given by its URL; may be repeated")
    parser.add_argument("--without", action="append", default=[], metavar="NAME", help="leave out ours or faye")
    parser.add_argument("--bench-args", default="", help="more arguments for `cometd bench`, as one string")
    parser.add_argument("--raw", type=Path, metavar="FILE", help="write every figure of every run there, as JSON")
    options = parser.parse_args()
    if options.full:
        options.scenarios += [row.name for row in FULL]
        options.without.append("faye")
    if unknown := set(options.scenarios) - set(names):
        parser.error(f"no such scenario: {', '.join(sorted(unknown))}")
    if any("=" not in text for text in options.others + options.pid):
        parser.error("--with and --pid take NAME=…")
    if not options.cometd.is_file():
        parser.error(f"{options.cometd} is missing: swift build -c release --product cometd")
    return options


def all_servers(options):
    cometd = shlex.quote(str(options.cometd))
    commands = {"ours": f"{cometd} serve --port 0 --log-level error",
                "faye": f"ruby {shlex.quote(str(HERE / 'faye_server.rb'))}"}
    commands |= dict(other.split("=", 1) for other in options.others)
    pids = dict(text.split("=", 1) for text in options.pid)
    return {name: lambda name=name, what=what: Server(name, what, pids.get(name))
            for name, what in commands.items() if name not in options.without}


def main():
    options = parse_options()
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    print(f"{machine()}; {options.runs} runs, median (least–most); CPU is per delivery or session")
    servers = all_servers(options)
    rows = [row for row in ROWS + FULL if row.name in options.scenarios] if options.scenarios else ROWS
    results = [run_row(row, servers, options) for row in rows]
    if options.raw:
        options.raw.write_text(json.dumps(results, indent=1))
    return 1 if any(result["failures"] for result in results) else 0


if __name__ == "__main__":
    sys.exit(main())
