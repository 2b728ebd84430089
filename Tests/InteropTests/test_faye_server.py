"""Our client, by its commands, against the server of Debian's ruby-faye."""

import contextlib
import json
import os
import re
import subprocess

import harness
from runner import test

RUBY = os.environ.get("INTEROP_RUBY", "ruby")
SCRIPT = os.path.join(os.path.dirname(os.path.abspath(__file__)), "faye_server.rb")
TRANSPORTS = ("websocket", "long-polling")


@contextlib.contextmanager
def faye_server():
    """Runs Faye's server and yields its URL."""
    process = subprocess.Popen(
        [RUBY, SCRIPT],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env=harness.environment(),
        text=True,
    )
    try:
        line = process.stdout.readline()
        found = re.search(r"http://\S+", line)
        assert found, f"the server says {line!r}"
        yield found.group(0)
    finally:
        process.stdin.close()
        try:
            process.wait(5)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def command(*arguments):
    """Runs one command to its end."""
    return subprocess.run(
        [harness.binary, *arguments],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        env=harness.environment(),
        text=True,
        timeout=20,
    )


def subscribe(*arguments):
    """Starts a subscription, and returns it when the server has accepted it."""
    process = subprocess.Popen(
        [harness.binary, "subscribe", *arguments],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=harness.environment(),
        text=True,
    )
    for line in process.stderr:
        if line.startswith("subscribed to"):
            return process
    raise AssertionError(f"no subscription, status {process.wait(5)}")


@test(timeout=60)
def messages_come_over_both_transports():
    with faye_server() as url:
        for reading in TRANSPORTS:
            for writing in TRANSPORTS:
                process = subscribe("--transport", reading, "--count", "2", url, "/chat/*")
                for number in (1, 2):
                    sent = command("publish", "--transport", writing, url, "/chat/tea", json.dumps({"number": number}))
                    assert sent.returncode == 0, sent.stderr
                output, errors = process.communicate(timeout=20)
                assert process.returncode == 0, errors
                numbers = [json.loads(line)["data"]["number"] for line in output.splitlines()]
                assert numbers == [1, 2], output


@test(timeout=30)
def a_held_connect_that_the_server_ends_is_followed_by_the_next():
    # Faye holds a connect for five seconds here; what is published after that must come, too.
    with faye_server() as url:
        process = subscribe("--transport", "long-polling", "--count", "1", url, "/late")
        try:
            process.wait(6)
            raise AssertionError("a message came")
        except subprocess.TimeoutExpired:
            pass
        assert command("publish", url, "/late", "1").returncode == 0
        output, _ = process.communicate(timeout=10)
        assert json.loads(output)["data"] == 1


@test(timeout=30)
def a_refusal_is_told():
    with faye_server() as url:
        for transport in TRANSPORTS:
            refused = command("subscribe", "--transport", transport, url, "/closed")
            assert refused.returncode == 1, refused
            assert "403:/closed:not today" in refused.stderr, refused.stderr


@test(timeout=30)
def ping_tells_what_the_server_is():
    with faye_server() as url:
        answer = command("ping", "--json", url)
        assert answer.returncode == 0, answer.stderr
        assert json.loads(answer.stdout)["transport"] == "websocket", answer.stdout
