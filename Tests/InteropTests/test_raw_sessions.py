"""How sessions behave over WebSocket: WIRE rules of connects, deliveries, taking over, expiry and draining."""

import json
import socket
import time

import harness
from raw_http import HANDSHAKE, Session, exchange
from raw_websocket import CLOSE, Closed, WebSocketSession
from runner import test

ADVICE = {"reconnect": "retry", "interval": 0, "timeout": 30000}


def open_session(*channels, server=None):
    return WebSocketSession((server or harness.shared()).port).open(*channels)


@test()
def handshake_and_connects():
    with WebSocketSession(harness.shared("--timeout", "400ms").port) as session:
        reply = session.reply(**HANDSHAKE)
        session.client_id = reply.pop("clientId")
        assert reply == {
            "channel": "/meta/handshake",
            "id": "1",
            "successful": True,
            "version": "1.0",
            "minimumVersion": "1.0",
            "supportedConnectionTypes": ["websocket", "long-polling", "callback-polling"],
            "advice": {**ADVICE, "timeout": 400},
        }, reply
        started = time.monotonic()
        first = session.connect()
        assert first["successful"] is True and "data" not in first, first
        assert time.monotonic() - started < 0.35, "the first connect was held"
        started = time.monotonic()
        second = session.connect()
        assert second["successful"] is True and "advice" not in second, second
        assert time.monotonic() - started > 0.35, "the second connect was not held"


@test()
def a_delivery_does_not_end_the_held_connect():
    with open_session("/a") as session:
        connect = session.hold(advice={"timeout": 400})
        assert session.publish("/a", 1)["successful"] is True
        assert session.delivery() == {"channel": "/a", "data": 1}
        assert not [reply for reply in session.replies if reply["id"] == connect]
        assert session.reply_to(connect)["successful"] is True


@test()
def publishes_are_acknowledged_without_their_data():
    with open_session("/a") as session:
        assert session.publish("/a", {"x": 1}) == {"channel": "/a", "id": str(session._number), "successful": True}
        session.send({"channel": "/b", "clientId": session.client_id, "data": 1})
        assert {"channel": "/b", "successful": True} in session.messages()


@test()
def each_delivery_comes_in_a_frame_of_its_own():
    with open_session("/a") as session:
        session.send(*(session.message("/a", data=number) for number in range(3)))
        frames = [session.messages() for _ in range(4)]
        assert [[m.get("data") for m in frame] for frame in frames] == [[0], [1], [2], [None] * 3], frames


@test()
def deliveries_share_frames_when_asked_for():
    with open_session("/a", server=harness.shared("--ws-messages-per-frame", "10")) as session:
        session.send(*(session.message("/a", data=number) for number in range(3)))
        frames = [session.messages()]
        while len([m for frame in frames for m in frame]) < 6:
            frames.append(session.messages())
        data = [[m["data"] for m in frame if "data" in m] for frame in frames]
        assert [number for frame in data for number in frame] == [0, 1, 2], frames
        assert [0, 1, 2] in data, f"the deliveries came one by one: {frames}"


@test()
def overlapping_subscriptions_deliver_once():
    with open_session("/a/b", "/a/*", "/a/**", "/**") as session:
        assert session.publish("/a/b", 1)["successful"] is True
        assert session.publish("/a/b", 2)["successful"] is True
        assert [session.delivery()["data"], session.delivery()["data"]] == [1, 2]


@test()
def replies_that_came_along_with_a_connect_are_not_held():
    with open_session() as session:
        connect = session.message("/meta/connect", connectionType="websocket", advice={"timeout": 500})
        publish = session.message("/a", data=1)
        started = time.monotonic()
        session.send(connect, publish)
        assert session.reply_to(publish["id"])["successful"] is True
        assert time.monotonic() - started < 0.4, "the reply waited for the connect"
        assert session.reply_to(connect["id"])["successful"] is True
        assert time.monotonic() - started > 0.45, "the connect was not held"


@test()
def a_second_connect_replaces_the_held_one_silently():
    with open_session() as session:
        second = session.hold(advice={"timeout": 300})
        assert session.reply_to(second)["successful"] is True
        assert not [reply for reply in session.replies if reply["id"] == session.held]


@test()
def order_is_kept_and_nothing_is_lost():
    with open_session("/order") as listener, open_session() as publisher:
        for number in range(1000):
            publisher.send(publisher.message("/order", data=number))
        assert [listener.delivery()["data"] for _ in range(1000)] == list(range(1000))


@test()
def another_client_id_is_unknown_on_a_bound_socket():
    with open_session("/victim") as victim, open_session() as thief:
        own = thief.client_id
        thief.client_id = victim.client_id
        for channel in ("/victim", "/meta/subscribe", "/meta/unsubscribe", "/meta/disconnect", "/meta/connect"):
            reply = thief.reply(channel, subscription="/victim", data="forged")
            assert reply["successful"] is False and reply["error"] == "402::Unknown client", reply
            advice = {"reconnect": "handshake", "interval": 0} if channel == "/meta/connect" else None
            assert reply.get("advice") == advice, reply
        thief.client_id = own
        assert thief.publish("/victim", "honest")["successful"] is True
        assert victim.delivery()["data"] == "honest"


@test()
def a_new_socket_continues_the_session():
    with open_session("/move") as old, open_session() as publisher:
        with WebSocketSession(harness.shared().port, old.client_id) as new:
            assert new.connect(advice={"timeout": 0})["successful"] is True
            new.hold()
            assert publisher.publish("/move", 1)["successful"] is True
            assert new.delivery() == {"channel": "/move", "data": 1}


