"""Cookies, several sessions of one browser, duplicate connects, expiry and JSONP, with the command `curl`."""

import json
import time
import urllib.parse

import harness
from curl import Browser, CurlSession, curl, post
from raw_http import HANDSHAKE
from runner import test


def open_session(*channels, server=None, **how):
    return CurlSession((server or harness.shared()).address, **how).open(*channels)


@test()
def a_stolen_client_id_is_unknown_and_the_victim_notices_nothing():
    victim, thief = open_session("/victim"), open_session()
    own_id, thief.client_id = thief.client_id, victim.client_id
    connect = victim.start_connect()
    for reply in (
        thief.publish("/victim", "forged"),
        thief.subscribe("/victim"),
        thief.connect()[0],
        thief.reply("/meta/disconnect"),
        CurlSession(victim.url).reply("/victim", clientId=victim.client_id, data="forged"),
    ):
        assert reply["successful"] is False and reply["error"] == "402::Unknown client", reply
    message = {"channel": "/victim", "clientId": victim.client_id, "data": "forged"}
    (reply,) = post(victim.url, [message], "--cookie", "BAYEUX_BROWSER=invented").messages
    assert reply["successful"] is False and reply["error"] == "402::Unknown client", reply
    assert connect.is_going_on, "the thief ended the connect of the victim"
    thief.client_id = own_id
    assert thief.publish("/victim", "honest")["successful"] is True
    assert [m.get("data") for m in victim.messages(connect.response())] == ["honest", None]


@test()
def a_batch_belongs_to_the_session_of_its_first_message():
    browser = Browser()
    one, two = open_session(browser=browser), open_session(browser=browser)
    first, second = one.ask(one.message("/a", data=1), {**two.message("/a", data=1), "id": "other"})
    assert first["successful"] is True, first
    assert second["successful"] is False and second["error"] == "402::Unknown client", second


@test()
def a_planted_cookie_is_replaced():
    response = post(harness.shared().address, [HANDSHAKE], "--cookie", "BAYEUX_BROWSER=planted")
    assert response.messages[0]["successful"] is True
    cookie = response.cookie()
    assert cookie and cookie != "BAYEUX_BROWSER=planted", response.headers
    own = post(harness.shared().address, [HANDSHAKE], "--cookie", cookie)
    assert own.messages[0]["successful"] is True and own.cookie() in (None, cookie), own.headers


@test()
def the_cookie_has_the_configured_name():
    server = harness.shared("--browser-cookie-name", "MY_BROWSER")
    response = post(server.address, [HANDSHAKE])
    assert response.cookie("MY_BROWSER") and not response.cookie(), response.headers
    assert open_session(server=server).publish("/a", 1)["successful"] is True


@test()
def without_cookies_a_trusted_client_id_is_enough():
    server = harness.shared("--trust-client-session", "true")
    session = open_session(server=server)
    message = session.message("/a", data=1)
    (reply,) = post(session.url, [message]).messages
    assert reply["successful"] is True, reply


@test()
def the_second_session_of_a_browser_is_told_to_poll():
    browser = Browser()
    one, two = open_session("/one", browser=browser), open_session("/two", browser=browser)
    publisher = open_session()
    held = one.start_connect()
    two.wait_until_held()
    (reply,) = two.connect()
    advice = {"reconnect": "retry", "interval": 2000, "multiple-clients": True}
    assert reply["successful"] is True, reply
    assert {key: reply["advice"].get(key) for key in advice} == advice, reply
    assert held.is_going_on
    publisher.publish("/one", 1)
    publisher.publish("/two", 2)
    assert one.messages(held.response())[0]["data"] == 1
    started = time.monotonic()
    assert two.connect(advice={"timeout": 300})[0]["data"] == 2
    two.connect(advice={"timeout": 300})
    assert time.monotonic() - started > 0.25, "the place is free again, but the connect was not held"


@test()
def the_number_of_sessions_per_browser_is_an_option():
    server = harness.shared("--max-sessions-per-browser", "2")
    browser = Browser()
    sessions = [open_session("/all", server=server, browser=browser) for _ in range(3)]
    first, second = sessions[0].start_connect(), sessions[1].start_connect()
    sessions[2].wait_until_held()
    assert first.is_going_on and second.is_going_on
    assert open_session(server=server).publish("/all", 1)["successful"] is True
    assert [run.response().messages[0]["data"] for run in (first, second)] == [1, 1]


@test()
def further_sessions_of_a_browser_can_be_turned_away():
    server = harness.shared("--multi-session-interval", "0")
    browser = Browser()
    one, two = open_session("/x", server=server, browser=browser), open_session("/x", server=server, browser=browser)
    held = one.start_connect()
    two.wait_until_held()
    (reply,) = two.connect()
    assert reply["successful"] is False and reply["advice"]["reconnect"] == "none", reply
    assert open_session(server=server).publish("/x", 1)["successful"] is True
    assert one.messages(held.response())[-1]["successful"] is True


@test()
def the_older_of_two_connects_of_a_session_gets_status_500():
    for options, status in (((), 500), (("--duplicate-meta-connect-http-response-code", "408"), 408)):
        server = harness.shared(*options)
        session, publisher = open_session("/dup", server=server), open_session(server=server)
        # Which of the two arrives first is not known; that one ends.
        runs = [session.start_connect(), session.start_connect()]
        harness.eventually(lambda: not all(run.is_going_on for run in runs))
        ended, held = sorted(runs, key=lambda run: run.is_going_on)
        response = ended.response()
        assert response.status == status and response.body == b"", response
        assert held.is_going_on
        assert publisher.publish("/dup", 1)["successful"] is True
        assert [m["channel"] for m in session.messages(held.response())] == ["/dup", "/meta/connect"]


