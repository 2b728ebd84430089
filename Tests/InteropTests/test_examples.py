"""The programs in Examples do what their READMEs say."""

import json
import os
import queue
import subprocess
import sys
import tempfile
import threading
import time
import zlib

import harness
from curl import JSON, CurlSession, curl
from raw_http import HANDSHAKE
from runner import test


def example(*options):
    return harness.shared(*options, kind=harness.Example)


class Client(CurlSession):
    """A session with an example, which may have to prove in its handshake who it is."""

    def __init__(self, server, **ext):
        super().__init__(server.address)
        self.ext = ext
        self.inbox = []

    def ask_handshake(self):
        return self.reply(**HANDSHAKE, ext=self.ext)

    def handshake(self):
        reply = self.ask_handshake()
        assert reply["successful"] is True, reply
        self.client_id = reply["clientId"]
        return self

    def ask(self, *messages):
        """Sends messages; what comes along with their replies goes into the inbox."""
        answers = super().ask(*messages)
        self.inbox += [m for m in answers if "data" in m and "id" not in m]
        return answers

    def receive(self, channel):
        """The payload of the next message on a channel."""
        for _ in range(10):
            for message in self.inbox:
                if message["channel"] == channel:
                    self.inbox.remove(message)
                    return message["data"]
            self.connect(advice={"timeout": 2000})
        raise AssertionError(f"nothing comes on {channel}, but {self.inbox}")

    def call(self, target, data=None, **fields):
        """A remote call: whether it went well, and its result or failure."""
        request = self.message(f"/service/{target}", data=data, **fields)
        return self.answer(request, self.ask(request))

    def answer(self, request, messages):
        """The answer to a call or its refusal, which is among these messages or comes with the next connect."""
        for _ in range(10):
            for message in messages:
                if message.get("id") == request["id"] and ("data" in message or message["successful"] is False):
                    return message["successful"], message.get("data", message.get("error"))
            messages = self.connect(advice={"timeout": 2000})
        raise AssertionError(f"{request} is not answered")

    def call_with_large(self, target, data):
        """The same with data that is too long for a command line."""
        request = self.message(f"/service/{target}", data=data)
        with tempfile.NamedTemporaryFile("w", prefix="interop-body-") as file:
            json.dump([request], file)
            file.flush()
            body = ["--header", JSON, "--data-binary", f"@{file.name}"]
            return self.answer(request, curl(*self.browser.arguments, *body, self.url).messages)


# chat


def chatter(user, token=None):
    proof = {"user": user, "token": token or f"{user}-token"}
    return Client(example("chat"), authentication=proof)


@test()
def chat_lets_in_who_knows_the_token():
    for client in (chatter("ada", "bob-token"), chatter("ada", "x"), chatter("mallory"), Client(example("chat"))):
        reply = client.ask_handshake()
        assert reply["successful"] is False and reply["error"].startswith("403:"), reply
        assert reply["advice"]["reconnect"] == "none", reply
    assert chatter("ada").ask_handshake()["successful"] is True


@test()
def chat_lines_carry_their_speaker_and_no_markup():
    ada, eve = chatter("ada").open("/chat/lobby"), chatter("eve").open("/chat/lobby")
    assert eve.publish("/chat/lobby", {"text": "<b>hello</b>", "user": "ada"})["successful"] is True
    for client in (ada, eve):
        line = client.receive("/chat/lobby")
        assert line == {"user": "eve", "text": "&lt;b&gt;hello&lt;/b&gt;"}, line
    for nonsense in ({"text": ""}, {"text": 5}, "hello", None, {"text": "x" * 1001}):
        reply = eve.publish("/chat/lobby", nonsense)
        assert reply["successful"] is False and reply["error"].startswith("404:"), (nonsense, reply)


@test()
def chat_tells_who_is_in_a_room():
    # With a user of his own in "staff", so that what other tests leave behind is not there.
    bob = chatter("bob").open("/members/staff")
    assert bob.receive("/members/staff") == []
    assert bob.subscribe("/chat/staff")["successful"] is True
    assert bob.receive("/members/staff") == ["bob"]
    ada = chatter("ada").open("/chat/staff")
    assert bob.receive("/members/staff") == ["ada", "bob"]
    assert ada.reply("/meta/disconnect")["successful"] is True
    assert bob.receive("/members/staff") == ["bob"]