@test()
def messages_wait_for_a_session_without_a_socket():
    with open_session("/wait") as session, open_session() as publisher:
        session.send_frame(CLOSE, b"\x03\xe8")
        assert session.close_code() == 1000
        assert publisher.publish("/wait", "later")["successful"] is True
        with WebSocketSession(harness.shared().port, session.client_id) as new:
            assert new.connect(advice={"timeout": 0})["successful"] is True
            assert new.delivery() == {"channel": "/wait", "data": "later"}


@test()
def a_socket_whose_peer_has_gone_is_given_up():
    with open_session("/gone") as session, open_session() as publisher:
        # The peer sends the end of its stream, but no close frame.
        session.connection.socket.shutdown(socket.SHUT_WR)
        session.connection.socket.settimeout(3)
        try:
            session.close_code()
        except TimeoutError:
            raise AssertionError("the connection stays open") from None
        assert publisher.publish("/gone", "later")["successful"] is True
        with WebSocketSession(harness.shared().port, session.client_id) as new:
            assert new.connect(advice={"timeout": 0})["successful"] is True
            assert new.delivery() == {"channel": "/gone", "data": "later"}


@test()
def a_session_made_over_http_goes_on_over_websocket():
    port = harness.shared().port
    with Session(port).handshake() as polling, WebSocketSession(port, polling.client_id) as session:
        assert session.connect()["successful"] is True
        assert session.subscribe("/mixed")["successful"] is True
        session.hold()
        with Session(port).open() as publisher:
            publisher.publish("/mixed", 1)
        assert session.delivery()["data"] == 1


@test()
def a_handshake_per_socket_can_be_required():
    server = harness.shared("--ws-require-handshake-per-connection", "true")
    with open_session("/a", server=server) as old, WebSocketSession(server.port, old.client_id) as new:
        reply = new.connect()
        assert reply["successful"] is False and reply["error"] == "402::Unknown client", reply
        assert old.publish("/a", 1)["successful"] is True
        assert old.delivery()["data"] == 1


@test()
def handshake_with_other_messages_fails():
    with WebSocketSession(harness.shared().port) as session:
        session.send({**HANDSHAKE, "id": "h"}, {"channel": "/a", "data": 1, "id": "p"})
        reply = session.reply_to("h")
        assert reply["successful"] is False and reply["error"].startswith("403::handshake_failed"), reply
        assert session.reply_to("p")["error"] == "402::Unknown client"
        assert session.open().publish("/a", 1)["successful"] is True


@test()
def disconnect_ends_the_held_connect():
    with open_session() as session:
        reply = session.reply("/meta/disconnect")
        assert reply["successful"] is True, reply
        reply = session.reply_to(session.held)
        assert reply["successful"] is True and reply["advice"]["reconnect"] == "none", reply
        assert session.publish("/a", 1)["error"] == "402::Unknown client"


@test()
def an_open_socket_without_connect_does_not_keep_the_session():
    server = harness.shared("--timeout", "200ms", "--max-interval", "200ms")
    with open_session(server=server) as session:
        assert session.reply_to(session.held)["successful"] is True

        def is_unknown():
            return session.publish("/a", 1).get("error") == "402::Unknown client"

        # Each message postpones the end by the time since the one before: they must be rarer than maxInterval.
        harness.eventually(is_unknown, pause=1.5)
        reply = session.connect()
        assert reply["successful"] is False and reply["advice"] == {"reconnect": "handshake", "interval": 0}, reply


@test()
def a_session_whose_socket_broke_expires():
    server = harness.shared("--timeout", "200ms", "--max-interval", "200ms")
    with open_session(server=server) as witness, open_session(server=server) as lost:
        lost.connection.close()
        deadline = time.monotonic() + 3
        while time.monotonic() < deadline:
            witness.connect()
        with WebSocketSession(server.port, lost.client_id) as late:
            reply = late.connect()
            assert reply["successful"] is False and reply["error"] == "402::Unknown client", reply


@test()
def service_echo_comes_back():
    with open_session() as session:
        reply = session.publish("/service/echo", {"deep": [1, {"x": None}]})
        assert reply["channel"] == "/service/echo" and reply["successful"] is True, reply
        assert session.delivery()["data"] == {"deep": [1, {"x": None}]}


@test()
def long_polling_and_websocket_meet():
    port = harness.shared().port
    with open_session("/meet") as socket, Session(port).open("/meet") as polling:
        polling.start_connect()
        socket.publish("/meet", "from the socket")
        assert [m.get("data") for m in polling.end_connect()] == ["from the socket", None]
        polling.publish("/meet", "from the poll")
        assert [socket.delivery()["data"] for _ in range(2)] == ["from the socket", "from the poll"]


@test()
def sigterm_answers_held_connects_and_closes_the_sockets():
    with harness.server() as server, open_session(server=server) as session:
        assert session.publish("/a", 1)["successful"] is True
        server.terminate()
        reply = session.reply_to(session.held)
        assert "reconnect" in reply["advice"], reply
        assert session.close_code() in (1000, 1001, 1012)
        assert server.wait() == 0


@test()
def a_second_sigterm_ends_the_server_at_once():
    with harness.server() as server, open_session(server=server) as session:
        server.terminate()
        # It is draining when the close frame comes, and waits for an answer to that.
        try:
            while True:
                session.text()
        except Closed:
            server.terminate()
        server.wait(3)


@test()
def a_new_server_can_have_the_port_of_a_killed_one():
    with harness.server() as server, open_session(server=server) as session:
        second = server.restart()
        try:
            session.text()
            raise AssertionError("a message from the dead")
        except Closed as closed:
            assert closed.code is None, closed
        body = json.dumps([session.message("/meta/connect")])
        (reply,) = exchange(second.port, body).messages
        assert reply["error"] == "402::Unknown client", reply
