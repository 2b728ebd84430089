"""Bytes over HTTP that no good client sends: each gets an error status or a closed connection, and harms no other."""

import json
import time

import harness
from raw_http import HANDSHAKE, Connection, Session, exchange, post
from witness import hostile

REQUEST_TIMEOUT = ("--request-timeout", "1s")


def statuses(server, data, count=1):
    with Connection(server.port) as connection:
        connection.send(data)
        return [connection.response().status for _ in range(count)]


def is_refused(server, data, *allowed):
    """The bytes are answered with one of the `allowed` statuses, or the connection is closed without an answer."""
    with Connection(server.port) as connection:
        connection.send(data)
        try:
            response = connection.response()
        except (EOFError, ConnectionResetError):
            return
        assert response.status in allowed, f"{data[:200]!r}: {response}"


@hostile()
def bodies_that_are_no_messages_get_status_400(server):
    for body in (
        "", " ", "[]", "{", "[", "[{]", "[{}", '{"channel"}', "[,]", "[{},]", "true", "5", '"text"', "nul", "[{}]x",
        "[{}][{}]", '{"channel":"/a",}', "{'channel':'/a'}", "[{channel:1}]", "[NaN]", "[01]", "[1.]", "[+1]", "[.5]",
        "[1e]", '["\\x"]', '["\\u12"]', '["abc', "// c\n[{}]", "[{}]\0", "\ufeff[{}]", "<xml/>", "\0\0\0\0", "}",
    ):  # fmt: skip
        response = exchange(server.port, body)
        assert response.status == 400, (body, response)


@hostile()
def the_body_null_is_answered_with_nothing(server):
    response = exchange(server.port, "null")
    assert response.status == 200 and response.body == b"", response


@hostile()
def text_that_is_not_unicode_gets_status_400(server):
    with Session(server.port).open("/u") as session:
        frame = '[{"channel":"/u","clientId":"%s","data":"' % session.client_id
        for data in (
            b"\xff", b"\xc0\xaf", b"\xc3", b"\xe2\x82", b"\xed\xa0\x80", b"\xf5\x80\x80\x80", b"\xf0\x8f\xbf\xbf",
            b"\x80",
            rb"\ud800", rb"\udc00", rb"\ud800x", rb"\ud800\u0041", rb"\udc00\ud800", b"\n", b"\0", b"\x1f", b"\t",
        ):  # fmt: skip
            body = frame.encode() + data + b'"}]'
            session.post(body)
            response = session.line("other").response()
            assert response.status == 400, (data, response)
        assert session.is_alive()


@hostile()
def nesting_is_limited(server):
    with Session(server.port).open("/deep") as session:

        def body(depth, opening="[", closing="]"):
            data = opening * depth + closing * depth
            return '[{"channel":"/deep","clientId":"%s","data":%s}]' % (session.client_id, data)

        # The array of messages and the message are levels, too.
        for depth, status in ((62, 200), (64, 400), (100, 400), (100_000, 400)):
            session.post(body(depth))
            response = session.line("other").response()
            assert response.status == status, (depth, response.status)
        session.post(body(200, '{"a":', "1}").replace(":1}", ":1", 1))
        assert session.line("other").response().status == 400
        for text in ("[" * 500_000, '[{"a":' * 100_000, "{" * 500_000):
            assert exchange(server.port, text).status == 400
        assert session.is_alive()


@hostile()
def numbers_leave_as_they_came(server):
    data = '[12345678901234567890123,1e400,-0,1.0,1E+2,0.1000,-1e-400,9223372036854775808,%s]' % ("9" * 5000)
    with Session(server.port).open("/numbers") as session:
        session.post('[{"channel":"/numbers","clientId":"%s","data":%s}]' % (session.client_id, data))
        body = session.line("other").response().body.decode()
        assert data in body, body[:500]


@hostile()
def a_body_that_is_too_large_gets_status_413(server):
    with Session(server.port).open("/big") as session:
        session.post([session.message("/big", data="x" * 1_048_576)])
        assert session.line("other").response().status == 413
    data = b"x" * 2_000_000
    chunked = b"POST /cometd HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"
    assert statuses(server, chunked + b"%x\r\n" % len(data) + data + b"\r\n0\r\n\r\n") == [413]
    # The claim alone is enough; the body need not come.
    assert statuses(server, b"POST /cometd HTTP/1.1\r\nHost: a\r\nContent-Length: 1099511627776\r\n\r\n") == [413]


@hostile("--max-message-size", "1000")
def the_limit_of_bodies_is_an_option(server):
    assert exchange(server.port, json.dumps([HANDSHAKE]).ljust(1000)).status == 200
    assert exchange(server.port, json.dumps([HANDSHAKE]).ljust(1001)).status == 413


@hostile()
def an_unknown_charset_gets_status_415(server):
    body = json.dumps([HANDSHAKE])
    assert exchange(server.port, body, content_type="application/json;charset=klingon").status == 415
    for content_type in ("application/json", 'application/json; charset="utf-8"', "text/plain", "", "nonsense;;=;"):
        assert exchange(server.port, body, content_type=content_type).status == 200, content_type