@test()
def chat_keeps_rooms_to_their_members():
    ada, eve = chatter("ada").open("/chat/announcements"), chatter("eve").open("/chat/announcements")
    for channel in ("/chat/staff", "/members/staff", "/chat/*", "/chat/**", "/**", "/chat/cellar", "/else"):
        reply = eve.subscribe(channel)
        assert reply["successful"] is False and reply["error"].startswith("403:"), (channel, reply)
    for channel in ("/chat/staff", "/chat/announcements", "/members/lobby", "/chat/cellar", "/service/else"):
        reply = eve.publish(channel, {"text": "hello"})
        assert reply["successful"] is False and reply["error"].startswith("403:"), (channel, reply)
    assert ada.publish("/chat/announcements", {"text": "news"})["successful"] is True
    assert eve.receive("/chat/announcements") == {"user": "ada", "text": "news"}


# private-messages


def correspondent(user):
    return Client(example("private-messages"), token=f"token-of-{user}").open()


@test()
def private_messages_reach_all_sessions_of_their_receiver_and_nobody_else():
    ada, one, two, eve = (correspondent(user) for user in ("ada", "bob", "bob", "eve"))
    assert ada.call("private", {"to": "bob", "text": "hello"}) == (True, {"sessions": 2})
    for client in (one, two):
        assert client.receive("/service/private") == {"from": "ada", "text": "hello"}
    assert one.call("private", {"to": "eve", "text": "hi"}) == (True, {"sessions": 1})
    assert eve.receive("/service/private") == {"from": "bob", "text": "hi"}, "or what was not for her"
    for client in (ada, one, two, eve):
        assert client.reply("/meta/disconnect")["successful"] is True


@test()
def private_messages_that_cannot_be_sent_are_answered():
    ada = correspondent("ada")
    assert ada.call("private", {"to": "bob", "text": "hello"}) == (False, "bob is not here")
    assert ada.call("private", {"to": "mallory", "text": "hello"}) == (False, "no such user")
    assert ada.call("private", {"to": "ada", "text": ""}) == (False, "a text has 1 to 4000 characters")
    assert ada.call("private", "hello") == (False, "invalid arguments")
    users = [{"name": "ada", "sessions": 1}, {"name": "bob", "sessions": 0}, {"name": "eve", "sessions": 0}]
    assert ada.call("users") == (True, users)
    assert ada.subscribe("/any")["successful"] is False
    assert Client(example("private-messages"), token="x").ask_handshake()["successful"] is False


# stock-prices


@test(30)
def stock_prices_come_together_and_each_share_once():
    client = Client(example("stock-prices")).open("/stock/*")
    client.connect()
    channels = [m["channel"] for m in client.connect() if m["channel"].startswith("/stock/")]
    assert len(channels) > 20 and len(channels) == len(set(channels)), channels


@test()
def stock_prices_can_be_asked_for_but_not_made():
    client = Client(example("stock-prices")).open()
    is_good, price = client.call("price/S042")
    assert is_good and price["symbol"] == "S042" and price["cents"] > 0, price
    assert client.call("price/S999") == (False, "no such symbol")
    assert client.publish("/stock/S042", {"symbol": "S042", "cents": 1})["successful"] is False
    assert client.subscribe("/stock/S999")["successful"] is False


# upload


def chunk(name, offset, text, last=False):
    return {"data": text, "last": last, "meta": {"name": name, "offset": offset}}


@test(30)
def upload_puts_a_file_together():
    script = os.path.join(os.path.dirname(__file__), "..", "..", "Examples", "upload", "upload.py")
    with tempfile.TemporaryDirectory(prefix="interop-upload-") as folder:
        for size in (0, 5, 64 * 1024, 200_001):
            content = os.urandom(size)
            path = os.path.join(folder, f"a file of {size}")
            with open(path, "wb") as file:
                file.write(content)
            command = [sys.executable, script, path, example("upload").address]
            output = subprocess.run(command, capture_output=True, text=True, env=harness.environment(), check=False)
            expected = f"a file of {size}: {size} bytes, checksum {zlib.crc32(content):08x}\n"
            assert output.stdout == expected, (output.stdout, output.stderr)


