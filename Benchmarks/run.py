#!/usr/bin/env python3
"""Measures the server beside the C reference, in one interleaved run, and prints Markdown tables.

    run.py [--quick] [--runs 5] [scenario ...]        (see README.md)
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
import threading
import time
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).resolve().parent
LOADGEN = HERE / "bin" / "loadgen"
REFERENCE = HERE / "bin" / "reference"
ANNOUNCEMENT = re.compile(r"http://127\.0\.0\.1:(\d+)")


@dataclass(frozen=True)
class Row:
    """One line of a table: a scenario of loadgen with its arguments."""

    group: str
    title: str
    arguments: str
    item: str = ""  # what server_cpu_ns_per_… counts
    target: str = ""
    quick: str = ""  # arguments of a quick run, which override
    table: str = "cpu"
    one_loop: bool = True  # one event loop, server and generator pinned
    pinned_loops: bool = False  # each event loop of the server pinned to a core of its own
    server: str = ""  # more arguments of our server
    application: bool = False  # cometd-application with hooks, compared with the same without


ROWS = [
    Row("fanout", "fan-out, 1,000 subscribers, 150 B, one message a flush", "fanout --messages 500", "delivery",
        "≤ 1.15 × (stretch 1.05 ×)", "--messages 100"),
    Row("fanout", "the same, generator reads after the last write", "fanout --messages 500 --read-afterwards",
        "delivery", "", "--messages 100"),
    Row("fanout", "the same, 4 messages a flush", "fanout --messages 2000 --batch 4", "delivery",
        "≥ 900,000/s/core (stretch 1 M)", "--messages 400"),
    Row("flat", "fan-out, 10 subscribers", "fanout --subscribers 10 --messages 50000 --warmup 1000 --read-afterwards",
        "delivery", "within 15 %", "--messages 10000"),
    Row("flat", "fan-out, 100 subscribers", "fanout --subscribers 100 --messages 5000 --warmup 200 --read-afterwards",
        "delivery", "within 15 %", "--messages 1000"),
    Row("flat", "fan-out, 1,000 subscribers", "fanout --messages 500 --read-afterwards", "delivery", "within 15 %",
        "--messages 100"),
    Row("flat", "fan-out, 10,000 subscribers", "fanout --subscribers 10000 --messages 60 --warmup 10 --read-afterwards",
        "delivery", "within 15 %", "--messages 20"),
    Row("flat", "fan-out, 19,000 subscribers", "fanout --subscribers 19000 --messages 40 --warmup 5 --read-afterwards",
        "delivery", "within 15 %", "--messages 10"),
    Row("flat", "fan-out, 1,000 subscribers, beside 100,000 idle channels",
        "fanout --messages 500 --idle-channels 100000 --read-afterwards", "delivery", "within 15 %", "--messages 100"),
    Row("flat", "fan-out, 100 subscribers, beside 19,900 idle sessions",
        "fanout --subscribers 100 --messages 5000 --warmup 200 --idle-sessions 19900 --read-afterwards", "delivery",
        "within 15 %", "--messages 1000", server="--max-interval 3600000"),
    Row("loops", "fan-out, 1,000 subscribers, generator asleep meanwhile", "fanout --messages 500 --asleep",
        target="≥ 1.7 ×", quick="--messages 100", table="loops", one_loop=False, pinned_loops=True),
    Row("loops", "fan-out, 10,000 subscribers, generator asleep meanwhile",
        "fanout --subscribers 10000 --messages 60 --warmup 10 --asleep", target="≥ 1.7 ×", quick="--messages 20",
        table="loops", one_loop=False, pinned_loops=True),
    Row("application", "fan-out, 1,000 subscribers: listener, authorizer, ack extension installed",
        "fanout --messages 500", "delivery", "≤ 1.30 ×", "--messages 100", application=True),
    Row("application", "the same, 10 subscribers", "fanout --subscribers 10 --messages 50000 --warmup 1000", "delivery",
        "", "--messages 10000", application=True),
    Row("application", "the same, 1,000 subscribers that acknowledge, 4 messages a flush",
        "fanout --messages 2000 --batch 4 --ack", "delivery", "", "--messages 400", application=True),
    Row("longpoll", "long-polling round trip, /meta/connect", "longpoll --requests 100000", "round_trip",
        "≤ 12 µs (stretch 9 µs)", "--requests 20000"),
    Row("longpoll", "long-polling round trip, publish", "longpoll --publish --requests 100000", "round_trip", "",
        "--requests 20000"),
    Row("publish", "WebSocket publish, no subscriber", "publish --messages 500000", "publish",
        "≤ 1.5 µs (stretch 1 µs)", "--messages 100000"),
    Row("churn", "new WebSocket: handshake and first connect", "churn --sessions 5000", "session",
        "≥ 5,000/s (stretch 10,000/s)", "--sessions 1000"),
    Row("churn", "the same, then disconnect and close", "churn --sessions 5000 --close", "session", "",
        "--sessions 1000"),
    Row("idle", "idle WebSocket session", "idle --sessions 5000 --hold 1", target="≤ 6 kB (stretch 4.5 kB)",
        table="memory"),
    Row("idle", "held long-poll", "idle --longpoll --sessions 5000 --hold 1", target="≤ 8 kB (stretch 6 kB)",
        table="memory"),
    Row("rooms", "rooms: 1,000 clients, 100 rooms, 10 each, 100,000 deliveries/s", "rooms --duration 10",
        target="p99 ≤ 10 ms (stretch 5 ms), none lost", quick="--duration 3 --warmup 1", table="rooms",
        one_loop=False),
]


class Failure(Exception):
    pass


class Server:
    """A server process; ends when the block is left."""

    def __init__(self, command, core):
        self.command = (["taskset", "-c", str(core)] if core is not None else []) + command
        self.lines = []
        self.port = None
        self.announced = threading.Event()

    def __enter__(self):
        self.process = subprocess.Popen(
            self.command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
            errors="replace")
        threading.Thread(target=self._read, daemon=True).start()
        if not self.announced.wait(20) or self.port is None:
            self.__exit__()
            raise Failure(f"the server did not say where it listens: {' '.join(self.lines[-5:]) or 'no output'}")
        return self

    def pin_event_loops(self):
        """Gives each event loop a core of its own: left to itself the kernel puts both on one, and lets one idle."""
        tasks = sorted(int(task.name) for task in Path(f"/proc/{self.process.pid}/task").iterdir()
                       if (task / "comm").read_text().startswith("NIO-ELT"))
        cores = sorted(os.sched_getaffinity(0))
        for index, task in enumerate(tasks):
            os.sched_setaffinity(task, {cores[index % len(cores)]})

    def _read(self):
        for line in self.process.stdout:
            self.lines = self.lines[-50:] + [line.rstrip()]
            if self.port is None and (found := ANNOUNCEMENT.search(line)):
                self.port = int(found.group(1))
                self.announced.set()
        self.announced.set()  # ended: nothing more will be said

    def __exit__(self, *_):
        self.process.terminate()
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            print("  the server did not end within 10 s of SIGTERM", file=sys.stderr)
            self.process.kill()
            self.process.wait()


def measure(row, command, options):
    """One run against a fresh server; the figures that loadgen prints."""
    arguments = shlex.split(row.arguments) + (shlex.split(row.quick) if options.quick else [])
    with Server(command, options.server_core if row.one_loop else None) as server:
        if row.pinned_loops:
            server.pin_event_loops()
        load = [str(LOADGEN), *arguments, "--port", str(server.port), "--path", options.path,
                "--server-pid", str(server.process.pid), "--json"]
        if row.one_loop:
            load += ["--pin", str(options.generator_core)]
        try:
            done = subprocess.run(load, capture_output=True, text=True, timeout=600)
        except subprocess.TimeoutExpired as expired:
            raise Failure("loadgen did not end within 600 s") from expired
        if done.returncode != 0:
            last_words = f"; the server's last line: {server.lines[-1]}" if server.lines[1:] else ""
            raise Failure(f"loadgen: {done.stderr.strip() or done.stdout.strip()}{last_words}")
        return json.loads(done.stdout)


def commands(row, options):
    result = {}
    if row.application:
        application = [str(options.server.parent / "cometd-application")]
        return {"ours": [*application, "--hooks"], "reference": application}
    if row.table == "loops":
        if options.reference_only:
            return {}
        serve = [str(options.server), "serve", "--port", "0", "--host", "127.0.0.1"]
        return {loops: [*serve, "--event-loops", loops, *shlex.split(options.server_args)] for loops in ("1", "2")}
    if not options.reference_only:
        ours = [str(options.server), "serve", "--port", "0", "--host", "127.0.0.1"]
        if row.one_loop:
            ours += ["--event-loops", "1"]
        result["ours"] = ours + shlex.split(row.server) + shlex.split(options.server_args)
    if not options.ours_only:
        result["reference"] = [str(REFERENCE), "--port", "0"]
    return result


def run_row(row, options):
    """Figures of all runs, `ours` and `reference` in turn, and the failures."""
    figures, failures = {}, []
    for number in range(options.runs):
        for name, command in commands(row, options).items():
            try:
                figures.setdefault(name, []).append(measure(row, command, options))
                print(".", end="", file=sys.stderr, flush=True)
            except Failure as failure:
                failures.append(f"{name}, run {number + 1}: {failure}")
                print("x", end="", file=sys.stderr, flush=True)
    print(f" {row.title}", file=sys.stderr)
    payloads = {f.get("payload_bytes_per_delivery") for all_runs in figures.values() for f in all_runs}
    if len(payloads) > 1:
        print(f"  NOTE: payload bytes per delivery differ: {sorted(payloads)}", file=sys.stderr)
    return {"row": row, "figures": figures, "failures": failures}


def number(value):
    return "–" if value is None else f"{value:,.0f}" if abs(value) >= 100 else f"{value:.2f}"


def ratio(ours, reference):
    return "–" if not ours or not reference else f"{ours / reference:.2f}"


def values(result, name, key, fallback=None):
    return [f.get(key, f.get(fallback)) for f in result["figures"].get(name, [])]


def table(head, lines):
    if lines:
        print("\n| " + " | ".join(head) + " |\n|" + " --- |" * len(head))
        for line in lines:
            print("| " + " | ".join(line) + " |")


def cpu_line(result):
    row = result["row"]
    key = f"server_cpu_ns_per_{row.item}"
    best, middle = {}, {}
    for name in ("ours", "reference"):
        runs = values(result, name, key)
        best[name] = min(values(result, name, key + "_best", key), default=None)
        middle[name] = statistics.median(runs) if runs else None
    pairs = [a / b for a, b in zip(values(result, "ours", key), values(result, "reference", key))]
    per_core = 1e9 / best["ours"] if best["ours"] else None
    return [row.title, number(best["ours"]), number(middle["ours"]), number(per_core), number(best["reference"]),
            number(middle["reference"]), ratio(best["ours"], best["reference"]),
            f"{statistics.median(pairs):.2f}" if pairs else "–", row.target]


def memory_line(result):
    cells = [result["row"].title]
    for name in ("ours", "reference"):
        runs = values(result, name, "bytes_per_session")
        cells += [number(min(runs, default=None)), number(statistics.median(runs) if runs else None)]
    idle = values(result, "ours", "server_cpu_ns_per_session_second")
    return cells + [number(statistics.median(idle) if idle else None), result["row"].target]


def loops_line(result):
    rates = {loops: values(result, loops, "deliveries_per_serving_second") for loops in ("1", "2")}
    # After a failure nobody knows which runs belong together.
    growths = [] if result["failures"] else [two / one for one, two in zip(rates["1"], rates["2"])]
    spread = f" ({min(growths):.2f} to {max(growths):.2f})" if growths else ""
    own = values(result, "1", "generator_cpu_percent_meanwhile") + values(result, "2", "generator_cpu_percent_meanwhile")
    return [result["row"].title, *(number(statistics.median(rate) if rate else None) for rate in rates.values()),
            (f"{statistics.median(growths):.2f}" if growths else "–") + spread, number(max(own, default=None)),
            result["row"].target]


def rooms_lines(result):
    for name, runs in result["figures"].items():
        def middle(key):
            return statistics.median(f[key] for f in runs)
        yield [name, number(middle("deliveries_per_publishing_second")),
               *(number(middle(f"latency_{point}_us") / 1000) for point in ("p50", "p99", "p999", "max")),
               number(min(f["latency_p99_us"] for f in runs) / 1000),
               str(int(sum(f["lost"] + f["doubled"] for f in runs))),
               number(middle("server_cpu_percent_of_wall")), number(middle("generator_cpu_percent_of_wall"))]


def print_tables(results):
    table(["server CPU, ns", "ours, min", "ours, median", "ours, per core and second", "C reference, min",
           "C reference, median", "ratio of minima", "median ratio of pairs", "target"],
          [cpu_line(r) for r in results if r["row"].table == "cpu" and r["figures"]])
    table(["anonymous memory, bytes", "ours, min", "ours, median", "C reference, min", "C reference, median",
           "ours, CPU ns per session and second", "target"],
          [memory_line(r) for r in results if r["row"].table == "memory" and r["figures"]])
    table(["deliveries/s", "1 event loop", "2 event loops", "growth, median of pairs (least to most)",
           "generator's share of a core, %, at most", "target"],
          [loops_line(r) for r in results if r["row"].table == "loops" and r["figures"]])
    for result in results:
        if result["row"].table == "rooms":
            print(f"\n{result['row'].title}; target {result['row'].target}; latency in ms from the intended time")
            table(["server", "deliveries/s", "p50", "p99", "p99.9", "max", "best run's p99", "lost or doubled",
                   "server CPU %", "generator CPU %"], list(rooms_lines(result)))
    for result in results:
        for failure in result["failures"]:
            print(f"\nFAILED: {result['row'].title}: {failure}")


def machine():
    model = "unknown CPU"
    for line in Path("/proc/cpuinfo").read_text().splitlines():
        if line.startswith("model name"):
            model = line.split(":", 1)[1].strip()
    load = ", ".join(f"{value:.1f}" for value in os.getloadavg())
    return f"{time.strftime('%Y-%m-%d')}, {os.cpu_count()} × {model}, Linux {platform.release()}, load average {load}"


def parse_options():
    groups = list(dict.fromkeys(row.group for row in ROWS))
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("scenarios", nargs="*", metavar="scenario", help=f"{', '.join(groups)}; none means all")
    parser.add_argument("--server", type=Path, default=HERE.parent / ".build" / "release" / "cometd")
    parser.add_argument("--server-args", default="", help="more arguments for `cometd serve`, as one string")
    parser.add_argument("--path", default="/cometd")
    parser.add_argument("--runs", type=int, help="default 5; 2 with --quick")
    parser.add_argument("--quick", action="store_true", help="a fifth of the work")
    parser.add_argument("--server-core", type=int, default=0)
    parser.add_argument("--generator-core", type=int, default=1)
    parser.add_argument("--reference-only", action="store_true")
    parser.add_argument("--ours-only", action="store_true")
    parser.add_argument("--raw", type=Path, metavar="FILE", help="write every figure of every run there, as JSON")
    options = parser.parse_args()
    if unknown := set(options.scenarios) - set(groups):
        parser.error(f"no such scenario: {', '.join(sorted(unknown))}")
    if options.runs is None:
        options.runs = 2 if options.quick else 5
    if not options.reference_only and not options.server.is_file():
        parser.error(f"{options.server} is missing: swift build -c release --product cometd, or --reference-only")
    return options


def main():
    options = parse_options()
    subprocess.run(["make", "--quiet", "-C", str(HERE / "c")], check=True)
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    where = machine()
    results = [run_row(row, options) for row in ROWS if not options.scenarios or row.group in options.scenarios]
    print(f"{where}; {options.runs} runs{', quick' if options.quick else ''}")
    print_tables(results)
    if options.raw:
        options.raw.write_text(json.dumps(
            [{"title": r["row"].title, "figures": r["figures"], "failures": r["failures"]} for r in results], indent=1))
    return 1 if any(result["failures"] for result in results) else 0


if __name__ == "__main__":
    sys.exit(main())