@test()
def a_broken_connection_of_a_held_connect_leaves_the_session_alone():
    browser = Browser()
    session, other = open_session("/broken", browser=browser), open_session(browser=browser)
    connect = session.start_connect()
    other.wait_until_held()
    connect.kill()
    assert open_session().publish("/broken", 1)["successful"] is True
    messages = session.connect()
    assert [m.get("data") for m in messages] == [1, None], messages


@test()
def a_session_without_connect_expires():
    server = harness.shared("--max-interval", "300")
    session = open_session(server=server)
    alive = open_session(server=server)

    # Each message postpones the end by the time since the one before: they must be rarer than maxInterval.
    def is_unknown():
        return session.publish("/a", 1).get("error") == "402::Unknown client"

    def reconnects_and_sees_the_others_end():
        assert alive.connect(advice={"timeout": 1500})[-1]["successful"] is True
        return is_unknown()

    harness.eventually(reconnects_and_sees_the_others_end)
    (reply,) = session.connect()
    assert reply["successful"] is False and reply["advice"] == {"reconnect": "handshake", "interval": 0}, reply
    session.open()
    assert session.publish("/a", 1)["successful"] is True


@test()
def sigterm_answers_the_held_connects():
    with harness.server() as server:
        browser = Browser()
        session, other = (open_session(server=server, browser=browser) for _ in range(2))
        connect = session.start_connect()
        other.wait_until_held()
        server.terminate()
        (reply,) = session.messages(connect.response())
        assert reply["channel"] == "/meta/connect" and "reconnect" in reply["advice"], reply
        assert server.wait() == 0


# JSONP


def jsonp(messages, callback="cb", browser=None, parameter="jsonp"):
    query = urllib.parse.urlencode({parameter: callback, "message": json.dumps(messages)})
    return curl(*(browser.arguments if browser else []), f"{harness.shared().address}?{query}")


@test()
def callback_polling_delivers_with_the_connects():
    session = open_session("/jsonp", transport="callback")
    response = session.start(session.message("/jsonp", data="one")).response()
    (reply,) = session.messages(response)
    assert reply["successful"] is True and "data" not in reply, reply
    assert response.header("content-type").replace(" ", "").lower() == "text/javascript;charset=utf-8"
    assert response.header("x-content-type-options") == "nosniff"
    delivery, reply = session.connect()
    assert delivery == {"channel": "/jsonp", "data": "one"} and reply["successful"] is True, (delivery, reply)
    connect = session.start_connect()
    assert open_session().publish("/jsonp", "two")["successful"] is True
    assert session.messages(connect.response())[0] == {"channel": "/jsonp", "data": "two"}


@test()
def line_separators_are_escaped_in_jsonp():
    session = open_session("/jsonp", transport="callback")
    assert open_session().publish("/jsonp", "a\u2028b\u2029c")["successful"] is True
    body = session.start_connect().response().body
    assert b"a\\u2028b\\u2029c" in body.replace(b"\\U", b"\\u"), body


@test()
def bad_callback_names_are_refused():
    for callback in ("", "a" * 65, "alert(1)//", "a;b", "<script>", "a b", "a\n", "ä", "a%00"):
        response = jsonp([HANDSHAKE], callback)
        assert response.status == 400, (callback, response)
        assert not callback or callback.encode() not in response.body, (callback, response)
    assert jsonp([HANDSHAKE], "a" * 64).status == 200
    assert jsonp([HANDSHAKE], "A.b_c-9").body.startswith(b"A.b_c-9([")
    assert jsonp([HANDSHAKE], parameter="callback").status == 400


@test()
def several_message_parameters_are_one_request():
    session = open_session("/jsonp", transport="callback")
    messages = [("message", json.dumps([session.message("/jsonp", data=number)])) for number in (1, 2)]
    query = urllib.parse.urlencode([("jsonp", "my.callback_1"), *messages])
    response = curl(*session.browser.arguments, f"{session.url}?{query}")
    assert [m["successful"] for m in session.messages(response)] == [True, True]
    assert [m.get("data") for m in session.connect()] == [1, 2, None]


@test()
def bad_jsonp_requests_are_refused():
    address = harness.shared().address
    assert curl(f"{address}?jsonp=cb").status == 400
    assert curl(f"{address}?jsonp=cb&message=").status == 400
    assert curl(f"{address}?jsonp=cb&message=%5B%7B").status == 400
    assert curl(f"{address}?jsonp=cb&message=%FF").status == 400
    assert curl(f"{address}?jsonp=cb&message=%ZZ").status == 400


@test()
def sessions_stay_with_the_http_transport_that_made_them():
    session = open_session(transport="callback")
    message = session.message("/a", data=1)
    (reply,) = post(session.url, [message], *session.browser.arguments).messages
    assert reply["successful"] is False and reply["error"] == "402::Unknown client", reply
    session = open_session()
    session.transport = "callback"
    reply = session.publish("/a", 1)
    assert reply["successful"] is False and reply["error"] == "402::Unknown client", reply