@test()
def upload_refuses_chunks_that_do_not_fit():
    client = Client(example("upload")).open()
    # "HelloWorld" is eight bytes in Z85.
    assert client.call("upload", chunk("a", 0, "HelloWorld"), ext={"binary": {}}) == (True, {"count": 8})
    for offset in (0, 4, 16):
        assert client.call("upload", chunk("a", offset, "HelloWorld")) == (False, "expected offset 8")
    checksum = f"{zlib.crc32(bytes.fromhex('864fd26fb559f75b') * 2):08x}"
    answer = client.call("upload", chunk("a", 8, "HelloWorld", last=True))
    assert answer == (True, {"count": 16, "checksum": checksum}), answer
    assert client.call("upload", {"data": "HelloWorld"}) == (False, "invalid arguments")
    malformed = client.call("upload", chunk("a", 0, "Hello World"), ext={"binary": {}})
    assert malformed[0] is False and malformed[1].startswith("404:"), malformed


@test()
def upload_keeps_its_limits():
    client = Client(example("upload")).open()
    for name in "abcd":
        assert client.call("upload", chunk(name, 0, "HelloWorld"))[0] is True
    assert client.call("upload", chunk("e", 0, "HelloWorld")) == (False, "too many uploads")
    piece, offset = "HelloWorld" * 100_000, 8
    while offset + 800_000 <= 4 << 20:
        answer = client.call_with_large("upload", chunk("a", offset, piece))
        offset += 800_000
        assert answer == (True, {"count": offset}), answer
    answer = client.call_with_large("upload", chunk("a", offset, piece))
    assert answer == (False, "the file is larger than 4194304 bytes"), answer
    # Which has made room for another one.
    assert client.call("upload", chunk("e", 0, "HelloWorld"))[0] is True


@test(20)
def upload_forgets_what_takes_too_long():
    with harness.server("upload", "1", kind=harness.Example) as server:
        client = Client(server).open()
        assert client.call("upload", chunk("a", 0, "HelloWorld")) == (True, {"count": 8})

        def is_forgotten():
            return client.call("upload", chunk("a", 99, "HelloWorld")) == (False, "expected offset 0")

        harness.eventually(is_forgotten)


# hummingbird-app


def site():
    return example("hummingbird-app")


def page(path, *arguments):
    return curl(*arguments, f"http://127.0.0.1:{site().port}{path}")


def post_news(item):
    return page("/news", "--header", JSON, "--data-binary", json.dumps(item))


@test()
def hummingbird_app_publishes_what_is_posted():
    client = Client(site()).open("/news")
    item = {"title": "Rain", "text": "<i>all day</i>"}
    assert post_news(item).status == 201
    assert client.receive("/news") == item
    assert json.loads(page("/news").body)[0] == item
    for wrong in ({"title": "", "text": ""}, {"title": "x"}, [], {"title": "x" * 201, "text": ""}):
        assert post_news(wrong).status == 400, wrong
    for number in range(21):
        assert post_news({"title": str(number), "text": ""}).status == 201
    titles = [one["title"] for one in json.loads(page("/news").body)]
    assert titles == [str(number) for number in range(20, 0, -1)], titles
    assert client.publish("/news", item)["successful"] is False
    assert client.subscribe("/**")["successful"] is False


@test()
def hummingbird_app_tells_its_statistics():
    client = Client(site()).open("/news")
    stats = json.loads(page("/stats").body)
    assert stats["sessions"] >= 1 and "/news" in stats["channels"], stats
    before = stats["sessions"]
    assert client.reply("/meta/disconnect")["successful"] is True
    assert json.loads(page("/stats").body)["sessions"] == before - 1


@test()
def hummingbird_app_has_a_page():
    start, script = page("/"), page("/client.js")
    assert start.status == 200 and b"client.js" in start.body, start
    assert start.header("content-type") == "text/html; charset=utf-8"
    assert start.header("content-security-policy") == "default-src 'self'"
    assert script.status == 200 and script.header("content-type") == "text/javascript; charset=utf-8"
    assert b"textContent" in script.body and b"innerHTML" not in script.body


# The clients


class Program:
    """A client among the examples, which runs until the block ends; what it prints comes line by line."""

    def __init__(self, name, *arguments):
        path = os.path.join(harness.examples_folder, name)
        assert os.access(path, os.X_OK), f"there is no {path}: build the examples first, with dev/check.sh examples"
        self._process = subprocess.Popen(
            [path, *arguments],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            env=harness.environment(),
            text=True,
            bufsize=1,
        )
        self.printed = []
        self._lines = queue.Queue()
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def _read(self):
        for line in self._process.stdout:
            self._lines.put(line.rstrip("\n"))

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self._process.kill()
        self._process.wait()
        self._reader.join(5)
        self._process.stdin.close()
        self._process.stdout.close()

    def say(self, line):
        self._process.stdin.write(line + "\n")

    def wait_for(self, text, limit=10):
        """The next line that holds a text."""
        end_of_patience = time.monotonic() + limit
        while True:
            try:
                line = self._lines.get(timeout=max(0, end_of_patience - time.monotonic()))
            except queue.Empty:
                raise AssertionError(f"'{text}' is not printed within {limit} s, but {self.printed}") from None
            self.printed.append(line)
            if text in line:
                return line

    def wait_for_all(self, *texts):
        """Waits until each of some texts has been printed, in any order."""
        missing = set(texts)
        while missing:
            line = self.wait_for("")
            missing -= {text for text in missing if text in line}

    def end_of_input(self):
        self._process.stdin.close()

    def status(self, limit=10):
        return self._process.wait(limit)


