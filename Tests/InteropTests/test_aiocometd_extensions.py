"""Extensions of the server, with extensions for Python's client aiocometd on the other side."""

import asyncio
import time

from aiocometd.exceptions import ServerError
from aiocometd.extensions import Extension

import harness
from test_aiocometd import connected, on_each_transport

OPTIONS = ("--extensions", "timesync,binary", "--timeout", "300ms")


class Timesync(Extension):
    """Asks for the server's time with handshakes and connects, as CometD's clients do."""

    def __init__(self, behind=0):
        self.behind = behind
        self.lag = self.offset = 0
        self.sent = []
        self.replies = []

    def now(self):
        return int(time.time() * 1000) - self.behind

    async def outgoing(self, payload, headers):
        for message in payload:
            if message["channel"] in ("/meta/handshake", "/meta/connect"):
                sync = {"tc": self.now(), "l": self.lag, "o": self.offset}
                self.sent.append(sync)
                message.setdefault("ext", {})["timesync"] = sync

    async def incoming(self, payload, headers=None):
        for message in payload:
            sync = message.get("ext", {}).get("timesync")
            if sync is not None:
                self.replies.append((message["channel"], self.now(), sync))


class Binary(Extension):
    """Marks what is published to /files as bytes."""

    def __init__(self):
        self.received = []

    async def outgoing(self, payload, headers):
        for message in payload:
            if message["channel"] == "/files":
                message["ext"] = {"binary": {}}

    async def incoming(self, payload, headers=None):
        self.received += [m for m in payload if m["channel"] == "/files" and "data" in m]


async def until(condition):
    """Waits for something that the extension sees, for at most 5 s."""
    for _ in range(500):
        if condition():
            return
        await asyncio.sleep(0.01)
    raise AssertionError("it did not come")


@on_each_transport(20)
async def a_client_finds_out_how_far_its_clock_is_off(transport):
    sync = Timesync(behind=5000)
    async with connected(harness.shared(*OPTIONS).named_address, transport, extensions=[sync]):
        # A handshake, a first connect that is answered at once, and one that is held.
        await until(lambda: len(sync.replies) >= 3)
    assert [channel for channel, _, _ in sync.replies[:2]] == ["/meta/handshake", "/meta/connect"], sync.replies
    for (_, received, reply), sent in zip(sync.replies[:3], sync.sent):
        assert set(reply) == {"tc", "ts", "p", "a"}, reply
        assert reply["tc"] == sent["tc"], (reply, sent)
        assert reply["a"] == sent["tc"] + sent["o"] + sent["l"] - reply["ts"], (reply, sent)
        lag = (received - reply["tc"] - reply["p"]) / 2
        offset = reply["ts"] - reply["tc"] - lag
        assert lag >= -1 and abs(offset - 5000) < 1000, (lag, offset)
    held = sync.replies[2]
    assert held[2]["p"] >= 290, held


@on_each_transport(20)
async def a_client_whose_clock_is_right_is_left_alone(transport):
    sync = Timesync()
    async with connected(harness.shared(*OPTIONS).named_address, transport, extensions=[sync]):
        await until(lambda: len(sync.replies) >= 2)
        # From here on it claims a lag, by which its reckoning comes out right (within the 25 ms that are allowed).
        sync.lag = 1
        sync.offset = 10
        await until(lambda: len([s for s in sync.sent if s["l"] == 1]) >= 3)
    claimed = {s["tc"] for s in sync.sent if s["l"] == 1}
    answered = [r for _, _, r in sync.replies if r["tc"] in claimed]
    assert all(abs(r["a"]) >= 25 for r in answered), answered
    assert len(answered) < len(claimed), "a client that is accurate is told so all the time"


@on_each_transport(20)
async def bytes_pass_and_what_is_malformed_is_refused(transport):
    binary = Binary()
    url = harness.shared(*OPTIONS).named_address
    data = {"data": "HelloWorld", "last": True, "meta": {"content-type": "image/png"}}
    async with connected(url, transport, "/files", extensions=[binary]) as client:
        await client.publish("/files", data)
        message = await asyncio.wait_for(client.receive(), 5)
        assert message == {"channel": "/files", "data": data, "ext": {"binary": {}}}, message
        for malformed in ({"data": "Hello World", "last": True}, {"data": "HelloWorld"}, "HelloWorld", None):
            try:
                await client.publish("/files", malformed)
            except ServerError as error:
                assert error.error_code == 404, error
            else:
                raise AssertionError(f"not refused: {malformed}")
        await client.publish("/files", {"data": "", "last": False})
        assert (await asyncio.wait_for(client.receive(), 5))["data"] == {"data": "", "last": False}
