"""Runs the command `curl`, and a Bayeux session whose every exchange is one run of it."""

import json
import os
import subprocess
import tempfile
import urllib.parse

import harness
from raw_http import HANDSHAKE, Response

JSON = "Content-Type: application/json;charset=UTF-8"


class Run:
    """One run of curl, which may still go on: that is how a held connect looks."""

    def __init__(self, *arguments, limit=10):
        self._folder = tempfile.TemporaryDirectory(prefix="interop-curl-")
        self._head = os.path.join(self._folder.name, "head")
        command = ["curl", "--silent", "--show-error", "--max-time", str(limit), "--noproxy", "*"]
        self._process = subprocess.Popen(
            [*command, "--dump-header", self._head, *arguments],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env=harness.environment(),
        )

    @property
    def is_going_on(self):
        return self._process.poll() is None

    def kill(self):
        self._process.kill()
        self._process.communicate()
        self._folder.cleanup()

    def response(self):
        """Waits for the end and returns the last response that curl saw."""
        body, errors = self._process.communicate()
        with open(self._head, "rb") as file:
            blocks = [block for block in file.read().decode("latin-1").split("\r\n\r\n") if block]
        self._folder.cleanup()
        assert self._process.returncode == 0, f"curl: {self._process.returncode} {errors.decode().strip()}"
        lines = blocks[-1].split("\r\n")
        pairs = (line.split(":", 1) for line in lines[1:])
        headers = [(name.strip().lower(), value.strip()) for name, value in pairs]
        return Response(int(lines[0].split(" ")[1]), headers, body)


def curl(*arguments):
    return Run(*arguments).response()


def post(url, messages, *arguments):
    body = messages if isinstance(messages, str) else json.dumps(messages)
    return curl("--header", JSON, "--data-binary", body, *arguments, url)


class Browser:
    """A cookie jar, shared by the sessions of one browser.

    Only handshakes write it: curl rewrites the whole file, and must not do so while another run reads it.
    """

    def __init__(self):
        self._folder = tempfile.TemporaryDirectory(prefix="interop-jar-")
        jar = os.path.join(self._folder.name, "cookies")
        self.arguments = ["--cookie", jar]
        self.writing_arguments = ["--cookie", jar, "--cookie-jar", jar]


class CurlSession:
    """A session over long-polling. `transport` may also be "form" (form-encoded) or "callback" (JSONP)."""

    def __init__(self, url, browser=None, transport="json"):
        self.url = url
        self.browser = browser or Browser()
        self.transport = transport
        self.client_id = None
        self._number = 0

    def message(self, channel, **fields):
        self._number += 1
        base = {"channel": channel, "id": str(self._number)}
        if self.client_id:
            base["clientId"] = self.client_id
        return {**base, **fields}

    def start(self, *messages):
        text = json.dumps(messages)
        if self.transport == "json":
            arguments = ["--header", JSON, "--data-binary", text, self.url]
        elif self.transport == "form":
            arguments = ["--data-urlencode", f"message={text}", self.url]
        else:
            query = urllib.parse.urlencode({"jsonp": "my.callback_1", "message": text})
            arguments = [f"{self.url}?{query}"]
        is_handshake = messages[0]["channel"] == "/meta/handshake"
        cookies = self.browser.writing_arguments if is_handshake else self.browser.arguments
        return Run(*cookies, *arguments)

    def messages(self, response):
        if self.transport != "callback":
            return response.messages
        assert response.status == 200, response
        text = response.body.decode()
        assert text.startswith("my.callback_1([") and text.endswith("])"), text
        return json.loads(text[len("my.callback_1(") : -1])

    def ask(self, *messages):
        return self.messages(self.start(*messages).response())

    def reply(self, channel, **fields):
        message = self.message(channel, **fields)
        messages = self.ask(message)
        replies = [m for m in messages if m.get("id") == message["id"]]
        assert len(replies) == 1, f"{message} is answered with {messages}"
        return replies[0]

    def handshake(self):
        reply = self.reply(**HANDSHAKE)
        assert reply["successful"] is True, reply
        self.client_id = reply["clientId"]
        return self

    def connect_message(self, **fields):
        return self.message("/meta/connect", connectionType="long-polling", **fields)

    def connect(self, **fields):
        return self.ask(self.connect_message(**fields))

    def start_connect(self, **fields):
        return self.start(self.connect_message(**fields))

    def open(self, *channels):
        self.handshake()
        assert self.connect()[-1]["successful"] is True
        for channel in channels:
            assert self.subscribe(channel)["successful"] is True
        return self

    def subscribe(self, channel):
        return self.reply("/meta/subscribe", subscription=channel)

    def publish(self, channel, data):
        return self.reply(channel, data=data)

    def wait_until_held(self):
        """Waits until the connect of another session of this browser is held: then mine is told of several clients.

        Its own connects ask for an answer at once, so that they never are the held ones.
        """

        def others_connect_is_held():
            advice = self.connect(advice={"timeout": 0})[-1].get("advice", {})
            return advice.get("multiple-clients") is True

        harness.eventually(others_connect_is_held)
