"""Compressed messages over WebSocket (permessage-deflate): with Python's zlib frame by frame, and with aiohttp."""

import asyncio
import contextlib
import json
import random

import aiohttp

import harness
from raw_http import HANDSHAKE
from raw_websocket import CONTINUATION, PING, PONG, TEXT, WebSocket, WebSocketSession, packed
from runner import test
from witness import hostile

OFFER = ["Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits"]
AGREED = "permessage-deflate; server_no_context_takeover; client_no_context_takeover"
LIMIT = 65536


def words(number, count):
    """Text that compresses as messages do, and another one for each number."""
    source = random.Random(number)
    return " ".join(source.choice(("apple", "pear", "plum", "quince", "fig", "ünïcode")) for _ in range(count))


def text_of(message):
    return json.dumps([message]).encode()


def send_packed(session, data, pieces=1, level=6):
    """Sends a compressed message, in several fragments with a ping behind each."""
    data = packed(data, level)
    size = -(-len(data) // pieces)
    parts = [data[index : index + size] for index in range(0, len(data), size)] or [b""]
    for index, part in enumerate(parts):
        is_last = index == len(parts) - 1
        session.send_frame(CONTINUATION if index else TEXT, part, fin=is_last, rsv=0 if index else 4)
        if not is_last:
            session.send_frame(PING, b"between")


@test()
def compression_is_agreed_on_as_it_was_offered():
    server = harness.shared()
    for offer, answer in (
        (None, None),
        ("permessage-deflate", AGREED),
        ("x-unknown; a=b, permessage-deflate; client_max_window_bits=10", AGREED),
        ("permessage-deflate; server_max_window_bits=11", AGREED + "; server_max_window_bits=11"),
        ("permessage-deflate; server_max_window_bits=\"11\"", AGREED + "; server_max_window_bits=11"),
        ("permessage-deflate; server_max_window_bits=77", None),
        ("permessage-deflate; mystery, permessage-deflate", AGREED),
        ("permessage-deflate; mystery", None),
        ("permessage-deflate; client_no_context_takeover; client_no_context_takeover", None),
        ("permessage-deflate; =", None),
    ):
        headers = [f"Sec-WebSocket-Extensions: {offer}"] if offer else []
        with WebSocketSession(server.port, headers=headers).open("/agreed") as session:
            assert session.response.header("sec-websocket-extensions") == answer, (offer, session.response.headers)
            assert session.publish("/agreed", words(1, 100))["successful"] is True
            assert session.delivery()["data"] == words(1, 100)


@test()
def compression_can_be_switched_off():
    server = harness.shared("--ws-enable-extension-permessage-deflate", "false")
    with WebSocketSession(server.port, headers=OFFER).open() as session:
        assert session.extensions == ""
        assert session.publish("/a", words(1, 100))["successful"] is True
        assert session.received[True] == 0


@test()
def a_broadcast_reaches_those_who_compress_and_those_who_do_not():
    server = harness.shared()
    with contextlib.ExitStack() as stack:

        def session(headers):
            return stack.enter_context(WebSocketSession(server.port, headers=headers).open("/mixed"))

        compressing = [session(OFFER) for _ in range(6)]
        narrow = session(["Sec-WebSocket-Extensions: permessage-deflate; server_max_window_bits=9"])
        plain = session([])
        texts = [words(number, number * 3) for number in range(150)]
        for text in texts:
            assert plain.publish("/mixed", text)["successful"] is True
        for one in [*compressing, narrow, plain]:
            assert [one.delivery()["data"] for _ in texts] == texts
        assert all(one.received[True] > 100 for one in compressing)
        assert 0 < narrow.received[True] < 50, narrow.received
        assert plain.received[True] == 0


@hostile()
def compressed_messages_may_come_in_fragments(server):
    with WebSocketSession(server.port, headers=OFFER).open("/parts") as session:
        for pieces in (1, 2, 3, 50):
            for level in (0, 1, 9):
                message = session.message("/parts", data=words(pieces, 500))
                send_packed(session, text_of(message), pieces, level)
                assert session.reply_to(message["id"])["successful"] is True
                assert session.delivery()["data"] == words(pieces, 500)


@hostile()
def compressed_and_other_messages_come_in_turn(server):
    with WebSocketSession(server.port, headers=OFFER).open() as session:
        for number in range(20):
            message = session.message("/a", data=number)
            if number % 2:
                send_packed(session, text_of(message))
            else:
                session.send_text(text_of(message))
            assert session.reply_to(message["id"])["successful"] is True


@hostile()
def a_batch_of_many_replies_comes_compressed(server):
    with WebSocketSession(server.port, headers=OFFER).open() as session:
        before = session.received[True]
        messages = [session.message("/a", data=number) for number in range(100)]
        send_packed(session, json.dumps(messages).encode())
        assert all(session.reply_to(message["id"])["successful"] is True for message in messages)
        assert session.received[True] > before


def closes_with(server, code, *frames, headers=OFFER):
    with WebSocketSession(server.port, headers=headers).open() as session:
        for frame in frames:
            session.connection.send(frame)
        answer = session.close_code()
        assert answer == code, f"{[frame[:40] for frame in frames]}: closed with {answer}, not with {code}"


def frame(*arguments, **options):
    return WebSocket.encode(*arguments, **options)


@hostile()
def bombs_are_refused_with_1009(server):
    bomb = packed(b" " * 60_000_000, 9)
    closes_with(server, 1009, frame(TEXT, bomb, rsv=4))
    closes_with(
        server,
        1009,
        frame(TEXT, bomb[:1000], rsv=4, fin=False),
        *[frame(CONTINUATION, bomb[index : index + 1000], fin=False) for index in range(1000, len(bomb), 1000)],
        frame(CONTINUATION),
    )
    closes_with(server, 1009, frame(TEXT, packed(b" " * (LIMIT + 1)), rsv=4))
    closes_with(server, 1009, frame(TEXT, b"", rsv=4, length=2**40))
    with WebSocketSession(server.port, headers=OFFER).open() as session:
        message = session.message("/a", data=1)
        send_packed(session, text_of(message).ljust(LIMIT))
        assert session.reply_to(message["id"])["successful"] is True


@hostile()
def messages_just_below_the_limit_hold_nobody_up(server):
    with WebSocketSession(server.port, headers=OFFER).open() as session:
        empty = frame(TEXT, packed(b"[" + b" " * (LIMIT - 2) + b"]", 9), rsv=4)
        session.connection.send(empty * 500)
        assert session.publish("/a", 1)["successful"] is True


@hostile()
def damaged_messages_close_with_1007(server):
    good = packed(text_of({**HANDSHAKE, "id": "1"}))
    closes_with(server, 1007, frame(TEXT, b"\x07", rsv=4))
    closes_with(server, 1007, frame(TEXT, b"", rsv=4))
    closes_with(server, 1007, frame(TEXT, good[: len(good) // 2], rsv=4))
    closes_with(server, 1007, frame(TEXT, text_of(HANDSHAKE), rsv=4))
    closes_with(server, 1007, frame(TEXT, packed(b'["\xff"]'), rsv=4))


@hostile()
def the_bit_is_refused_where_it_does_not_belong(server):
    good = packed(text_of({**HANDSHAKE, "id": "1"}))
    closes_with(server, 1002, frame(TEXT, good, rsv=4), headers=[])
    closes_with(server, 1002, frame(PING, b"", rsv=4))
    closes_with(server, 1002, frame(PONG, b"", rsv=4))
    closes_with(server, 1002, frame(TEXT, good, rsv=6))
    closes_with(server, 1002, frame(TEXT, good[:5], rsv=4, fin=False), frame(CONTINUATION, good[5:], rsv=4))


@hostile()
def what_is_damaged_at_random_is_harmless(server):
    source = random.Random(7)
    for _ in range(60):
        data = bytearray(packed(text_of({**HANDSHAKE, "id": "1"}), source.choice((0, 1, 6))))
        data[source.randrange(len(data))] ^= 1 << source.randrange(8)
        with WebSocketSession(server.port, headers=OFFER) as session:
            session.send_frame(TEXT, bytes(data), rsv=4)
            session.send_frame(PING, b"still there?")
            with contextlib.suppress(EOFError, ConnectionResetError):
                session.frame()


@test()
async def aiohttp_hears_broadcasts_compressed():
    server = harness.shared()
    async with aiohttp.ClientSession() as http, contextlib.AsyncExitStack() as stack:

        async def ask(socket, message):
            await socket.send_str(json.dumps([message]))
            while True:
                for answer in await asyncio.wait_for(socket.receive_json(), 5):
                    if answer.get("id") == message["id"]:
                        assert answer["successful"] is True, answer
                        return answer

        async def open_session():
            socket = await stack.enter_async_context(http.ws_connect(server.address, compress=15))
            assert socket.compress == 15, "nothing was agreed on"
            client_id = (await ask(socket, {**HANDSHAKE, "id": "1"}))["clientId"]
            await ask(
                socket,
                {"channel": "/meta/connect", "clientId": client_id, "id": "2", "connectionType": "websocket"},
            )
            await ask(
                socket,
                {"channel": "/meta/subscribe", "clientId": client_id, "id": "3", "subscription": "/aiohttp"},
            )
            return socket, client_id

        sessions = [await open_session() for _ in range(8)]
        publisher, client_id = await open_session()
        texts = [words(number, number * 5) for number in range(60)]
        for number, text in enumerate(texts):
            message = {"channel": "/aiohttp", "clientId": client_id, "id": f"p{number}", "data": text}
            await publisher.send_str(json.dumps([message]))
        for socket, _ in sessions:
            received = []
            while len(received) < len(texts):
                received += [m["data"] for m in await asyncio.wait_for(socket.receive_json(), 5)]
            assert received == texts
