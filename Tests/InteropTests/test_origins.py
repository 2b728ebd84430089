"""Pages of other origins, as curl asks in their name."""

import json
import urllib.parse

import harness
from curl import CurlSession, curl, post
from raw_http import HANDSHAKE, Connection
from raw_websocket import WebSocketSession, upgrade
from runner import test

ALLOWED = "https://example.com,http://*.example.org:8080"
PREFLIGHT = ["--request", "OPTIONS", "--header", "Access-Control-Request-Method: POST"]


def origin(text):
    return ["--header", f"Origin: {text}"]


def strict():
    return harness.shared()


def open_to_some():
    return harness.shared("--allowed-origins", ALLOWED)


def cors(response):
    return {name: value for name, value in response.headers if name.startswith("access-control-") or name == "vary"}


@test()
def a_page_of_another_origin_is_refused():
    for server in (strict(), open_to_some()):
        for text in ("http://evil.example", "null", f"http://127.0.0.1:{server.port + 1}", "https://example.com.evil.example"):
            response = post(server.address, [HANDSHAKE], *origin(text))
            assert response.status == 403 and not response.header("set-cookie"), (text, response)
            assert cors(response) == {}, response.headers
            assert curl(*PREFLIGHT, *origin(text), server.address).status == 403, text
            with Connection(server.port) as connection:
                response = upgrade(connection, headers=[f"Origin: {text}"])
                assert response.status == 403, (text, response)
                assert connection.is_closed_by_server()


@test()
def a_refused_page_changes_nothing():
    listener, publisher = CurlSession(strict().address).open("/a"), CurlSession(strict().address).open()
    message = publisher.message("/a", data="forged")
    response = post(publisher.url, [message], *publisher.browser.arguments, *origin("http://evil.example"))
    assert response.status == 403
    assert publisher.publish("/a", "mine")["successful"] is True
    assert [m["data"] for m in listener.connect() if m["channel"] == "/a"] == ["mine"]


@test()
def a_page_of_the_servers_own_is_served():
    server = strict()
    for text in (f"http://127.0.0.1:{server.port}", f"https://127.0.0.1:{server.port}"):
        response = post(server.address, [HANDSHAKE], *origin(text))
        assert response.messages[0]["successful"] is True
        assert cors(response) == {}, response.headers
    named = post(server.named_address, [HANDSHAKE], *origin(f"http://localhost:{server.port}"))
    assert named.messages[0]["successful"] is True
    with WebSocketSession(server.port, headers=["Origin: http://127.0.0.1"]).open() as session:
        assert session.publish("/a", 1)["successful"] is True


@test()
def an_allowed_page_is_served_and_may_read_the_answer():
    server = open_to_some()
    for text in ("https://example.com", "http://a.b.example.org:8080"):
        expected = {
            "access-control-allow-origin": text,
            "access-control-allow-credentials": "true",
            "vary": "Origin",
        }
        response = post(server.address, [HANDSHAKE], *origin(text))
        assert response.messages[0]["successful"] is True
        assert cors(response) == expected, response.headers
        assert cors(post(server.address, "{", *origin(text))) == expected
        with WebSocketSession(server.port, headers=[f"Origin: {text}"]).open() as session:
            assert session.publish("/a", 1)["successful"] is True
        response = curl(
            *PREFLIGHT, *origin(text), "--header", "Access-Control-Request-Headers: content-type,x-mine", server.address
        )
        assert response.status == 200, response
        assert cors(response) == {
            **expected,
            "access-control-allow-methods": "GET, POST, OPTIONS",
            "access-control-allow-headers": "content-type, x-mine",
            "access-control-max-age": "3600",
        }, response.headers


@test()
def every_page_may_be_allowed():
    server = harness.shared("--allowed-origins", "*")
    for text in ("http://evil.example", "null"):
        response = post(server.address, [HANDSHAKE], *origin(text))
        assert response.messages[0]["successful"] is True
        assert cors(response)["access-control-allow-origin"] == text


@test()
def options_without_an_origin_is_answered_as_ever():
    response = curl("--request", "OPTIONS", strict().address)
    assert response.status == 200 and cors(response) == {}, response


@test()
def scripts_of_other_pages_are_refused():
    query = urllib.parse.urlencode({"jsonp": "call", "message": json.dumps([HANDSHAKE])})

    def script(server, *headers):
        return curl(*[part for header in headers for part in ("--header", header)], f"{server.address}?{query}").status

    for site in ("cross-site", "same-site"):
        assert script(strict(), f"Sec-Fetch-Site: {site}") == 403
        assert script(strict(), f"Sec-Fetch-Site: {site}", "Referer: https://example.com/") == 403
        assert script(open_to_some(), f"Sec-Fetch-Site: {site}", "Referer: https://example.com/page") == 200
        assert script(open_to_some(), f"Sec-Fetch-Site: {site}", "Referer: https://evil.example/") == 403
        assert script(harness.shared("--allowed-origins", "*"), f"Sec-Fetch-Site: {site}") == 200
    for site in ("same-origin", "none"):
        assert script(strict(), f"Sec-Fetch-Site: {site}") == 200
    assert script(strict()) == 200


@test()
def a_wrong_origin_is_no_option():
    for text in ("example.com", "https://example.com/page", "https://*"):
        try:
            harness.Server("--allowed-origins", text).kill()
        except RuntimeError:
            continue
        raise AssertionError(f"the server takes {text} for an origin")