@hostile()
def latin_1_is_decoded(server):
    with Session(server.port).open("/latin") as session:
        body = json.dumps([session.message("/latin", data="héß")], ensure_ascii=False).encode("latin-1")
        cookie = [f"Cookie: {session.cookie}"]
        response = exchange(server.port, body, headers=cookie, content_type="application/json;charset=ISO-8859-1")
        assert response.messages[0].get("data") == "héß", response


@hostile()
def bad_framing_gets_status_400(server):
    body = json.dumps([HANDSHAKE]).encode()
    size = b"Content-Length: %d\r\n" % len(body)
    head = b"POST /cometd HTTP/1.1\r\nHost: a\r\n"
    chunks = b"Transfer-Encoding: chunked\r\n"
    in_chunks = b"%x\r\n%s\r\n0\r\n\r\n" % (len(body), body)
    for request in (
        head + chunks + size + b"\r\n" + in_chunks,
        head + size + chunks + b"\r\n" + in_chunks,
        head + size + b"Content-Length: 5\r\n\r\n" + body,
        head + b"Content-Length: -1\r\n\r\n" + body,
        head + b"Content-Length: x\r\n\r\n" + body,
        head + b"Content-Length: 99999999999999999999999\r\n\r\n" + body,
        head + b"Transfer-Encoding: chunked, gzip\r\n\r\n" + in_chunks,
        head + chunks + b"\r\nxyz\r\n",
        head + chunks + b"\r\nffffffffffffffffffff\r\n",
        head + b"Bad Header: x\r\n" + size + b"\r\n" + body,
        head + b": x\r\n" + size + b"\r\n" + body,
        head + b"X: a\0b\r\n" + size + b"\r\n" + body,
        b"POST /cometd HTTP/1.1\r\n" + size + b"\r\n" + body,
        b"POST /cometd HTTP/9.9\r\nHost: a\r\n" + size + b"\r\n" + body,
    ):
        is_refused(server, request, 400, 413, 501, 505)


@hostile(*REQUEST_TIMEOUT)
def bytes_that_are_not_http_get_no_good_answer(server):
    for data in (
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + b"\0" * 200,
        b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
        b"hello\r\n\r\n",
        b"\r\n" * 5000 + b"x\r\n\r\n",
        b"POST\r\n\r\n",
        b"POST /cometd\r\n\r\n",
        b"\0" * 5000,
        b"\xff" * 20_000,
        b'[{"channel":"/meta/handshake"}]\r\n\r\n',
    ):
        is_refused(server, data, 400, 405, 408, 414, 431, 501, 505)


@hostile()
def large_heads_get_status_431_or_414(server):
    head = b"POST /cometd HTTP/1.1\r\nHost: a\r\n"
    many = b"".join(b"X%d: y\r\n" % number for number in range(2000)) + b"Z: z"
    for field in (b"X: " + b"y" * 9000, b"y" * 9000 + b": x", many):
        assert statuses(server, head + field + b"\r\nContent-Length: 0\r\n\r\n") == [431], field[:20]
    is_refused(server, head + b"X: " + b"y" * 5_000_000, 431)
    long_path = b"POST /cometd/" + b"a" * 100_000 + b" HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n"
    is_refused(server, long_path, 414, 431)
    assert exchange(server.port, [HANDSHAKE], headers=["X: " + "y" * 6000]).status == 200


@hostile()
def strange_paths_and_targets_are_harmless(server):
    for target in ("/", "/cometd2", "/../cometd", "/cometd/../../etc/passwd", "/%", "/%00", "/cometd%2f", "*", "x"):
        request = f"POST {target} HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\n{{}}".encode()
        is_refused(server, request, 200, 400, 404)
    for cookie in ("", "=", ";;;", "BAYEUX_BROWSER", "BAYEUX_BROWSER=", "a=b; " * 500, 'BAYEUX_BROWSER="'):
        response = exchange(server.port, [HANDSHAKE], headers=[f"Cookie: {cookie}"])
        assert response.status == 200 and response.cookie(), (cookie, response)


