"""Messages with fields of every shape: a bad message gets an error reply, and never harms another one."""

import json
import re

import harness
from raw_http import HANDSHAKE, Session, exchange
from raw_websocket import WebSocketSession
from witness import hostile

# Connects are answered soon, whatever their advice is.
QUICK = ("--timeout", "20ms", "--max-interval", "60s")

VALUES = (
    "null", "true", "false", "0", "-1", "1.5", "1e400", "123456789012345678901234567890", '""', '"x"', '"/x"',
    '"\\u0000"', '"\\ud83d\\ude00"', "[]", "[[]]", "[null]", '["x",5]', "{}", '{"a":{"b":[1]}}',
    '{"timeout":"0"}', '{"ack":"true"}',
)  # fmt: skip

FIELDS = (
    "version", "minimumVersion", "supportedConnectionTypes", "advice", "connectionType", "timestamp", "data",
    "successful", "subscription", "error", "ext", "authSuccessful", "id", "clientId", "channel",
)  # fmt: skip


META_CHANNELS = ("/meta/connect", "/meta/subscribe", "/meta/unsubscribe", "/meta/disconnect")


def is_error(text):
    return isinstance(text, str) and re.fullmatch(r"\d{3}:[^:]*:.+", text) is not None


def with_field(message, name, value):
    """The JSON text of a message in which one field has a value that is given as JSON text."""
    fields = [f"{json.dumps(key)}:{json.dumps(field)}" for key, field in message.items() if key != name]
    return "[{" + ",".join([*fields, f"{json.dumps(name)}:{value}"]) + "}]"


def check(session, kind, message, field, value):
    body = with_field(message, field, value)
    session.post(body)
    response = session.line("other").response()
    assert response.status == 200, f"{kind} {body}: {response}"
    messages = response.messages
    # A delivery of this very publish may come along; the reply is last.
    reply = messages[-1]
    assert isinstance(reply, dict) and isinstance(reply.get("successful"), bool), f"{kind} {body}: {response}"
    assert reply["successful"] or is_error(reply.get("error")), f"{kind} {body}: {response}"
    return reply, body


def messages_of(session):
    return {
        "handshake": dict(HANDSHAKE),
        "connect": session.message("/meta/connect", connectionType="long-polling"),
        "subscribe": session.message("/meta/subscribe", subscription="/fields"),
        "unsubscribe": session.message("/meta/unsubscribe", subscription="/fields"),
        "publish": session.message("/fields", data=1),
        "service": session.message("/service/fields", data=1),
    }


def expected_success(kind, field, value):
    """True, False, or None where no rule says what comes out."""
    if field == "channel":
        return None
    if field == "id":
        return False if value[0] in "tf[{" else None if value[0] == '"' else True
    if field == "clientId":
        return kind == "handshake"
    if field == "subscription" and "subscribe" in kind:
        return None if value == '"/x"' else False if value != "[]" else None
    if field == "supportedConnectionTypes" and kind == "handshake":
        return True if value in ("null", "[]") else None
    return True


def fields_test(kind):
    def run(server):
        with Session(server.port).open("/fields") as session:
            for field in FIELDS:
                for value in VALUES:
                    message = messages_of(session)[kind]
                    reply, body = check(session, kind, message, field, value)
                    expected = expected_success(kind, field, value)
                    assert expected in (None, reply["successful"]), f"{body}: {reply}"
                    if kind == "unsubscribe":
                        session.subscribe("/fields")
            assert session.is_alive(), "the session did not survive"

    run.__name__ = f"{kind}_with_fields_of_every_shape"
    run.__module__ = __name__
    return run


for _kind in ("handshake", "connect", "subscribe", "unsubscribe", "publish", "service"):
    hostile(*QUICK, timeout=60)(fields_test(_kind))


