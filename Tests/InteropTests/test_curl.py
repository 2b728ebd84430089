"""Every exchange of the Bayeux specification, with the command `curl`."""

import json
import re
import tempfile
import time

import harness
from curl import JSON, Browser, CurlSession, Run, curl, post
from raw_http import HANDSHAKE
from runner import test

ADVICE = {"reconnect": "retry", "interval": 0, "timeout": 30000}


def url():
    return harness.shared().address


def open_session(*channels, **how):
    return CurlSession(url(), **how).open(*channels)


@test()
def handshake_is_answered_as_cometd_does():
    response = post(url(), [{**HANDSHAKE, "id": "h1", "minimumVersion": "0.9"}])
    (reply,) = response.messages
    client_id = reply.pop("clientId")
    assert re.fullmatch(r"[0-9a-zA-Z_]{20,}", client_id), client_id
    assert reply == {
        "channel": "/meta/handshake",
        "id": "h1",
        "successful": True,
        "version": "1.0",
        "minimumVersion": "1.0",
        "supportedConnectionTypes": ["websocket", "long-polling", "callback-polling"],
        "advice": ADVICE,
    }, reply
    assert response.header("content-type").replace(" ", "").lower() == "application/json;charset=utf-8"
    assert response.header("content-length") == str(len(response.body))
    assert "no-store" in (response.header("cache-control") or ""), response.headers
    assert response.header("x-content-type-options") == "nosniff"
    cookie = response.header("set-cookie")
    assert re.fullmatch(r"BAYEUX_BROWSER=[^;]{16,}; *Path=/; *HttpOnly", cookie), cookie


@test()
def handshake_with_other_messages_fails():
    session = open_session()
    handshake, publish = {**HANDSHAKE, "id": "1"}, session.message("/a", data=1)
    for messages in ([handshake, publish], [publish, handshake]):
        replies = {reply["channel"]: reply for reply in session.ask(*messages)}
        assert replies["/meta/handshake"]["successful"] is False, replies
        assert replies["/meta/handshake"]["error"].startswith("403::handshake_failed"), replies
        # The first message tells whose request this is; a handshake has no session yet.
        if messages[0] is handshake:
            assert replies["/a"]["successful"] is False and replies["/a"]["error"].startswith("402:"), replies
    assert session.publish("/a", 1)["successful"] is True


@test()
def handshake_without_a_common_connection_type_fails():
    reply = CurlSession(url()).reply(**{**HANDSHAKE, "supportedConnectionTypes": ["flash", "pigeon"]})
    assert reply["successful"] is False and "clientId" not in reply, reply
    assert re.match(r"^\d{3}:[^:]*:.+", reply["error"]), reply
    for types in ({}, {"supportedConnectionTypes": []}, {"supportedConnectionTypes": ["pigeon", "long-polling"]}):
        message = {"channel": "/meta/handshake", "version": "1.0", **types}
        assert CurlSession(url()).reply(**message)["successful"] is True, types


@test()
def first_connect_is_answered_at_once():
    session = CurlSession(url()).handshake()
    started = time.monotonic()
    (reply,) = session.connect()
    assert reply["successful"] is True and reply["channel"] == "/meta/connect" and reply["id"] == "2", reply
    assert time.monotonic() - started < 5


@test()
def connect_is_held_until_a_delivery():
    listener, publisher = open_session("/news"), open_session()
    connect = listener.start_connect()
    assert publisher.publish("/news", {"text": "héllo"})["successful"] is True
    delivery, reply = listener.messages(connect.response())
    assert delivery == {"channel": "/news", "data": {"text": "héllo"}}, delivery
    assert reply["channel"] == "/meta/connect" and reply["successful"] is True, reply


@test()
def connect_is_held_until_its_timeout():
    with harness.server("--timeout", "600ms") as server:
        session = CurlSession(server.address)
        assert session.reply(**HANDSHAKE)["advice"] == {**ADVICE, "timeout": 600}
        session.open()
        started = time.monotonic()
        (reply,) = session.connect()
        assert 0.55 < time.monotonic() - started < 5
        assert reply["successful"] is True and "advice" not in reply, reply


@test()
def the_clients_advice_overrides_the_timeout_of_one_connect():
    session = open_session()
    started = time.monotonic()
    (reply,) = session.connect(advice={"timeout": 400})
    assert 0.35 < time.monotonic() - started < 5
    assert reply["successful"] is True and reply["advice"] == ADVICE, reply
    assert session.connect(advice={"timeout": 0})[0]["successful"] is True


