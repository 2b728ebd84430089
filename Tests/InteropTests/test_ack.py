"""The acknowledgement extension, with clients that behave as CometD's JavaScript client does, on bad connections.

Such a client asks for it in its handshake (`ext.ack: true`). Each connect tells the last batch that it has received, -1
at first; the reply to it carries the number of the batch that comes with it, and comes first. What a broken connection
has swallowed is sent again.
"""

import asyncio
import json
import random
import threading
import time

import raw_http
from aiocometd.extensions import Extension

import harness
from raw_http import HANDSHAKE
from raw_websocket import Closed, WebSocketSession
from runner import test
from test_aiocometd import connected, on_each_transport

OPTIONS = ("--extensions", "ack,timesync,binary", "--timeout", "500ms")


class AckClient:
    """What both transports have in common: what has come, in which order, and which batch was the last."""

    def __init__(self):
        self.batch = -1
        self.numbers = []
        self.batches = []

    def take(self, messages):
        """Takes one answer to a connect, as a whole: the reply, then the messages of its batch."""
        reply = messages[0]
        assert reply["channel"] == "/meta/connect", f"the reply does not come first: {messages}"
        assert reply["successful"] is True, reply
        batch = reply["ext"]["ack"]
        assert type(batch) is int and batch > self.batch, f"batch {batch} after {self.batch}"
        self.batch = batch
        self.batches.append(batch)
        for message in messages[1:]:
            assert "clientId" not in message and "id" not in message, message
            self.numbers.append(message["data"])

    @property
    def connect_fields(self):
        return {"ext": {"ack": self.batch}, "advice": {"timeout": 300}}


class LongPolling(AckClient):
    def __init__(self, port, channel):
        super().__init__()
        self.session = raw_http.Session(port)
        session = self.session
        session.post([session.message(**HANDSHAKE, ext={"ack": True})])
        response = session.line("other").response()
        reply = response.messages[0]
        assert reply["successful"] is True and reply["ext"]["ack"] is True, reply
        session.cookie, session.client_id = response.cookie(), reply["clientId"]
        self.connect()
        assert session.subscribe(channel)["successful"] is True

    def close(self):
        self.session.__exit__()

    def connect(self):
        self.session.start_connect(**self.connect_fields)
        self.take(self.session.end_connect())

    def lose(self, how):
        """Sends a connect whose answer is lost."""
        self.session.start_connect(**self.connect_fields)
        line = self.session.line("connect")
        if how == "unread":
            # The answer is on its way, or not, when the client goes.
            time.sleep(random.uniform(0, 0.02))
        elif how == "head":
            line.read_until(b"\r\n\r\n")
        elif how == "body":
            line.read_until(b"\r\n\r\n")
            line.read(5)
        line.close()
        del self.session._lines["connect"]


class WebSocket(AckClient):
    def __init__(self, port, channel):
        super().__init__()
        self.port = port
        self.session = WebSocketSession(port)
        reply = self.session.reply(**HANDSHAKE, ext={"ack": True})
        assert reply["successful"] is True and reply["ext"]["ack"] is True, reply
        self.client_id = self.session.client_id = reply["clientId"]
        self.connect()
        assert self.session.subscribe(channel)["successful"] is True

    def close(self):
        self.session.connection.close()

    def _start(self):
        message = self.session.message("/meta/connect", connectionType="websocket", **self.connect_fields)
        self.session.send(message)
        return message["id"]

    def connect(self):
        wanted = self._start()
        messages = self.session.messages()
        assert messages[0].get("id") == wanted, messages
        self.take(messages)

    def lose(self, how):
        self._start()
        if how == "unread":
            time.sleep(random.uniform(0, 0.02))
        elif how == "head":
            self.session.connection.read(1)
        elif how == "body":
            # In the middle of the frame.
            self.session.connection.read(10)
        self.session.connection.close()
        self.session = WebSocketSession(self.port, self.client_id)


