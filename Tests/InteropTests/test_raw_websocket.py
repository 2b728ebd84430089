"""Frames over WebSocket that no good client sends: each gets a close frame with the code of RFC 6455."""

import json
import os
import struct

import harness
from raw_http import HANDSHAKE, Connection
from raw_websocket import BINARY, CLOSE, CONTINUATION, PING, PONG, TEXT, Closed, WebSocket, WebSocketSession, upgrade
from runner import test
from witness import hostile

LIMIT = 65536


def closes_with(server, codes, *frames):
    """A fresh session sends bytes and is closed with one of `codes`."""
    codes = codes if isinstance(codes, tuple) else (codes,)
    with WebSocketSession(server.port).handshake() as session:
        for frame in frames:
            session.connection.send(frame)
        code = session.close_code()
        assert code in codes, f"{[frame[:40] for frame in frames]}: closed with {code}, not with {codes}"


def frame(*arguments, **options):
    return WebSocket.encode(*arguments, **options)


def text_of(message):
    return json.dumps([message]).encode()


@hostile()
def unmasked_frames_close_with_1002(server):
    closes_with(server, 1002, frame(TEXT, b"[]", mask=False))
    closes_with(server, 1002, frame(PING, b"", mask=False))


@hostile()
def reserved_bits_and_opcodes_close_with_1002(server):
    for rsv in range(1, 8):
        closes_with(server, 1002, frame(TEXT, text_of(HANDSHAKE), rsv=rsv))
    closes_with(server, 1002, frame(PING, b"x", rsv=4))
    for opcode in (3, 4, 5, 6, 7, 11, 12, 13, 14, 15):
        closes_with(server, 1002, frame(opcode, b"x"))


@hostile()
def bad_control_frames_close_with_1002(server):
    for opcode in (PING, PONG, CLOSE):
        closes_with(server, 1002, frame(opcode, b"\x03\xe8" + b"x" * 124))
        closes_with(server, 1002, frame(opcode, b"\x03\xe8", fin=False))
    closes_with(server, 1002, frame(CLOSE, b"\x03"))
    for code in (0, 999, 1004, 1005, 1006, 1015, 2999, 5000, 65535):
        closes_with(server, 1002, frame(CLOSE, struct.pack(">H", code)))
    closes_with(server, (1002, 1007), frame(CLOSE, b"\x03\xe8\xff\xfe"))


@hostile()
def bad_fragments_close_with_1002(server):
    closes_with(server, 1002, frame(CONTINUATION, b"[]"))
    closes_with(server, 1002, frame(CONTINUATION, b"[]", fin=False))
    closes_with(server, 1002, frame(TEXT, b"[", fin=False), frame(TEXT, b"]"))
    closes_with(server, 1002, frame(TEXT, b"[", fin=False), frame(BINARY, b"]"))
    closes_with(server, 1002, frame(TEXT, b"null"), frame(CONTINUATION, b"null"))


@hostile()
def invalid_utf_8_closes_with_1007(server):
    for data in (b"\xff", b"\xc0\xaf", b"\xed\xa0\x80", b"\xf4\x90\x80\x80", b"\xe2\x82", b"\x80"):
        closes_with(server, 1007, frame(TEXT, b'[{"channel":"/a","data":"' + data + b'"}]'))
        closes_with(server, 1007, frame(TEXT, data))
    closes_with(server, 1007, frame(TEXT, b'["\xce', fin=False), frame(CONTINUATION, b'"]'))


@hostile()
def text_that_is_no_message_closes_with_1007(server):
    for text in (rb'["\ud800"]', b'["\n"]', b'["\0"]', b"[" * 65 + b"]" * 65, b"[" * 60_000):
        closes_with(server, 1007, frame(TEXT, text))
    for text in (b"{", b"[{]", b"nul", b"[1,]", b"<xml/>", b"[{}]x", b"\0", b"[NaN]"):
        closes_with(server, (1007, 1011), frame(TEXT, text))


