"""The client commands, `cometd subscribe`, `publish`, `call` and `ping`, as a user runs them in a shell."""

import contextlib
import json
import os
import queue
import re
import signal
import socket
import subprocess
import tempfile
import threading
import time
from http.server import BaseHTTPRequestHandler, HTTPServer

import harness
from runner import test
from test_tls import FIRST, SECOND

LIMIT = 12
TRANSPORTS = ("websocket", "long-polling")


def url():
    return harness.shared().address


def run(*arguments, stdin=""):
    """Runs a command to its end; returns its status and what it wrote to its outputs."""
    done = subprocess.run(
        [harness.binary, *arguments],
        input=stdin,
        capture_output=True,
        text=True,
        timeout=LIMIT,
        env=harness.environment(),
    )
    assert "Fatal error" not in done.stderr, done.stderr
    return done.returncode, done.stdout, done.stderr


def succeed(*arguments, **how):
    status, output, errors = run(*arguments, **how)
    assert status == 0 and errors == "", (arguments, status, output, errors)
    return output


def fail(wanted, *arguments, **how):
    """Runs a command that must fail with a status; returns the one line that it says about it."""
    status, output, errors = run(*arguments, **how)
    assert status == wanted and output == "", (arguments, status, output, errors)
    (line,) = errors.splitlines()
    assert line.startswith("error: "), line
    return line.removeprefix("error: ")


class Subscriber:
    """A subscription that goes on; its lines can be waited for."""

    def __init__(self, *arguments):
        self.process = subprocess.Popen(
            [harness.binary, "subscribe", *arguments],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env=harness.environment(),
            text=True,
        )
        self.output, self.errors, self.untold = queue.Queue(), queue.Queue(), []
        self.readers = [
            threading.Thread(target=self._read, args=pair, daemon=True)
            for pair in ((self.process.stdout, self.output), (self.process.stderr, self.errors))
        ]
        for reader in self.readers:
            reader.start()

    @staticmethod
    def _read(stream, lines):
        for line in stream:
            lines.put(line.rstrip("\n"))

    def message(self):
        return json.loads(self.output.get(timeout=LIMIT))

    def told(self, pattern):
        """Waits until standard error has a line that begins with a pattern, and returns it; others stay for later."""
        for line in self.untold:
            if re.match(pattern, line):
                self.untold.remove(line)
                return line
        while True:
            line = self.errors.get(timeout=LIMIT)
            if re.match(pattern, line):
                return line
            self.untold.append(line)

    def end(self):
        status = self.process.wait(LIMIT)
        for reader in self.readers:
            reader.join(LIMIT)
        return status


@contextlib.contextmanager
def subscribed(*arguments, channels=1):
    subscriber = Subscriber(*arguments)
    try:
        for _ in range(channels):
            subscriber.told("subscribed to /")
        yield subscriber
    finally:
        if subscriber.process.poll() is None:
            subscriber.process.kill()
            subscriber.process.wait()


def unused_port():
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


