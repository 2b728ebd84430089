"""The web site of `cometd serve --demo`, and the services that its pages talk to, over real sockets."""

import gzip
import os
import tempfile

import harness
from curl import curl
from runner import test
from test_commands import fail
from test_examples import Client
from test_init import ROOT


def origin():
    return harness.shared().address.removesuffix("/cometd")


def ask(path, *arguments):
    return curl("--path-as-is", *arguments, origin() + path)


def header(response, name):
    return dict(response.headers).get(name)


@test()
def the_site_has_pages_and_scripts():
    for path, file, kind in (
        ("/", "demos/index.html", "text/html"),
        ("/demos/", "demos/index.html", "text/html"),
        ("/js/cometd/cometd.js", "dist/cometd/cometd.js", "text/javascript"),
        ("/js/esm/cometd.js", "dist/esm/cometd.js", "text/javascript"),
    ):
        response = ask(path)
        assert response.status == 200 and header(response, "content-type").startswith(kind), (path, response.status)
        assert "default-src 'none'" in header(response, "content-security-policy")
        assert header(response, "x-content-type-options") == "nosniff"
        with open(os.path.join(ROOT, "Web", file), "rb") as on_disk:
            assert response.body == on_disk.read(), f"{path}: build again"
    configuration = ask("/demos/configuration.js")
    assert configuration.body == b'window.cometdDemo = {"path":"/cometd"};\n', configuration.body
    assert ask("/health").body == b"ok"


@test()
def scripts_are_compressed_and_not_sent_twice():
    plain = ask("/js/cometd/cometd.js")
    zipped = ask("/js/cometd/cometd.js", "--header", "Accept-Encoding: gzip")
    assert header(zipped, "content-encoding") == "gzip" and gzip.decompress(zipped.body) == plain.body
    for known in (plain, zipped):
        again = ask("/js/cometd/cometd.js", "--header", f"If-None-Match: {header(known, 'etag')}")
        assert again.status == 304 and again.body == b"", again.status


@test()
def nothing_leads_out_of_the_site():
    for path in (
        "/demos/../../etc/passwd",
        "/demos/%2e%2e/%2e%2e/etc/passwd",
        "/js/vendor/dojo/../../../../etc/passwd",
        "/js/vendor/dojo/%2e%2e/%2e%2e/%2e%2e/etc/passwd",
        "/js/vendor/dojo/..%2f..%2f..%2fetc/passwd",
        "/js/vendor/",
        "/js/vendor/other.js",
        "/js/",
    ):
        assert ask(path).status == 404, path


@test()
def libraries_come_from_a_folder_or_the_public_network():
    with tempfile.TemporaryDirectory(prefix="interop-libraries-") as folder:
        os.makedirs(os.path.join(folder, "jquery"))
        with open(os.path.join(folder, "jquery", "jquery.js"), "w", encoding="utf-8") as file:
            file.write("// jQuery")
        with harness.server("--demo-libraries", folder) as one:
            place = one.address.removesuffix("/cometd")
            assert curl(f"{place}/js/vendor/jquery.js").body == b"// jQuery"
            other = curl(f"{place}/js/vendor/angular.js")
            assert other.status == 307 and "angular@1.8.3/" in header(other, "location"), other.headers
            policy = header(curl(f"{place}/"), "content-security-policy")
            assert "angular@1.8.3/" in policy and "jquery" not in policy, policy
        missing = os.path.join(folder, "missing")
        words = fail(64, "serve", "--demo", "--port", "0", "--demo-libraries", missing)
        assert words == f"--demo-libraries: there is no folder '{missing}'", words
    assert "need a --path other than" in fail(64, "serve", "--demo", "--path", "/js")


@test()
def a_chat_tells_who_is_there_and_what_is_said():
    ada = Client(harness.shared()).open("/chat/interop", "/members/interop")
    bob = Client(harness.shared()).open("/chat/interop", "/members/interop")
    room = "/chat/interop"
    assert ada.publish("/service/members", {"user": "ada", "room": room})["successful"] is True
    assert ada.receive("/members/interop") == ["ada"]
    assert bob.publish("/service/members", {"user": "ada", "room": room})["successful"] is True
    assert bob.receive("/service/members") == {"error": "name_taken"}
    assert bob.publish(room, {"user": "ada", "chat": "hello"})["error"].startswith("403:not_a_member:")
    assert bob.publish("/service/members", {"user": "bob", "room": room})["successful"] is True
    while ada.receive("/members/interop") != ["ada", "bob"]:
        pass
    assert ada.publish(room, {"user": "ada", "chat": "damn, <b>hello</b>"})["successful"] is True
    while (line := bob.receive(room)).get("membership"):
        pass
    assert line == {"user": "ada", "chat": "****, <b>hello</b>"}, line
    assert ada.reply("/meta/disconnect")["successful"] is True
    while bob.receive("/members/interop") != ["bob"]:
        pass
    assert bob.reply("/meta/disconnect")["successful"] is True


@test()
def prices_and_numbers_come_while_somebody_listens():
    client = Client(harness.shared()).open("/stock/*", "/demo/counter")
    first, second = (client.receive("/demo/counter")["count"] for _ in range(2))
    assert second == first + 1
    stocks = [m for m in client.inbox if m["channel"].startswith("/stock/")]
    while not stocks:
        client.receive("/demo/counter")
        stocks = [m for m in client.inbox if m["channel"].startswith("/stock/")]
    assert set(stocks[0]["data"]) == {"symbol", "name", "price", "change", "time"}, stocks[0]
    assert client.call("rpc/time")[1]["time"] > 1_600_000_000_000
    assert client.reply("/meta/disconnect")["successful"] is True
