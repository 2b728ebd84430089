"""A WebSocket client (RFC 6455) that lets a test send any frame, and a Bayeux session on top of it."""

import base64
import collections
import hashlib
import json
import os
import struct
import zlib

from raw_http import HANDSHAKE, Connection

CONTINUATION, TEXT, BINARY, CLOSE, PING, PONG = 0x0, 0x1, 0x2, 0x8, 0x9, 0xA

Frame = collections.namedtuple("Frame", "fin rsv opcode payload")


class Closed(Exception):
    """The server sent a close frame, or ended the connection without one (code None)."""

    def __init__(self, code, reason=""):
        super().__init__(f"closed with {code} {reason}")
        self.code = code
        self.reason = reason


def masked(payload, key):
    repeated = key * (len(payload) // 4 + 1)
    size = len(payload)
    return (int.from_bytes(payload, "big") ^ int.from_bytes(repeated[:size], "big")).to_bytes(size, "big")


def upgrade(connection, path="/cometd", headers=(), key=None, leave_out=()):
    """Sends an upgrade request and returns the response; `leave_out` names headers that are not sent."""
    lines = {
        "Host": "127.0.0.1",
        "Upgrade": "websocket",
        "Connection": "Upgrade",
        "Sec-WebSocket-Version": "13",
        "Sec-WebSocket-Key": key or base64.b64encode(os.urandom(16)).decode(),
    }
    kept = [f"{name}: {value}" for name, value in lines.items() if name not in leave_out]
    connection.send("\r\n".join([f"GET {path} HTTP/1.1", *kept, *headers]).encode() + b"\r\n\r\n")
    return connection.response()


def packed(data, level=6):
    """A message as permessage-deflate sends it (RFC 7692)."""
    packer = zlib.compressobj(level, wbits=-15)
    return (packer.compress(data) + packer.flush(zlib.Z_SYNC_FLUSH))[:-4]


def unpacked(data):
    unpacker = zlib.decompressobj(wbits=-15)
    clear = unpacker.decompress(data + b"\0\0\xff\xff")
    assert not unpacker.unconsumed_tail and not unpacker.unused_data, "more than one message"
    return clear


class WebSocket:
    def __init__(self, port, headers=(), limit=10):
        self.connection = Connection(port, limit)
        key = base64.b64encode(os.urandom(16)).decode()
        self.response = upgrade(self.connection, headers=headers, key=key)
        assert self.response.status == 101, self.response
        digest = hashlib.sha1((key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11").encode()).digest()
        assert self.response.header("sec-websocket-accept") == base64.b64encode(digest).decode()
        assert self.response.header("upgrade").lower() == "websocket"
        self.extensions = self.response.header("sec-websocket-extensions") or ""
        # How many messages came compressed, and how many did not.
        self.received = {True: 0, False: 0}

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.connection.close()

    @staticmethod
    def encode(opcode, payload=b"", fin=True, mask=True, rsv=0, length=None):
        """The bytes of a frame. `length` is what the header claims, if that is not the length of the payload."""
        size = len(payload) if length is None else length
        head = bytes([fin << 7 | rsv << 4 | opcode])
        flag = 0x80 if mask else 0
        if size < 126:
            head += bytes([flag | size])
        elif size < 65536:
            head += bytes([flag | 126]) + struct.pack(">H", size)
        else:
            head += bytes([flag | 127]) + struct.pack(">Q", size)
        if not mask:
            return head + payload
        key = os.urandom(4)
        return head + key + masked(payload, key)

    def send_frame(self, opcode, payload=b"", **how):
        self.connection.send(self.encode(opcode, payload, **how))

    def send_text(self, text):
        self.send_frame(TEXT, text if isinstance(text, bytes) else text.encode())

    def frame(self):
        """Reads one frame, which must be as the RFC wants it from a server."""
        first, second = self.connection.read(2)
        size = second & 0x7F
        assert not second & 0x80, "the server masked a frame"
        if size == 126:
            (size,) = struct.unpack(">H", self.connection.read(2))
        elif size == 127:
            (size,) = struct.unpack(">Q", self.connection.read(8))
        frame = Frame(bool(first & 0x80), first >> 4 & 7, first & 0xF, self.connection.read(size))
        assert frame.opcode < CLOSE or (frame.fin and size < 126), f"bad control frame {frame}"
        return frame

    def text(self):
        """Reads one text message; answers pings."""
        message = b""
        is_packed = False
        while True:
            try:
                frame = self.frame()
            except (EOFError, ConnectionResetError):
                raise Closed(None) from None
            if frame.opcode == CLOSE:
                code = struct.unpack(">H", frame.payload[:2])[0] if frame.payload else 1005
                raise Closed(code, frame.payload[2:].decode())
            if frame.opcode == PING:
                self.send_frame(PONG, frame.payload)
                continue
            if frame.opcode == PONG:
                continue
            may_be_packed = not message and "permessage-deflate" in self.extensions
            assert frame.opcode == (CONTINUATION if message else TEXT), f"unexpected {frame}"
            assert frame.rsv in ((0, 4) if may_be_packed else (0,)), f"unexpected {frame}"
            is_packed = is_packed or frame.rsv == 4
            message += frame.payload
            if frame.fin:
                self.received[is_packed] += 1
                return (unpacked(message) if is_packed else message).decode()

    def messages(self):
        """Reads one array of Bayeux messages."""
        messages = json.loads(self.text())
        assert isinstance(messages, list), messages
        return messages

    def close_code(self):
        """Reads to the close frame, answers it, and waits for the end of the connection."""
        try:
            while True:
                self.text()
        except Closed as closed:
            if closed.code not in (None, 1005):
                self.send_frame(CLOSE, struct.pack(">H", closed.code))
            assert closed.code is None or self.connection.is_closed_by_server(), "the connection stays open"
            return closed.code


class WebSocketSession(WebSocket):
    """A Bayeux session over one WebSocket. Deliveries that arrive while a reply is waited for are kept."""

    def __init__(self, port, client_id=None, headers=(), limit=10):
        super().__init__(port, headers, limit)
        self.client_id = client_id
        self.deliveries = collections.deque()
        self.replies = collections.deque()
        self._number = 0

    def message(self, channel, **fields):
        self._number += 1
        base = {"channel": channel, "id": str(self._number)}
        if self.client_id:
            base["clientId"] = self.client_id
        return {**base, **fields}

    def send(self, *messages):
        self.send_text(json.dumps(messages))

    def _receive(self):
        for message in self.messages():
            (self.replies if "successful" in message else self.deliveries).append(message)

    def reply_to(self, message_id):
        """Waits for the reply with this id."""
        while True:
            for reply in self.replies:
                if reply.get("id") == message_id:
                    self.replies.remove(reply)
                    return reply
            self._receive()

    def reply(self, channel, **fields):
        message = self.message(channel, **fields)
        self.send(message)
        return self.reply_to(message["id"])

    def delivery(self):
        """Waits for the next delivered message."""
        while not self.deliveries:
            self._receive()
        return self.deliveries.popleft()

    def handshake(self):
        reply = self.reply(**HANDSHAKE)
        assert reply["successful"] is True, reply
        self.client_id = reply["clientId"]
        return self

    def connect(self, **fields):
        return self.reply("/meta/connect", connectionType="websocket", **fields)

    def hold(self, **fields):
        """Sends a connect that the server holds, and returns its id."""
        message = self.message("/meta/connect", connectionType="websocket", **fields)
        self.send(message)
        return message["id"]

    def open(self, *channels):
        """Handshake, first connect, subscriptions, and a second connect that is held."""
        self.handshake()
        assert self.connect()["successful"] is True
        for channel in channels:
            assert self.subscribe(channel)["successful"] is True
        self.held = self.hold()
        return self

    def subscribe(self, channel):
        return self.reply("/meta/subscribe", subscription=channel)

    def publish(self, channel, data):
        return self.reply(channel, data=data)