@test()
def subscribe_publish_unsubscribe():
    session = open_session()
    reply = session.subscribe("/a/b")
    assert {**reply, "clientId": 0} == {
        "channel": "/meta/subscribe",
        "id": reply["id"],
        "subscription": "/a/b",
        "successful": True,
        "clientId": 0,
    }, reply
    message = session.message("/a/b", data=[1, None, "x"])
    delivery, reply = session.ask(message)
    assert delivery == {"channel": "/a/b", "data": [1, None, "x"]}, delivery
    assert reply == {"channel": "/a/b", "id": message["id"], "successful": True}, reply
    reply = session.reply("/meta/unsubscribe", subscription="/a/b")
    assert reply["successful"] is True and reply["subscription"] == "/a/b", reply
    assert len(session.ask(session.message("/a/b", data=2))) == 1


@test()
def several_channels_in_one_subscription():
    session = open_session()
    reply = session.subscribe(["/x/1", "/x/2"])
    assert reply["successful"] is True and reply["subscription"] == ["/x/1", "/x/2"], reply
    assert len(session.ask(session.message("/x/2", data=1))) == 2
    assert session.reply("/meta/unsubscribe", subscription=["/x/1", "/x/2"])["successful"] is True
    assert len(session.ask(session.message("/x/2", data=1))) == 1


@test()
def wildcards_deliver_once():
    session = open_session("/w/*", "/w/**", "/w/a")
    messages = session.ask(session.message("/w/a", data=1), session.message("/w/a/b", data=2))
    assert [m["data"] for m in messages if "data" in m] == [1, 2], messages
    session = open_session("/w/*")
    messages = session.ask(*(session.message(channel, data=channel) for channel in ("/w", "/w/a", "/w/a/b")))
    assert [m["data"] for m in messages if "data" in m] == ["/w/a"], messages


@test()
def disconnect_ends_the_held_connect_and_the_session():
    browser = Browser()
    session, other = open_session(browser=browser), open_session(browser=browser)
    connect = session.start_connect()
    other.wait_until_held()
    reply = session.reply("/meta/disconnect")
    assert reply["successful"] is True and reply["channel"] == "/meta/disconnect", reply
    reply = session.messages(connect.response())[-1]
    assert reply["successful"] is True and reply["advice"]["reconnect"] == "none", reply
    reply = session.publish("/a", 1)
    assert reply["successful"] is False and reply["error"] == "402::Unknown client", reply


@test()
def batch_is_processed_in_order_and_its_connect_is_not_held():
    session = open_session()
    connect = session.message("/meta/connect", connectionType="long-polling")
    subscribe = session.message("/meta/subscribe", subscription="/batch")
    publishes = [session.message("/batch", data=number) for number in range(3)]
    messages = session.ask(connect, subscribe, *publishes)
    assert [m["data"] for m in messages if "data" in m] == [0, 1, 2], messages
    replies = [m for m in messages if "successful" in m]
    assert [r["id"] for r in replies] == [m["id"] for m in (connect, subscribe, *publishes)], messages
    assert all(r["successful"] is True for r in replies), messages
    assert messages.index(replies[0]) >= 3, f"deliveries come before the replies: {messages}"


@test()
def a_single_object_is_as_good_as_an_array():
    (reply,) = post(url(), json.dumps(HANDSHAKE)).messages
    assert reply["successful"] is True


@test()
def service_echo_comes_back_to_its_sender_only():
    session = open_session()
    message = session.message("/service/echo", data={"x": 1})
    messages = session.ask(message)
    if len(messages) == 1:
        messages += session.connect(advice={"timeout": 5000})
    assert {"channel": "/service/echo", "id": message["id"], "successful": True} in messages, messages
    assert [m["data"] for m in messages if "data" in m] == [{"x": 1}], messages


@test()
def remote_calls_are_answered_with_the_id_of_the_call():
    session = open_session()
    for target, data, successful, answer in [
        ("rpc/echo", {"x": 1}, True, {"x": 1}),
        ("rpc/fail", {"x": 1}, False, "this call always fails"),
    ]:
        call = session.message(f"/service/{target}", data=data)
        messages = session.ask(call)
        if not any("data" in m for m in messages):
            messages += session.connect(advice={"timeout": 5000})
        expected = {"channel": call["channel"], "id": call["id"], "successful": successful, "data": answer}
        assert expected in messages, messages
        assert {"channel": call["channel"], "id": call["id"], "successful": True} in messages, messages