@hostile(*QUICK)
def disconnect_with_fields_of_every_shape(server):
    for field in ("data", "subscription", "ext", "advice", "successful", "id"):
        for value in VALUES:
            with Session(server.port).open() as session:
                reply, body = check(session, "disconnect", session.message("/meta/disconnect"), field, value)
                gone = session.publish("/a", 1)["successful"] is False
                assert gone is reply["successful"], f"{body}: {reply}, but the session {'ended' if gone else 'lives'}"


@hostile(*QUICK)
def illegal_channels_get_405(server):
    with Session(server.port).open() as session:
        for channel in (
            "", "/", "a", "a/b", "//", "/a//b", "/a/*/b", "/a/**/b", "/**/a", "/a?", "/a%20", "/a\\", "/a\"", "/a<",
            "/a\u0000", "/a\n", "/ä", "/\u2028", "/\U0001f600", "/a,b", "/a:b", "/a;b", "/a&b", "/a=b", "/a'b", "/a|b",
            "/a^b", "/a`b", "/a[b]", "meta/handshake", "*", "**",
        ):  # fmt: skip
            reply = session.reply(channel, data=1)
            assert reply["successful"] is False and reply["error"].startswith("405::channel_invalid"), (channel, reply)
        for channel in (5, True, [], ["/a"], {}, {"a": 1}, 1.5):
            reply = session.reply(channel, data=1)
            assert reply["successful"] is False and reply["error"].startswith("405::channel_invalid"), (channel, reply)
        for message in (session.message(None, data=1), {"id": "17", "clientId": session.client_id}):
            (reply,) = session.ask(message)
            assert reply["successful"] is False and reply["error"] == "400::channel_missing", reply
            assert reply["id"] == message["id"], reply
        for channel in ("/a b", "/a!#$()+-.@_~", "/A/0", "/meta", "/service", "/a/", "/a/{v}"):
            assert session.publish(channel, 1)["successful"] is True, channel
        assert session.is_alive()


@hostile(*QUICK)
def illegal_subscriptions_get_403(server):
    with Session(server.port).open() as session:
        for subscription in (
            "", "/", "a", "//", "/a//b", "/a/*/b", "/**/a", "/a?", "/ä", "/a\n", 5, True, {}, {"a": "/a"}, [5], [None],
            [["/a"]], ["/good", "bad"], ["/good", "/a//b"], [{}],
        ):  # fmt: skip
            reply = session.subscribe(subscription)
            assert reply["successful"] is False and reply["error"] == "403::subscription_invalid", (subscription, reply)
        assert session.reply("/meta/subscribe", subscription=None)["error"] == "403::subscription_missing"
        assert "data" not in session.ask(session.message("/good", data=1))[0]
        assert isinstance(session.subscribe([])["successful"], bool)
        for channel in ("/service/**", "/service/x", "/*", "/**"):
            assert session.subscribe(channel)["successful"] is True, channel
        many = [f"/many/{number}" for number in range(4000)]
        assert session.subscribe(many)["successful"] is True
        assert session.reply("/meta/unsubscribe", subscription=many)["successful"] is True


@hostile(*QUICK)
def ids_come_back_or_are_refused(server):
    with Session(server.port).open() as session:

        def reply_to(value):
            (reply,) = session.ask({"channel": "/ids", "clientId": session.client_id, "data": 1, "id": value})
            return reply

        for value, back in (("a", "a"), (17, "17"), (0, "0"), ("a-b c!#$()*+./@_{~}", "a-b c!#$()*+./@_{~}")):
            reply = reply_to(value)
            assert reply["successful"] is True and reply["id"] == back, reply
        reply = reply_to(None)
        assert reply["successful"] is True and "id" not in reply, reply
        for value in ("a?", "ä", "a\n", 'a"', "<x>", "\u0000", True, [], {}, ["a"], {"a": "b"}):
            reply = reply_to(value)
            assert reply["successful"] is False and reply["error"].startswith("405::message_id_invalid"), (value, reply)
        long = "a" * 100_000
        assert reply_to(long).get("id") in (long, None)


