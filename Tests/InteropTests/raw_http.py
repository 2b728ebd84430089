"""An HTTP client that lets a test send any bytes, and a Bayeux session on top of it. Standard library only."""

import json
import socket


class Response:
    def __init__(self, status, headers, body):
        self.status = status
        self.headers = headers
        self.body = body

    def header(self, name):
        """The only value of a header, or None; several values are an error."""
        values = self.header_values(name)
        assert len(values) <= 1, f"header {name} occurs {len(values)} times"
        return values[0] if values else None

    def header_values(self, name):
        return [value for key, value in self.headers if key == name.lower()]

    @property
    def messages(self):
        assert self.status == 200, f"HTTP {self.status}: {self.body[:200]!r}"
        messages = json.loads(self.body)
        assert isinstance(messages, list), f"not an array: {self.body[:200]!r}"
        return messages

    def cookie(self, name="BAYEUX_BROWSER"):
        for value in self.header_values("set-cookie"):
            pair = value.split(";")[0]
            if pair.split("=")[0] == name:
                return pair
        return None

    def __repr__(self):
        return f"HTTP {self.status} {self.body[:300]!r}"


class Connection:
    """One TCP connection to the server."""

    def __init__(self, port, limit=10):
        self.socket = socket.create_connection(("127.0.0.1", port), timeout=limit)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._buffer = b""

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def close(self):
        self.socket.close()

    def send(self, data):
        """Sends bytes. A server that has answered and closed already is no error here: its answer tells."""
        try:
            self.socket.sendall(data)
        except (BrokenPipeError, ConnectionResetError):
            pass

    def _more(self):
        data = self.socket.recv(65536)
        if not data:
            raise EOFError("the server closed the connection")
        self._buffer += data

    def read_until(self, mark):
        while mark not in self._buffer:
            self._more()
        head, self._buffer = self._buffer.split(mark, 1)
        return head

    def read(self, count):
        while len(self._buffer) < count:
            self._more()
        data, self._buffer = self._buffer[:count], self._buffer[count:]
        return data

    def response(self, head_only=False):
        """Reads one response, past any 1xx ones."""
        while True:
            lines = self.read_until(b"\r\n\r\n").decode("latin-1").split("\r\n")
            version, status = lines[0].split(" ")[:2]
            assert version in ("HTTP/1.1", "HTTP/1.0"), f"not an HTTP response: {lines[0]!r}"
            pairs = (line.split(":", 1) for line in lines[1:])
            headers = [(name.strip().lower(), value.strip()) for name, value in pairs]
            if int(status) >= 200 or int(status) == 101:
                break
        response = Response(int(status), headers, b"")
        if head_only or response.status in (101, 204, 304):
            return response
        if "chunked" in (response.header("transfer-encoding") or ""):
            response.body = self._chunks()
        elif response.header("content-length") is not None:
            response.body = self.read(int(response.header("content-length")))
        else:
            response.body = self.rest()
        return response

    def _chunks(self):
        body = b""
        while size := int(self.read_until(b"\r\n").split(b";")[0], 16):
            body += self.read(size)
            assert self.read(2) == b"\r\n"
        while self.read_until(b"\r\n"):
            pass
        return body

    def rest(self):
        """Reads up to the end of the connection."""
        try:
            while True:
                self._more()
        except (EOFError, ConnectionResetError):
            data, self._buffer = self._buffer, b""
            return data

    def is_closed_by_server(self):
        """Waits for the end of the connection; whatever else arrives means that it stays open."""
        try:
            self._more()
        except (EOFError, ConnectionResetError):
            return True
        except TimeoutError:
            return False
        return False


def post(body, path="/cometd", headers=(), content_type="application/json;charset=UTF-8"):
    """The bytes of a POST request. `body` is a list of messages, text or bytes."""
    if isinstance(body, list):
        body = json.dumps(body)
    if isinstance(body, str):
        body = body.encode()
    lines = [f"POST {path} HTTP/1.1", "Host: 127.0.0.1", f"Content-Type: {content_type}", *headers]
    lines.append(f"Content-Length: {len(body)}")
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


def exchange(port, body, **request):
    """One POST on a connection of its own."""
    with Connection(port) as connection:
        connection.send(post(body, **request))
        return connection.response()


HANDSHAKE = {
    "channel": "/meta/handshake",
    "version": "1.0",
    "supportedConnectionTypes": ["websocket", "long-polling", "callback-polling"],
}


class Session:
    """A Bayeux session over long-polling: one connection for the connects, another one for all else."""

    def __init__(self, port, cookie=None):
        self.port = port
        self.cookie = cookie
        self.client_id = None
        self._number = 0
        self._lines = {}

    def __enter__(self):
        return self

    def __exit__(self, *_):
        for line in self._lines.values():
            line.close()

    def line(self, name):
        if name not in self._lines:
            self._lines[name] = Connection(self.port)
        return self._lines[name]

    def message(self, channel, **fields):
        self._number += 1
        base = {"channel": channel, "id": str(self._number)}
        if self.client_id:
            base["clientId"] = self.client_id
        return {**base, **fields}

    def post(self, body, line="other", headers=()):
        """Sends a body without waiting for its answer."""
        headers = [*headers, f"Cookie: {self.cookie}"] if self.cookie else list(headers)
        self.line(line).send(post(body, headers=headers))

    def ask(self, *messages, line="other"):
        """Sends messages and returns those that come back."""
        self.post(list(messages), line)
        return self.line(line).response().messages

    def reply(self, channel, line="other", **fields):
        """Sends one message and returns its reply, without the deliveries that came along."""
        message = self.message(channel, **fields)
        replies = [m for m in self.ask(message, line=line) if m.get("id") == message["id"] and "successful" in m]
        assert len(replies) == 1, f"{len(replies)} replies to {message}"
        return replies[0]

    def handshake(self):
        self.post([self.message(**HANDSHAKE)])
        response = self.line("other").response()
        reply = response.messages[0]
        assert reply["successful"] is True, reply
        self.cookie = response.cookie() or self.cookie
        self.client_id = reply["clientId"]
        return self

    def connect(self, **fields):
        """A connect, on the line of its own."""
        self.start_connect(**fields)
        return self.end_connect()

    def start_connect(self, **fields):
        self.post([self.message("/meta/connect", connectionType="long-polling", **fields)], line="connect")

    def end_connect(self):
        return self.line("connect").response().messages

    def open(self, *channels):
        """Handshake, first connect, subscriptions."""
        self.handshake()
        assert self.connect()[-1]["successful"] is True
        for channel in channels:
            assert self.reply("/meta/subscribe", subscription=channel)["successful"] is True
        return self

    def subscribe(self, channel):
        return self.reply("/meta/subscribe", subscription=channel)

    def publish(self, channel, data):
        return self.reply(channel, data=data)

    def collect(self, count, limit=10):
        """Connects until `count` deliveries have come."""
        deliveries = []
        for _ in range(limit):
            deliveries += [m for m in self.connect(advice={"timeout": 2000}) if m["channel"] != "/meta/connect"]
            if len(deliveries) >= count:
                break
        return deliveries

    def is_alive(self):
        return self.connect(advice={"timeout": 0})[-1]["successful"] is True