@hostile()
def a_split_character_is_no_error(server):
    with WebSocketSession(server.port).open("/split") as session:
        message = session.message("/split", data="€😀")
        text = json.dumps([message], ensure_ascii=False).encode()
        pieces = [text[index : index + 1] for index in range(len(text))]
        session.send_frame(TEXT, pieces[0], fin=False)
        for piece in pieces[1:]:
            session.send_frame(CONTINUATION, piece, fin=False)
        session.send_frame(CONTINUATION, b"")
        assert session.reply_to(message["id"])["successful"] is True
        assert session.delivery()["data"] == "€😀"


@hostile()
def a_ping_between_fragments_is_answered(server):
    with WebSocket(server.port) as socket:
        text = text_of({**HANDSHAKE, "id": "1"})
        socket.send_frame(TEXT, text[:20], fin=False)
        socket.send_frame(PING, b"between")
        pong = socket.frame()
        assert pong.opcode == PONG and pong.payload == b"between", pong
        socket.send_frame(CONTINUATION, b"", fin=False)
        socket.send_frame(PONG, b"nobody asked")
        socket.send_frame(CONTINUATION, text[20:])
        assert socket.messages()[0]["successful"] is True


@hostile()
def pings_are_answered_with_their_payload(server):
    with WebSocket(server.port) as socket:
        for payload in (b"", b"x", os.urandom(125)):
            socket.send_frame(PING, payload)
            pong = socket.frame()
            assert pong.opcode == PONG and pong.payload == payload, pong