class Publisher(threading.Thread):
    """Publishes numbers from a session of its own, in gusts."""

    def __init__(self, port, channel, count):
        super().__init__(daemon=True)
        self.port, self.channel, self.count = port, channel, count
        self.problem = None

    def run(self):
        chance = random.Random(7)
        try:
            with raw_http.Session(self.port) as session:
                session.open()
                last = 0
                while last < self.count:
                    gust = range(last + 1, min(last + chance.randint(1, 40), self.count) + 1)
                    replies = session.ask(*(session.message(self.channel, data=number) for number in gust))
                    assert all(reply["successful"] is True for reply in replies), replies
                    last = gust[-1]
                    time.sleep(chance.uniform(0, 0.01))
        except Exception as error:  # noqa: BLE001 - told by the test
            self.problem = error

    def end(self):
        self.join(10)
        assert not self.is_alive(), "the publisher has not come to its end"
        assert self.problem is None, self.problem


def on_each_client(timeout):
    def mark(function):
        for client in (LongPolling, WebSocket):

            def run(client=client):
                function(client)

            # The runner wants functions without parameters; this one has a default only.
            run.__name__ = f"{function.__name__}_over_{'websocket' if client is WebSocket else 'long_polling'}"
            run.__module__ = function.__module__
            test(timeout)(run)
        return function

    return mark


@on_each_client(60)
def nothing_is_lost_doubled_or_reordered_on_connections_that_break(client):
    count = 3000
    server = harness.shared(*OPTIONS)
    channel = f"/ack/{client.__name__}"
    subscriber = client(server.port, channel)
    publisher = Publisher(server.port, channel, count)
    publisher.start()
    chance = random.Random(3)
    cuts = 0
    while len(subscriber.numbers) < count:
        if chance.random() < 0.4 and cuts < 200:
            subscriber.lose(chance.choice(("unread", "head", "body")))
            cuts += 1
        else:
            subscriber.connect()
    publisher.end()
    assert cuts > 5, f"only {cuts} connections were cut"
    assert subscriber.numbers == list(range(1, count + 1)), first_difference(subscriber.numbers)
    # Nothing comes behind it.
    subscriber.connect()
    assert len(subscriber.numbers) == count, subscriber.numbers[count:]
    subscriber.close()


def first_difference(numbers):
    for index, number in enumerate(numbers):
        if number != index + 1:
            return f"{number} came as message {index + 1}, behind {numbers[max(0, index - 3):index]}"
    return f"only {len(numbers)} came"


@on_each_client(20)
def a_lost_answer_comes_again_with_the_same_messages_in_front(client):
    server = harness.shared(*OPTIONS)
    subscriber = client(server.port, "/again")
    publisher = raw_http.Session(server.port).open()
    for number in (1, 2, 3):
        publisher.publish("/again", number)
    for how in ("body", "head", "unread"):
        subscriber.lose(how)
    publisher.publish("/again", 4)
    while len(subscriber.numbers) < 4:
        subscriber.connect()
    assert subscriber.numbers == [1, 2, 3, 4], subscriber.numbers
    subscriber.connect()
    assert subscriber.numbers == [1, 2, 3, 4], subscriber.numbers
    subscriber.close()
    publisher.__exit__()


@on_each_client(20)
def each_answer_counts_one_up(client):
    subscriber = client(harness.shared(*OPTIONS).port, "/count")
    for _ in range(3):
        subscriber.connect()
    assert subscriber.batches == [1, 2, 3, 4], subscriber.batches
    subscriber.close()


@test()
def messages_on_a_websocket_come_in_one_frame_with_the_reply_that_numbers_them():
    server = harness.shared(*OPTIONS)
    subscriber = WebSocket(server.port, "/frame")
    publisher = raw_http.Session(server.port).open()
    wanted = subscriber._start()
    publisher.ask(*(publisher.message("/frame", data=number) for number in (1, 2, 3)))
    messages = subscriber.session.messages()
    assert messages[0]["id"] == wanted, messages
    subscriber.take(messages)
    assert subscriber.numbers == [1, 2, 3], messages
    subscriber.close()
    publisher.__exit__()