@contextlib.contextmanager
def web_server(status, body):
    """A server of something else."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self):
            self.send_response(status)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        do_GET = do_POST

        def log_message(self, *_):
            pass

    server = HTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/cometd"
    finally:
        server.shutdown()
        server.server_close()
        thread.join(5)


@test(timeout=40)
def what_is_published_is_printed():
    for transport in TRANSPORTS:
        options = ["--transport", transport]
        channel = f"/commands/{transport}"
        with subscribed(url(), channel, "--count", "2", *options) as subscriber:
            succeed("publish", url(), channel, '{"text": "héllo", "n": 1.50}', *options)
            succeed("publish", url(), channel, "--text", "two words", *options)
            line = subscriber.output.get(timeout=LIMIT)
            assert line == f'{{"channel":"{channel}","data":{{"text": "héllo", "n": 1.50}}}}', line
            assert subscriber.message() == {"channel": channel, "data": "two words"}
            assert subscriber.end() == 0


@test(timeout=40)
def the_connection_is_told_of_on_standard_error():
    for transport in TRANSPORTS:
        subscriber = Subscriber(url(), "/told", "--transport", transport)
        try:
            line = subscriber.told("connected")
            assert re.fullmatch(rf"connected by {transport}, session \w{{20,}}", line), line
        finally:
            subscriber.process.kill()
            subscriber.end()


@test()
def quiet_tells_nothing():
    with harness.server() as server:
        subscriber = Subscriber(server.address, "/quiet", "--quiet", "--count", "1")
        try:
            # Nothing tells when it has subscribed: publish until it has ended.
            def ended():
                succeed("publish", server.address, "/quiet", "1")
                return subscriber.process.poll() is not None

            harness.eventually(ended)
            assert subscriber.end() == 0
            assert subscriber.errors.empty(), subscriber.errors.get()
        finally:
            subscriber.process.kill()


@test()
def several_channels_and_patterns_print_each_message_once():
    with subscribed(url(), "/many/**", "/many/a", "/other", "--count", "3", channels=3) as subscriber:
        for channel in ("/many/a", "/many/b/c", "/other"):
            succeed("publish", url(), channel, "1")
        got = {subscriber.message()["channel"] for _ in range(3)}
        assert got == {"/many/a", "/many/b/c", "/other"}, got
        assert subscriber.end() == 0


@test(timeout=40)
def lines_of_standard_input_are_published_in_order():
    for transport in TRANSPORTS:
        channel = f"/lines/{transport}"
        with subscribed(url(), channel, "--count", "50") as subscriber:
            lines = "".join(f'{{"n":{number}}}\n\n' for number in range(50))
            succeed("publish", url(), channel, "--transport", transport, stdin=lines)
            got = [subscriber.message()["data"]["n"] for _ in range(50)]
            assert got == list(range(50)), got


@test()
def lines_may_be_text():
    with subscribed(url(), "/text", "--count", "3") as subscriber:
        succeed("publish", url(), "/text", "--text", stdin='one\n\n{"x"')
        assert [subscriber.message()["data"] for _ in range(3)] == ["one", "", '{"x"']


@test()
def a_line_that_is_no_json_ends_the_command():
    with subscribed(url(), "/bad", "--count", "1") as subscriber:
        line = fail(64, "publish", url(), "/bad", stdin="1\nhello\n2\n")
        assert line.startswith("line 2 of standard input is not valid JSON"), line
        assert "--text" in line, line
        assert subscriber.message()["data"] == 1


@test()
def a_file_is_a_payload():
    with tempfile.TemporaryDirectory() as folder, subscribed(url(), "/file", "--count", "2") as subscriber:
        path = os.path.join(folder, "payload.json")
        with open(path, "w", encoding="utf-8") as file:
            file.write('{\n  "a": [1,\n 2]\n}\n')
        succeed("publish", url(), "/file", "--file", path)
        assert subscriber.message() == {"channel": "/file", "data": {"a": [1, 2]}}
        succeed("publish", url(), "/file", "--file", path, "--text")
        assert subscriber.message()["data"] == '{\n  "a": [1,\n 2]\n}\n'
        line = fail(64, "publish", url(), "/file", "--file", path + "x")
        assert line == f"cannot read the file '{path}x' of --file", line


@test()
def an_interrupted_subscription_ends_its_session():
    for number, status in ((signal.SIGINT, 130), (signal.SIGTERM, 143)):
        with subscribed(url(), "/signals") as subscriber:
            subscriber.told("connected")
            started = time.monotonic()
            subscriber.process.send_signal(number)
            assert subscriber.end() == status
            assert time.monotonic() - started < 5


@test()
def a_closed_pipe_ends_a_subscription():
    command = f"'{harness.binary}' subscribe '{url()}' /pipe --quiet | head -n 1"
    process = subprocess.Popen(
        ["bash", "-o", "pipefail", "-c", command], stdout=subprocess.PIPE, text=True, env=harness.environment()
    )

    def ended():
        succeed("publish", url(), "/pipe", "2")
        return process.poll() is not None

    harness.eventually(ended)
    assert process.communicate()[0] == '{"channel":"/pipe","data":2}\n'
    assert process.returncode == 141, process.returncode


@test(timeout=40)
def a_subscription_survives_its_server():
    with harness.server() as server:
        for transport in TRANSPORTS:
            with subscribed(server.address, "/again", "--transport", transport) as subscriber:
                subscriber.told("connected")
                server = server.restart()
                line = subscriber.told("connection lost: ")
                assert re.fullmatch(r"connection lost: .+, trying again( in \d+(\.\d+)? m?s)?", line), line
                subscriber.told(f"connected by {transport}, session ")
                succeed("publish", server.address, "/again", '"back"')
                assert subscriber.message()["data"] == "back"


@test()
def acknowledged_messages_arrive():
    for transport in TRANSPORTS:
        options = ["--ack", "--count", "3", "--transport", transport]
        with subscribed(url(), f"/acked/{transport}", *options) as subscriber:
            succeed("publish", url(), f"/acked/{transport}", stdin="1\n2\n3\n")
            assert [subscriber.message()["data"] for _ in range(3)] == [1, 2, 3]
            assert subscriber.end() == 0


@test(timeout=30)
def calls_print_their_result():
    for transport in TRANSPORTS:
        options = ["--transport", transport]
        assert succeed("call", url(), "rpc/echo", '{"x": [1, 2]}', *options) == '{"x": [1, 2]}\n'
        assert succeed("call", url(), "rpc/echo", "--text", "hello", *options) == '"hello"\n'
        assert succeed("call", url(), "/service/rpc/echo", *options) == "{}\n"


@test()
def a_call_that_fails_has_a_status_of_its_own():
    for transport in TRANSPORTS:
        status, output, errors = run("call", url(), "rpc/fail", "1", "--transport", transport)
        assert (status, output, errors) == (2, "", '"this call always fails"\n'), (status, output, errors)


@test()
def a_call_that_nobody_answers_takes_its_time():
    started = time.monotonic()
    line = fail(1, "call", url(), "rpc/unknown", "1", "--timeout", "1")
    assert line == "no result within 1 s: is 'rpc/unknown' a function of the server? See --timeout", line
    assert 0.9 < time.monotonic() - started < 6


@test(timeout=30)
def a_ping_tells_what_the_server_is_like():
    for transport in TRANSPORTS:
        text = succeed("ping", url(), "--transport", transport)
        facts = dict(re.split(r"  +", line, maxsplit=1) for line in text.splitlines())
        assert facts["server"] == url() and facts["transport"] == transport, text
        assert facts["offered"] == "websocket, long-polling, callback-polling", text
        assert {"ack", "timesync"} <= set(facts["extensions"].split(", ")), text
        assert '"reconnect":"retry"' in facts["advice"], text
        assert re.fullmatch(r"min/avg/max [\d.]+/[\d.]+/[\d.]+ ms \(3\)", facts["round trip"]), text
        assert "clock" in facts and "tls" not in facts, text
        report = json.loads(succeed("ping", url(), "--transport", transport, "--json", "--count", "5"))
        assert report["transport"] == transport and report["roundTrip"]["count"] == 5, report
        assert 0 < report["roundTrip"]["min"] <= report["roundTrip"]["avg"] <= report["roundTrip"]["max"], report
        assert abs(report["clockOffset"]) < 1000 and report["advice"]["timeout"] == 30000, report


@test()
def a_server_without_extensions_can_be_pinged():
    with harness.server("--extensions", "none") as server:
        text = succeed("ping", server.address)
        assert re.search(r"^extensions +none$", text, re.MULTILINE) and "clock" not in text, text


@test(timeout=40)
def certificates_are_checked():
    server = harness.shared(*FIRST.options)
    for transport in TRANSPORTS:
        options = ["--transport", transport, "--timeout", "5"]
        line = fail(1, "ping", server.named_address, *options)
        assert "certificate is not trusted" in line and "--ca" in line, line
        line = fail(1, "ping", server.named_address, "--ca", SECOND.certificate, *options)
        assert "certificate is not trusted" in line, line
        for trust in (["--insecure"], ["--ca", FIRST.certificate]):
            report = json.loads(succeed("ping", server.named_address, "--json", *trust, *options))
            assert report["tls"]["version"] == "TLS 1.3", report
            assert report["tls"]["certificateNames"][0] == "first", report
            assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", report["tls"]["certificateExpiry"]), report
    line = fail(64, "ping", server.address, "--ca", "/nowhere.pem")
    assert line == "cannot read certificates from '/nowhere.pem', the file of --ca", line


@test(timeout=30)
def wrong_calls_have_status_64():
    for arguments, text in (
        (["publish", "localhost:8080", "/a", "1"], "is no http or https URL"),
        (["publish", "ftp://127.0.0.1/cometd", "/a", "1"], "is no http or https URL"),
        (["publish", url(), "/a", "hello"], "use --text to send it as a string"),
        (["publish", url(), "chat", "1"], "a channel begins with a slash"),
        (["publish", url(), "/a/*", "1"], "a pattern cannot be published to"),
        (["publish", url()], "missing expected argument"),
        (["subscribe", url(), "/a", "--replay"], "--replay is reserved"),
        (["subscribe", url(), "/a", "--transport", "pigeon"], "'pigeon' is invalid"),
        (["call", url(), "rpc/echo", "{"], "is not valid JSON"),
        (["ping", url(), "--header", "nonsense"], "a header has the form 'Name: value'"),
        (["ping", url(), "--ext", "1"], "it must be a JSON object"),
        (["ping", url(), "--unknown"], "unknown option '--unknown'"),
    ):
        line = fail(64, *arguments)
        assert text in line, line


@test(timeout=40)
def a_server_that_is_not_there_is_told_of():
    for name, *arguments in (["subscribe", "/a", "--quiet"], ["publish", "/a", "1"], ["call", "rpc/echo"], ["ping"]):
        port = unused_port()
        started = time.monotonic()
        line = fail(1, name, f"http://127.0.0.1:{port}/cometd", *arguments)
        assert line == f"cannot connect to 127.0.0.1:{port}: connection refused", line
        assert time.monotonic() - started < 5
    line = fail(1, "ping", "http://no-such-host.invalid/cometd")
    assert line == "cannot connect to no-such-host.invalid:80: no such host", line


@test(timeout=30)
def a_server_of_something_else_is_told_of():
    with web_server(404, b"nothing here") as address:
        line = fail(1, "ping", address)
        assert "answers with HTTP status 404" in line and address in line, line
    with web_server(200, b"<html></html>") as address:
        line = fail(1, "ping", address)
        assert line.startswith(f"what answers at {address} is no Bayeux server"), line


@test()
def a_server_that_does_not_answer_is_told_of():
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        port = silent.getsockname()[1]
        started = time.monotonic()
        line = fail(1, "ping", f"http://127.0.0.1:{port}/cometd", "--timeout", "1")
        assert "127.0.0.1" in line and "answer" in line, line
        assert time.monotonic() - started < 6


@test()
def a_refused_handshake_is_told_of():
    refusal = {"channel": "/meta/handshake", "successful": False, "error": "403::handshake_denied"}
    with web_server(200, json.dumps([{**refusal, "advice": {"reconnect": "none"}}]).encode()) as address:
        for name, *arguments in (["subscribe", "/a", "--quiet"], ["publish", "/a", "1"], ["ping"]):
            line = fail(1, name, address, *arguments)
            wanted = "the server refuses the handshake: 403::handshake_denied; credentials go into --ext or --header"
            assert line == wanted, line


@test()
def help_has_examples():
    assert "A Bayeux server and client, compatible with CometD." in succeed("--help")
    for command in ("subscribe", "publish", "call", "ping"):
        text = succeed(command, "--help")
        assert f"EXAMPLES:\n  cometd {command} http://" in text and "Exit status: " in text, text
        assert max(len(line) for line in text.splitlines()) <= 100, text
