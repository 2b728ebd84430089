"""Starts and stops the server under test, and keeps what it prints."""

import contextlib
import os
import re
import signal
import subprocess
import threading
import time

START_LIMIT = 20
STOP_LIMIT = 15

binary = None
examples_folder = None
log_folder = None

# Called before the shared servers are told to end: who closes his sockets here does not hold them up.
before_stop = []

_running = []
_shared = {}
_used = []
_number = 0


def environment():
    """The environment of every child process: no proxy may come between the peers."""
    return {name: value for name, value in os.environ.items() if not name.lower().endswith("_proxy")}


class Server:
    """One server process. Its port is read from its output, so that it can be asked for port 0."""

    announcement = r"(https?)://127\.0\.0\.1:(\d+)"
    # Where the process starts; None for the folder of the tests' own process.
    folder = None

    def __init__(self, *options, port=0):
        global _number
        _number += 1
        self.options = options
        self.scheme = "http"
        self.port = None
        self.log_path = os.path.join(log_folder, f"server-{_number:03}.log")
        command = self.command(port)
        self._log = open(self.log_path, "w", encoding="utf-8", errors="replace")
        self._log.write(" ".join(command[1:]) + "\n")
        self._ready = threading.Event()
        self.process = subprocess.Popen(
            command,
            cwd=self.folder,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            env=environment(),
            text=True,
            errors="replace",
        )
        _running.append(self)
        _used.append(self)
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()
        self._ready.wait(START_LIMIT)
        if self.port is None:
            self.kill()
            raise RuntimeError(f"the server did not tell its port within {START_LIMIT} s")

    def command(self, port):
        return [binary, "serve", "--demo", "--port", str(port), "--host", "127.0.0.1", *self.options]

    def _read(self):
        for line in self.process.stdout:
            self._log.write(line)
            self._log.flush()
            found = re.search(self.announcement, line)
            if found and self.port is None:
                self.scheme, self.port = found.group(1) or self.scheme, int(found.group(2))
                self._ready.set()
        self._ready.set()

    @property
    def address(self):
        return f"{self.scheme}://127.0.0.1:{self.port}/cometd"

    @property
    def named_address(self):
        """The same address with a host name: some clients drop the cookies of plain IP addresses."""
        return f"{self.scheme}://localhost:{self.port}/cometd"

    @property
    def is_running(self):
        return self.process.poll() is None

    def terminate(self):
        """Asks the server to drain and end."""
        self.process.send_signal(signal.SIGTERM)

    def wait(self, limit=STOP_LIMIT):
        """Waits for the end of the process and returns its exit status."""
        status = self.process.wait(limit)
        self._close()
        return status

    def stop(self):
        self.terminate()
        try:
            status = self.wait()
        except subprocess.TimeoutExpired:
            self.kill()
            raise AssertionError(f"the server still ran {STOP_LIMIT} s after SIGTERM") from None
        assert status == 0, f"the server ended with status {status} after SIGTERM"

    def kill(self):
        if self.is_running:
            self.process.kill()
            self.process.wait()
        self._close()

    def restart(self, gracefully=False):
        """Ends this server and starts another one with the same options on the same port."""
        if gracefully:
            self.stop()
        else:
            self.kill()
        return type(self)(*self.options, port=self.port)

    def _close(self):
        self._reader.join(5)
        self._log.close()
        if self in _running:
            _running.remove(self)

    def tail(self, count=25):
        """The last lines of the log, as far as they belong to the test that runs."""
        with open(self.log_path, encoding="utf-8", errors="replace") as log:
            lines = log.readlines()[-count:]
        marks = [number for number, line in enumerate(lines) if line.startswith("=== ")]
        return "".join(lines[marks[-1] + 1 if marks else 0 :]).rstrip() or "(nothing)"


class Example(Server):
    """One of the programs in Examples: its name, then what comes behind the port on its command line."""

    announcement = r"()127\.0\.0\.1:(\d+)"

    def command(self, port):
        name, *arguments = self.options
        path = os.path.join(examples_folder, name)
        assert os.access(path, os.X_OK), f"there is no {path}: build the examples first, with dev/check.sh examples"
        return [path, str(port), *arguments]


@contextlib.contextmanager
def server(*options, kind=Server):
    """A server for one test."""
    one = kind(*options)
    try:
        yield one
    finally:
        for process in [s for s in _running if s.port == one.port]:
            process.kill()


def shared(*options, kind=Server):
    """A server that the tests of one suite share; started when first asked for."""
    one = _shared.get((kind, options))
    if one is None or not one.is_running:
        one = _shared[kind, options] = kind(*options)
    _used.append(one)
    return one


def stop_shared():
    """Ends the shared servers as an operator would. Part of the test: they must drain and leave with status 0."""
    for function in before_stop:
        function()
    servers = list(_shared.values())
    _shared.clear()
    for one in servers:
        one.stop()


def kill_all():
    for one in list(_running):
        one.kill()
    _shared.clear()


def begin(name):
    """A test begins: its name goes into the logs of the servers that run."""
    _used.clear()
    for one in _running:
        one._log.write(f"=== {name}\n")
        one._log.flush()


def end(failed):
    """A test has ended. Returns what is to be told about its servers: their logs if it failed, or their death."""
    used = list(dict.fromkeys(_used))
    dead = [s for s in _shared.values() if not s.is_running]
    text = [f"a shared server died with status {s.process.returncode}" for s in dead]
    if failed or dead:
        for one in dict.fromkeys(used + dead):
            text.append(f"--- {os.path.basename(one.log_path)}\n{one.tail()}")
    for key in [k for k, s in _shared.items() if s in dead]:
        _shared.pop(key).kill()
    return "\n".join(text)


def eventually(condition, limit=10.0, pause=0.05):
    """Asks `condition` again and again until it returns something true, and returns that."""
    end_of_patience = time.monotonic() + limit
    while True:
        result = condition()
        if result:
            return result
        assert time.monotonic() < end_of_patience, f"not true within {limit} s: {condition.__name__}"
        time.sleep(pause)