@hostile()
def messages_over_the_limit_close_with_1009(server):
    with WebSocketSession(server.port).open() as session:
        message = json.dumps([session.message("/big", data=1)]).encode()
        session.send_frame(TEXT, message.ljust(LIMIT))
        assert session.reply_to(str(session._number))["successful"] is True
        session.send_frame(TEXT, message.ljust(LIMIT + 1))
        assert session.close_code() == 1009
    half = b" " * (LIMIT // 2)
    fragments = [frame(TEXT, half, fin=False), frame(CONTINUATION, half, fin=False), frame(CONTINUATION, b"  ")]
    closes_with(server, 1009, *fragments)
    closes_with(server, 1009, frame(TEXT, b"", length=2**40))
    closes_with(server, (1002, 1009), frame(TEXT, b"", length=2**63 + 5))


@hostile()
def endless_empty_fragments_are_harmless(server):
    with WebSocketSession(server.port).open() as session:
        session.send_frame(TEXT, b"", fin=False)
        session.connection.send(frame(CONTINUATION, b"", fin=False) * 20_000)
        session.send_frame(CONTINUATION, b"null")
        assert session.publish("/a", 1)["successful"] is True


@hostile("--ws-max-message-size", "1000")
def the_limit_of_messages_is_an_option(server):
    closes_with(server, 1009, frame(TEXT, b" " * 1001))
    with WebSocket(server.port) as socket:
        socket.send_frame(TEXT, text_of(HANDSHAKE).ljust(1000))
        assert socket.messages()[0]["successful"] is True


@hostile()
def binary_and_empty_messages_are_ignored(server):
    with WebSocketSession(server.port).open() as session:
        session.send_frame(BINARY, b"\0\1\2")
        session.send_frame(BINARY, text_of(HANDSHAKE))
        session.send_frame(BINARY, b"a", fin=False)
        session.send_frame(CONTINUATION, b"b")
        for text in ("", "null", " null\n"):
            session.send_text(text)
        assert session.publish("/a", 1)["successful"] is True
        assert not session.replies and not session.deliveries, (session.replies, session.deliveries)


@hostile()
def the_close_handshake_is_answered(server):
    for payload, code in ((struct.pack(">H", 1000) + b"bye", 1000), (struct.pack(">H", 4000), 4000), (b"", 1005)):
        with WebSocketSession(server.port).open() as session:
            session.send_frame(CLOSE, payload)
            try:
                session.text()
                raise AssertionError("no close frame")
            except Closed as closed:
                assert closed.code == code or (code == 1005 and closed.code == 1000), (payload, closed)
            assert session.connection.is_closed_by_server()


@hostile()
def frames_after_a_close_are_not_processed(server):
    with WebSocketSession(server.port).open("/after") as other:
        with WebSocketSession(server.port).open() as session:
            message = session.message("/after", data="late")
            session.connection.send(frame(CLOSE, b"\x03\xe8") + frame(TEXT, text_of(message)))
            assert session.close_code() == 1000
        assert other.publish("/after", "sentinel")["successful"] is True
        assert other.delivery()["data"] == "sentinel"


@hostile()
def sockets_that_break_off_are_harmless(server):
    with WebSocketSession(server.port).open() as session:
        data = frame(TEXT, json.dumps([session.message("/gone", data="x" * 200)]).encode())
    for length in range(1, len(data), 7):
        with WebSocketSession(server.port).handshake() as session:
            session.connection.send(data[:length])


@hostile()
def bad_upgrades_are_refused(server):
    for what in (
        {"leave_out": ["Sec-WebSocket-Key"]},
        {"leave_out": ["Sec-WebSocket-Version"]},
        {"leave_out": ["Sec-WebSocket-Version"], "headers": ["Sec-WebSocket-Version: 8"]},
        {"key": "short"},
        {"key": "not base64 at all!!!!!!"},
        {"path": "/cometd/handshake"},
        {"leave_out": ["Connection"]},
        {"leave_out": ["Upgrade"]},
    ):
        with Connection(server.port) as connection:
            response = upgrade(connection, **what)
            assert response.status in (400, 426), (what, response)


@hostile()
def odd_but_legal_upgrades_work(server):
    for headers in (
        ["Origin: http://127.0.0.1"],
        ["Origin: HTTPS://127.0.0.1"],
        ["Sec-WebSocket-Protocol: bayeux, chat"],
        ["Sec-WebSocket-Extensions: x-unknown; a=b"],
        ["Cookie: a=b; BAYEUX_BROWSER=planted"],
    ):
        with WebSocketSession(server.port, headers=headers).open() as session:
            assert session.response.header("sec-websocket-protocol") is None, session.response.headers
            assert "x-unknown" not in (session.response.header("sec-websocket-extensions") or "")
            assert session.publish("/a", 1)["successful"] is True


@hostile()
def frames_sent_together_with_the_upgrade_are_not_lost(server):
    with Connection(server.port) as connection:
        request = (
            "GET /cometd HTTP/1.1\r\nHost: a\r\nUpgrade: websocket\r\nConnection: keep-alive, Upgrade\r\n"
            "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
        )
        connection.send(request.encode() + frame(TEXT, text_of(HANDSHAKE)))
        response = connection.response()
        assert response.status == 101
        assert response.header("sec-websocket-accept") == "s3pPLMBiTxaQ9kYGzzhZRbK+xOo="
        first, size = connection.read(2)
        assert first == 0x81 and size & 0x7F == 126, (first, size)


@test()
def idle_sockets_are_closed():
    with WebSocketSession(harness.shared("--ws-idle-timeout", "500ms").port).handshake() as session:
        assert session.close_code() in (1000, 1001)


@test(40)
def peers_that_never_answer_a_close_are_cut_off():
    server = harness.shared("--ws-idle-timeout", "500ms")
    sockets = [WebSocketSession(server.port, limit=30).handshake() for _ in range(3)]
    for socket, half_a_frame in zip(sockets, (b"", b"\x81", b"\x81\xfe\x01")):
        socket.connection.send(half_a_frame)
    for socket in sockets:
        try:
            raise AssertionError(f"not closed, but sent {socket.text()}")
        except Closed as closed:
            assert closed.code in (1000, 1001), closed
        assert socket.connection.is_closed_by_server(), "the connection stays open"
        socket.connection.close()


@hostile()
def many_sockets_at_once_are_served(server):
    sessions = [WebSocketSession(server.port).open("/many") for _ in range(100)]
    try:
        assert sessions[0].publish("/many", "all")["successful"] is True
        assert [session.delivery()["data"] for session in sessions] == ["all"] * 100
    finally:
        for session in sessions:
            session.connection.close()
    assert harness.shared().is_running