# terminal-chat


@test()
def terminal_chat_shows_what_comes_and_says_what_is_typed():
    ada = chatter("ada").open("/chat/lobby")
    with Program("terminal-chat", "bob", example("chat").address) as bob:
        assert bob.wait_for("* connected") == "* connected by websocket"
        assert bob.wait_for("bob").startswith("* here: ")
        ada.publish("/chat/lobby", {"text": "hello \u001b[31mbob"})
        assert bob.wait_for("<ada>") == "<ada> hello \ufffd[31mbob"
        assert ada.receive("/chat/lobby")["user"] == "ada"
        bob.say("hello ada")
        assert bob.wait_for("<bob>") == "<bob> hello ada"
        assert ada.receive("/chat/lobby") == {"user": "bob", "text": "hello ada"}
        bob.say("x" * 1001)
        assert bob.wait_for("! ").startswith("! not said: 404:")
        bob.say("/quit")
        bob.wait_for("* bye")
        assert bob.status() == 0


@test()
def terminal_chat_ends_with_its_input_and_says_what_was_typed_before():
    ada = chatter("ada").open("/chat/lobby")
    with Program("terminal-chat", "bob", example("chat").address) as bob:
        bob.say("one")
        bob.say("two")
        bob.end_of_input()
        bob.wait_for("* bye")
        assert bob.status() == 0
    assert [ada.receive("/chat/lobby")["text"] for _ in range(2)] == ["one", "two"]


@test()
def terminal_chat_tells_what_the_server_refuses():
    url = example("chat").address
    closed = "http://127.0.0.1:1/cometd"
    for arguments, text in (
        (("mallory", url), "! handshake refused: 403:"),
        (("eve", url, "staff"), "! refused: 403:members_only:"),
        (("ada", closed), "! cannot connect"),
        (("ada", "no-url"), "! not an http or https URL"),
    ):
        with Program("terminal-chat", *arguments) as program:
            assert program.wait_for("! ").startswith(text), program.printed
            assert program.status() == 1


@test(40)
def terminal_chat_comes_back_when_the_server_does():
    with harness.server("chat", kind=harness.Example) as server:
        with Program("terminal-chat", "bob", server.address) as bob:
            bob.wait_for("* here: bob")
            server.kill()
            bob.wait_for("trying again in")
            bob.say("are you back?")
            server.restart()
            bob.wait_for("* the server has forgotten us")
            # The state and the members are told by sequences of their own.
            bob.wait_for_all("* connected", "* here: bob")
            bob.say("hello again")
            bob.wait_for("<bob> hello again")
            bob.end_of_input()
            assert bob.status() == 0


# price-watch


@test(40)
def price_watch_follows_the_life_of_an_app():
    with harness.server("stock-prices", kind=harness.Example) as server:
        with Program("price-watch", server.address) as app:
            app.wait_for("online by websocket")
            app.wait_for("S042 at ")
            app.say("background")
            app.wait_for("offline, ")
            app.say("foreground")
            app.wait_for("online by websocket")
            for line in ("disappear", "appear", "background", "foreground"):
                app.say(line)
            app.wait_for("online by websocket")
            server.kill()
            app.wait_for("reconnecting, ")
            server.restart()
            app.wait_for("online by websocket", limit=15)
            app.say("quit")
            app.wait_for("offline, ")
            assert app.status() == 0


@test(30)
def price_watch_waits_for_its_server():
    with Program("price-watch", "http://127.0.0.1:1/cometd", "S007") as app:
        app.wait_for("connecting, 0 prices (cannot connect")
        app.say("price")
        app.wait_for("0 prices (")
        app.end_of_input()
        app.wait_for("offline, 0 prices")
        assert app.status() == 0
    with Program("price-watch", "no-url") as app:
        app.wait_for("not an http or https URL")
        assert app.status() == 64