@hostile(*QUICK)
def what_is_not_a_message_does_not_spoil_the_batch(server):
    with Session(server.port).open("/batch") as session:
        messages = [session.message("/batch", data=number) for number in range(6)]
        bad = [None, 5, "text", [], [[1]], True]
        mixed = [item for pair in zip(bad, messages) for item in pair]
        answer = session.ask(session.message("/batch", data="first"), *mixed)
        assert [m["data"] for m in answer if "data" in m] == ["first", 0, 1, 2, 3, 4, 5], answer
        replies = [m for m in answer if "successful" in m]
        assert len(replies) == 13, answer
        unreadable = [r for r in replies if not r["successful"]]
        assert unreadable == [{"successful": False, "error": "400::channel_missing"}] * 6, unreadable
        assert session.is_alive()


@hostile(*QUICK)
def unknown_sessions_get_402(server):
    for client_id in ('""', '"x"', "null", "5", "[]", "{}", "true", '"%s"' % ("9" * 10_000), '"\\u0000"', '"../../x"'):
        for channel in (*META_CHANNELS, "/a", "/service/echo"):
            body = '[{"channel":"%s","subscription":"/a","data":1,"id":"1","clientId":%s}]' % (channel, client_id)
            (reply,) = exchange(server.port, body).messages
            assert reply["successful"] is False and reply["error"] == "402::Unknown client", (body, reply)
            advice = {"reconnect": "handshake", "interval": 0} if channel == "/meta/connect" else None
            assert reply.get("advice") == advice, (body, reply)


@hostile(*QUICK)
def what_a_publisher_sends_is_relayed_without_its_identity(server):
    with Session(server.port).open("/relay") as session:
        extras = {"ext": {"a": [1]}, "advice": {"x": 1}, "timestamp": "now", "other": None, "error": "e"}
        messages = session.ask({**session.message("/relay", data={"k": "v"}), **extras})
        assert messages[0] == {"channel": "/relay", "data": {"k": "v"}, **extras}, messages


@hostile(*QUICK)
def repeated_keys_do_not_leak_an_identity(server):
    with Session(server.port).open("/keys") as session:
        client = session.client_id
        session.post(
            '[{"clientId":"%s","channel":"/x","id":"a","id":"b","clientId":"%s","channel":"/keys","data":1,"data":2}]'
            % (client, client)
        )
        body = session.line("other").response().body.decode()
        delivery = [m for m in json.loads(body) if "successful" not in m][0]
        assert "id" not in delivery and "clientId" not in delivery and delivery["data"] == 2, body
        escaped = '[{"cl\\u0069entId":"%s","ch\\u0061nnel":"/keys","\\u0069d":"z","d\\u0061ta":3}]' % client
        session.post(escaped)
        body = session.line("other").response().body.decode()
        delivery = [m for m in json.loads(body) if "successful" not in m][0]
        assert delivery == {"channel": "/keys", "data": 3}, body


@hostile(*QUICK)
def very_wide_messages_are_harmless(server):
    with Session(server.port).open("/wide") as session:
        wide = {f"k{number}": number for number in range(20_000)}
        messages = session.ask({**session.message("/wide", data=1), **wide})
        assert messages[-1]["successful"] is True
        batch = [session.message("/wide", data=number) for number in range(4000)]
        messages = session.ask(*batch)
        assert [m["data"] for m in messages if "data" in m] == list(range(4000))


@hostile()
def the_same_shapes_over_websocket(server):
    with WebSocketSession(server.port).open() as session:
        for kind in ("subscribe", "unsubscribe", "publish", "service"):
            for field in FIELDS:
                for value in VALUES:
                    body = with_field(messages_of(session)[kind], field, value)
                    session.send_text(body)
                # Everything before this reply has been processed; the connection is still open.
                assert session.publish("/after", 1)["successful"] is True


@hostile()
def handshakes_in_great_number_are_harmless(server):
    with Session(server.port) as session:
        for _ in range(1000):
            session.client_id = None
            session.cookie = None
            session.handshake()
    assert harness.shared().is_running
