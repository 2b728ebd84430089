"""Debian's ruby-faye client, as it is (handshake over long-polling, then WebSocket) and without WebSocket."""

import contextlib
import json
import os
import queue
import subprocess
import threading
import time

import harness
from runner import test

RUBY = os.environ.get("INTEROP_RUBY", "ruby")
SCRIPT = os.path.join(os.path.dirname(os.path.abspath(__file__)), "test_faye.rb")
TRANSPORTS = {"websocket": [], "long-polling": ["--without-websocket"]}


class Faye:
    """A client in a Ruby process of its own."""

    def __init__(self, url, transport):
        self._process = subprocess.Popen(
            [RUBY, SCRIPT, url, *TRANSPORTS[transport]],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            env=harness.environment(),
            text=True,
        )
        self._events = queue.Queue()
        self._seen = []
        threading.Thread(target=self._read, daemon=True).start()
        self.wait("ready", limit=20)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        with contextlib.suppress(OSError):
            self.tell("quit")
            self._process.stdin.close()
        try:
            self._process.wait(5)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    def _read(self):
        for line in self._process.stdout:
            try:
                self._events.put(json.loads(line))
            except ValueError:
                self._events.put({"event": "noise", "text": line.rstrip()})
        self._events.put({"event": "end"})

    def tell(self, what, **fields):
        self._process.stdin.write(json.dumps({"do": what, **fields}) + "\n")
        self._process.stdin.flush()

    def wait(self, event, limit=10, **fields):
        """Takes the next event of this kind with these fields; keeps the others."""
        wanted = {"event": event, **fields}
        deadline = time.monotonic() + limit
        while True:
            for seen in self._seen:
                if wanted.items() <= seen.items():
                    self._seen.remove(seen)
                    return seen
            try:
                self._seen.append(self._events.get(timeout=max(0, deadline - time.monotonic())))
            except queue.Empty:
                raise AssertionError(f"no {wanted}, but {self._seen}") from None

    def has_seen(self, event, **fields):
        """True if the event comes within a moment."""
        try:
            return bool(self.wait(event, limit=0.2, **fields))
        except AssertionError:
            return False

    def subscribe(self, *channels):
        for channel in channels:
            self.tell("subscribe", channel=channel)
            self.wait("subscribed", channel=channel)
        return self

    def publish(self, channel, data):
        self.tell("publish", channel=channel, data=data)
        self.wait("published", channel=channel)

    def next_message(self):
        message = self.wait("message")
        return message["channel"], message["data"]

    @property
    def state(self):
        self.tell("state")
        return self.wait("state")


def on_each_transport(timeout=30):
    def mark(function):
        for transport in TRANSPORTS:

            def bind(transport=transport):
                return lambda: function(transport)

            run = bind()
            run.__name__ = f"{function.__name__}_over_{transport.replace('-', '_')}"
            run.__module__ = __name__
            test(timeout)(run)
        return function

    return mark


def client(transport, *channels, url=None):
    return Faye(url or harness.shared().address, transport).subscribe(*channels)


@on_each_transport()
def two_clients_publish_both_ways(transport):
    with client(transport, "/talk/a") as one, client(transport, "/talk/b") as two:
        assert one.state["transport"] == transport
        one.publish("/talk/b", {"text": "hello €"})
        assert two.next_message() == ("/talk/b", {"text": "hello €"})
        two.publish("/talk/a", [1, None, True])
        assert one.next_message() == ("/talk/a", [1, None, True])


@on_each_transport()
def wildcards_match_one_segment_or_many(transport):
    with client(transport, "/w/*") as single, client(transport, "/w/**") as deep, client(transport) as publisher:
        for channel in ("/w", "/w/a", "/w/a/b", "/w/end"):
            publisher.publish(channel, channel)
        assert [single.next_message()[1] for _ in range(2)] == ["/w/a", "/w/end"]
        assert [deep.next_message()[1] for _ in range(3)] == ["/w/a", "/w/a/b", "/w/end"]


@on_each_transport()
def many_messages_arrive_in_order(transport):
    with client(transport, "/order") as receiver, client(transport) as publisher:
        for number in range(100):
            publisher.publish("/order", number)
        assert [receiver.next_message()[1] for _ in range(100)] == list(range(100))


@on_each_transport()
def publishes_in_a_hurry_are_sent_as_batches(transport):
    with client(transport, "/batch") as one:
        for number in range(50):
            one.tell("publish", channel="/batch", data=number)
        for _ in range(50):
            one.wait("published", channel="/batch")
        assert sorted(one.next_message()[1] for _ in range(50)) == list(range(50))


@on_each_transport()
def refusals_are_told(transport):
    with client(transport) as one:
        one.tell("publish", channel="/meta/x", data=1)
        assert one.wait("refused", channel="/meta/x")["code"] == 403
        one.tell("subscribe", channel="/meta/x")
        assert one.wait("refused", channel="/meta/x")["code"] == 403
        one.publish("/fine", 1)


@on_each_transport()
def nothing_arrives_after_unsubscribing(transport):
    with client(transport, "/off", "/on") as one:
        one.tell("unsubscribe", channel="/off")
        one.wait("unsubscribed")
        one.publish("/on", "after the unsubscription was sent")
        assert one.next_message()[0] == "/on"
        one.publish("/off", 1)
        one.publish("/on", 2)
        assert one.next_message() == ("/on", 2)


@on_each_transport()
def disconnecting_is_answered(transport):
    with client(transport, "/bye") as one:
        one.tell("disconnect")
        one.wait("disconnected")


def comes_back_after(transport, gracefully):
    with harness.server("--timeout", "5s") as server:
        with client(transport, "/back", "/deep/**", url=server.address) as one:
            first_id = one.state["clientId"]
            server.restart(gracefully)

            # A client that has lost its server still takes publishes, and sends them when it can.
            with client(transport, url=server.address) as two:
                for channel in ("/back", "/deep/x/y"):

                    def arrives():
                        two.publish(channel, "again")
                        return one.has_seen("message", channel=channel)

                    harness.eventually(arrives, limit=20)
            assert one.state["clientId"] != first_id, "it did not shake hands again"
            one.publish("/back", "own")


@on_each_transport(60)
def a_client_comes_back_after_a_crash(transport):
    comes_back_after(transport, gracefully=False)


@on_each_transport(60)
def a_client_comes_back_after_a_graceful_restart(transport):
    comes_back_after(transport, gracefully=True)


@test(30)
def the_transports_meet():
    with client("websocket", "/meet") as one, client("long-polling", "/meet") as two:
        one.publish("/meet", "socket")
        assert [c.next_message()[1] for c in (one, two)] == ["socket", "socket"]
        two.publish("/meet", "poll")
        assert [c.next_message()[1] for c in (one, two)] == ["poll", "poll"]