@test()
def errors_have_the_texts_of_cometd_3():
    session = open_session()
    stranger = CurlSession(url())
    stranger.client_id = "2z4hfgbpcv9d1hyy6ffy9f8vys"
    denied = "403:denied_by_security_policy:"
    for reply, error in (
        (stranger.publish("/a", 1), "402::Unknown client"),
        (stranger.subscribe("/a"), "402::Unknown client"),
        (stranger.connect()[0], "402::Unknown client"),
        (session.reply("/meta/subscribe"), "403::subscription_missing"),
        (session.subscribe(5), "403::subscription_invalid"),
        (session.subscribe("/a//b"), "403::subscription_invalid"),
        (session.subscribe("/meta/connect"), denied + "subscribe_denied"),
        (session.subscribe("/meta/*"), denied + "create_denied"),
        (session.publish("/meta/x", 1), denied + "create denied"),
        (session.publish("/wild/*", 1), denied + "publish denied"),
        (session.publish("/wild/**", 1), denied + "publish denied"),
        (session.reply("/meta/unsubscribe", subscription="/never/seen"), "400::channel_missing"),
        (session.publish("/a?b", 1), "405::channel_invalid"),
    ):
        assert reply["successful"] is False and reply["error"] == error, reply
        wants_handshake = reply["channel"] == "/meta/connect"
        expected = {"reconnect": "handshake", "interval": 0} if wants_handshake else None
        assert reply.get("advice") == expected, reply


@test()
def errors_have_the_texts_of_cometd_5_when_asked_for():
    server = harness.shared("--error-dialect", "cometd5")
    session = CurlSession(server.address).open()
    stranger = CurlSession(server.address)
    denied = "403:denied_by_security_policy:"
    for reply, error in (
        (stranger.publish("/a", 1), "402::session_unknown"),
        (session.publish("/meta/x", 1), denied + "channel_create_denied"),
        (session.publish("/wild/*", 1), denied + "publish_denied"),
    ):
        assert reply["successful"] is False and reply["error"] == error, reply


@test()
def all_paths_below_the_endpoint_work():
    for path in ("", "/", "/handshake", "/connect", "/a/b/c"):
        (reply,) = post(url() + path, [HANDSHAKE]).messages
        assert reply["successful"] is True, path


@test()
def other_methods_are_refused():
    for method in ("GET", "PUT", "DELETE", "PATCH", "PROPFIND"):
        response = curl("--request", method, url())
        assert response.status == 400, (method, response)
    assert curl("--head", url()).status == 400
    response = curl("--request", "OPTIONS", url())
    assert response.status == 200 and response.body == b"", response


@test()
def form_encoded_messages_are_accepted():
    session = open_session("/form", transport="form")
    messages = session.ask(session.message("/form", data="a&b=c+d %41é"))
    assert [m["data"] for m in messages if "data" in m] == ["a&b=c+d %41é"], messages
    first, second = (json.dumps([session.message("/form", data=number)]) for number in (1, 2))
    form = ["--data-urlencode", f"message={first}", "--data-urlencode", f"message={second}"]
    messages = curl(*session.browser.arguments, *form, session.url).messages
    assert [m["data"] for m in messages if "data" in m] == [1, 2], messages


@test()
def one_connection_serves_many_requests():
    arguments = ["--header", JSON, "--data-binary", json.dumps([HANDSHAKE]), "--write-out", "\n%{num_connects}\n"]
    body = Run(*arguments, url(), "--next", "--silent", *arguments, url()).response().body.decode().split("\n")
    assert [line for line in body if line.isdigit()] == ["1", "0"], body


@test()
def a_large_body_with_expect_100_continue_is_accepted():
    session = open_session("/large")
    text = "x" * 900_000
    with tempfile.NamedTemporaryFile("w") as file:
        json.dump([session.message("/large", data=text)], file)
        file.flush()
        header = ["--header", "Expect: 100-continue", *session.browser.arguments]
        messages = post(url(), f"@{file.name}", *header).messages
    assert [m["data"] for m in messages if "data" in m] == [text]