@hostile(*REQUEST_TIMEOUT)
def requests_that_never_end_get_status_408(server):
    body = json.dumps([HANDSHAKE])
    half = post(body)[: -len(body) // 2]
    chunks = b"POST /cometd HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n[{\r\n"
    for data in (b"POST /cometd HTTP/1.1\r\nHost:", b"POST", half, chunks, chunks + b"5\r\n}"):
        with Connection(server.port) as connection:
            connection.send(data)
            started = time.monotonic()
            response = connection.response()
            assert response.status == 408, (data, response)
            assert 0.9 < time.monotonic() - started < 5, (data, time.monotonic() - started)
            assert connection.is_closed_by_server()


@hostile(*REQUEST_TIMEOUT)
def requests_that_come_drop_by_drop_do_not_stretch_the_time(server):
    data = post(json.dumps([HANDSHAKE]).ljust(100_000))
    for request in (data, b"POST /cometd HTTP/1.1\r\nX: " + b"y" * 1000):
        with Connection(server.port, limit=0.1) as connection:
            started = time.monotonic()
            for byte in request:
                connection.send(bytes([byte]))
                try:
                    response = connection.response()
                    break
                except TimeoutError:
                    assert time.monotonic() - started < 6, "the server is still waiting for the request"
                except (EOFError, ConnectionResetError):
                    response = None
                    break
            assert response is None or response.status == 408, response


@hostile(*REQUEST_TIMEOUT)
def a_request_timeout_does_not_touch_held_connects(server):
    with Session(server.port).open() as session:
        started = time.monotonic()
        assert session.connect(advice={"timeout": 2500})[-1]["successful"] is True
        assert time.monotonic() - started > 2.4


@hostile()
def connections_that_break_off_are_harmless(server):
    with Session(server.port).open("/gone") as session:
        for number in range(50):
            with Connection(server.port) as connection:
                connection.send(post([session.message("/gone", data=number)])[: number * 5])
        session.start_connect()
        session.line("connect").close()
        del session._lines["connect"]
        harness.eventually(session.is_alive)


@hostile()
def no_answer_tells_what_the_server_is_made_of(server):
    head = b"POST /cometd HTTP/1.1\r\nHost: a\r\n"
    for data in (
        post([HANDSHAKE]),
        post("{"),
        post("[{}]", content_type="a/b;charset=klingon"),
        head + b"Content-Length: 99999999\r\n\r\n",
        head + b"Content-Length: x\r\n\r\n",
        head + b"X: " + b"y" * 9000 + b"\r\n\r\n",
        b"DELETE /cometd HTTP/1.1\r\nHost: a\r\n\r\n",
        b"GET /cometd?jsonp=%3Cscript%3E&message=%5B%5D HTTP/1.1\r\nHost: a\r\n\r\n",
        b"GET /no/such/place HTTP/1.1\r\nHost: a\r\n\r\n",
        b"nonsense\r\n\r\n",
    ):
        with Connection(server.port) as connection:
            connection.send(data)
            response = connection.response()
        text = (str(response.headers) + response.body.decode()).lower()
        told = [word for word in ("swift", "nio", "hummingbird", "exception", "error:", "<script") if word in text]
        assert not told and response.header("server") is None, (data[:100], response.headers, response.body)
        if response.status != 404:
            assert response.header("x-content-type-options") == "nosniff", (data[:100], response, response.headers)


@hostile()
def pipelined_requests_are_answered_in_order(server):
    with Session(server.port).open("/pipe") as session, Connection(server.port) as connection:
        cookie = [f"Cookie: {session.cookie}"]
        ids = [str(number) for number in range(20)]
        requests = [post([session.message("/pipe", data=n) | {"id": n}], headers=cookie) for n in ids]
        connection.send(b"".join(requests))
        seen = []
        for _ in ids:
            seen += connection.response().messages
        assert [m["id"] for m in seen if "id" in m] == ids, seen
        assert [m["data"] for m in seen if "data" in m] == ids, seen


@hostile()
def a_request_behind_a_held_connect_is_answered_after_it(server):
    with Session(server.port).open() as session, Connection(server.port) as connection:
        cookie = [f"Cookie: {session.cookie}"]
        connect = session.message("/meta/connect", connectionType="long-polling", advice={"timeout": 300})
        publish = session.message("/later", data=1)
        connection.send(post([connect], headers=cookie) + post([publish], headers=cookie))
        for message in (connect, publish):
            assert [m["id"] for m in connection.response().messages] == [message["id"]]


@hostile()
def a_good_request_before_a_bad_one_is_answered(server):
    with Connection(server.port) as connection:
        connection.send(post([HANDSHAKE]) + b"nonsense\r\n\r\n")
        assert connection.response().messages[0]["successful"] is True
        assert b"clientId" not in connection.rest()


@hostile()
def chunked_bodies_are_accepted(server):
    body = json.dumps([HANDSHAKE]).encode()
    chunks = b"".join(b"%x;x=y\r\n%c\r\n" % (1, byte) for byte in body)
    request = b"POST /cometd HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n" + chunks + b"0\r\nX: y\r\n\r\n"
    assert statuses(server, request * 2, 2) == [200, 200]


@hostile()
def a_connection_is_closed_when_its_client_wants_that(server):
    with Connection(server.port) as connection:
        connection.send(post([HANDSHAKE], headers=["Connection: close"]))
        assert connection.response().status == 200
        assert connection.is_closed_by_server()
    with Connection(server.port) as connection:
        connection.send(post([HANDSHAKE]).replace(b"HTTP/1.1", b"HTTP/1.0", 1))
        assert connection.response().status == 200
        assert connection.is_closed_by_server()


@hostile()
def a_held_connect_is_silent_until_its_end(server):
    with Session(server.port).open() as session:
        session.start_connect(advice={"timeout": 500})
        line = session.line("connect")
        line.socket.settimeout(0.3)
        assert not line.is_closed_by_server() and not line._buffer, line._buffer
        line.socket.settimeout(10)
        assert session.end_connect()[-1]["successful"] is True