@test()
def a_frame_that_was_cut_on_the_clients_side_harms_nothing():
    server = harness.shared(*OPTIONS)
    subscriber = WebSocket(server.port, "/cut")
    publisher = raw_http.Session(server.port).open()
    publisher.publish("/cut", 1)
    connect = subscriber.session.message("/meta/connect", connectionType="websocket", ext={"ack": 999})
    subscriber.session.connection.send(subscriber.session.encode(1, json.dumps([connect]).encode())[:-7])
    subscriber.session.connection.close()
    subscriber.session = WebSocketSession(server.port, subscriber.client_id)
    while not subscriber.numbers:
        subscriber.connect()
    assert subscriber.numbers == [1], subscriber.numbers
    # A batch that was never sent acknowledges nothing.
    publisher.publish("/cut", 2)
    subscriber.lose("body")
    batch, subscriber.batch = subscriber.batch, 999
    subscriber._start()
    subscriber.session.messages()
    subscriber.batch = batch
    while len(subscriber.numbers) < 2:
        subscriber.connect()
    assert subscriber.numbers == [1, 2], subscriber.numbers
    subscriber.close()
    publisher.__exit__()


@test()
def only_the_boolean_turns_it_on():
    server = harness.shared(*OPTIONS)
    with raw_http.Session(server.port) as session:
        for value in ("true", 1, None, {"enabled": True}):
            reply = session.ask(session.message(**HANDSHAKE, ext={"ack": value}))[0]
            assert reply["successful"] is True and "ack" not in reply.get("ext", {}), reply


@test()
def a_session_that_goes_from_one_socket_to_another_gets_all():
    server = harness.shared(*OPTIONS)
    subscriber = WebSocket(server.port, "/move")
    publisher = raw_http.Session(server.port).open()
    for number in range(1, 31):
        publisher.publish("/move", number)
        if number % 3 == 0:
            # The old socket stays open: the server closes it when the new one takes over.
            old = subscriber.session
            subscriber._start()
            subscriber.session = WebSocketSession(server.port, subscriber.client_id)
            subscriber.connect()
            try:
                while True:
                    old.messages()
            except Closed:
                old.connection.close()
    while len(subscriber.numbers) < 30:
        subscriber.connect()
    assert subscriber.numbers == list(range(1, 31)), subscriber.numbers
    subscriber.close()
    publisher.__exit__()


class Ack(Extension):
    """The client's half for aiocometd."""

    def __init__(self):
        self.is_on = False
        self.batch = -1
        self.batches = []

    async def outgoing(self, payload, headers):
        for message in payload:
            if message["channel"] == "/meta/handshake":
                message.setdefault("ext", {})["ack"] = True
                self.batch = -1
            elif message["channel"] == "/meta/connect" and self.is_on:
                message.setdefault("ext", {})["ack"] = self.batch

    async def incoming(self, payload, headers=None):
        for message in payload:
            ack = message.get("ext", {}).get("ack")
            if message["channel"] == "/meta/handshake":
                self.is_on = ack is True
            elif message["channel"] == "/meta/connect" and ack is not None:
                self.batch = ack
                self.batches.append(ack)


@on_each_transport(30)
async def aiocometd_gets_all_messages_with_acknowledged_connects(transport):
    ack = Ack()
    url = harness.shared(*OPTIONS).named_address
    async with connected(url, transport, "/aio", extensions=[ack]) as subscriber:
        async with connected(url, transport) as publisher:
            for number in range(100):
                await publisher.publish("/aio", number)
            received = [(await asyncio.wait_for(subscriber.receive(), 5))["data"] for _ in range(100)]
    assert received == list(range(100)), received
    assert ack.is_on, "the server has not agreed"
    assert len(ack.batches) >= 2 and ack.batches == list(range(1, len(ack.batches) + 1)), ack.batches
