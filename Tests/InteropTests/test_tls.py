"""TLS and HTTP/2: curl over both versions of HTTP, aiocometd over wss, certificates that are renewed on SIGHUP."""

import json
import os
import shutil
import signal
import socket
import ssl
import subprocess
import tempfile

import harness
from curl import Browser, CurlSession, Run, curl, post
from raw_http import HANDSHAKE
from runner import test
from test_aiocometd import connected, next_message, on_each_transport


class Identity:
    """A new self-signed certificate and its key."""

    def __init__(self, name):
        self.folder = tempfile.mkdtemp(prefix="interop-tls-")
        self.certificate = os.path.join(self.folder, "chain.pem")
        self.key = os.path.join(self.folder, "key.pem")
        subprocess.run(
            ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"]
            + ["-days", "2", "-subj", f"/CN={name}", "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1"]
            + ["-keyout", self.key, "-out", self.certificate],
            check=True,
            capture_output=True,
            env=harness.environment(),
        )

    @property
    def options(self):
        return ["--tls-certificate", self.certificate, "--tls-key", self.key]

    def take(self, other):
        """Takes the certificate and the key of another."""
        shutil.copy(other.certificate, self.certificate)
        shutil.copy(other.key, self.key)


FIRST, SECOND = Identity("first"), Identity("second")
VERSIONS = {"--http1.1": "1.1", "--http2": "2"}


def shared():
    return harness.shared(*FIRST.options)


def session(server, version, *channels, identity=FIRST, **how):
    """A session over one version of HTTP."""
    browser = Browser()
    for arguments in (browser.arguments, browser.writing_arguments):
        arguments += [version, "--cacert", identity.certificate]
    return CurlSession(server.named_address, browser=browser, **how).open(*channels)


def on_each_version(function):
    """Marks a function of a version as one test for each of them."""
    for version in VERSIONS:

        def run(version=version):
            function(version)

        run.__name__ = f"{function.__name__}_over_http_{VERSIONS[version].replace('.', '_')}"
        run.__module__ = __name__
        # The runner asks for functions without parameters.
        test()(run)
    return function


def text(server, version, path="/health", identity=FIRST):
    url = server.named_address.replace("/cometd", path)
    write_out = ["--write-out", " %{http_version}"]
    return curl(version, "--cacert", identity.certificate, *write_out, url).body.decode()


@on_each_version
def the_client_gets_the_version_that_it_asks_for(version):
    assert text(shared(), version) == f"ok {VERSIONS[version]}"


@on_each_version
def the_start_page_is_served(version):
    page = text(shared(), version, "/")
    assert page.startswith("<!DOCTYPE html>") or page.startswith("<!doctype html>"), page[:100]


@on_each_version
def a_session_lives_and_ends(version):
    one = session(shared(), version, "/a/b")
    assert one.publish("/a/b", {"text": "héllo"})["successful"] is True
    assert one.reply("/meta/unsubscribe", subscription="/a/b")["successful"] is True
    assert one.reply("/meta/disconnect")["successful"] is True
    assert one.connect()[0]["error"] == "402::Unknown client"


@on_each_version
def a_held_connect_is_answered_with_a_delivery(version):
    listener, publisher = session(shared(), version, "/news"), session(shared(), version)
    connect = listener.start_connect()
    assert publisher.publish("/news", [1, 2])["successful"] is True
    delivery, reply = listener.messages(connect.response())
    assert delivery == {"channel": "/news", "data": [1, 2]}, delivery
    assert reply["channel"] == "/meta/connect" and reply["successful"] is True, reply


@on_each_version
def callback_polling_calls_the_function(version):
    one = session(shared(), version, "/c", transport="callback")
    messages = one.ask(one.message("/c", data=1)) + one.connect()
    assert {"channel": "/c", "data": 1} in messages, messages


@on_each_version
def large_and_bad_bodies_are_refused(version):
    arguments = [version, "--cacert", FIRST.certificate]
    assert post(shared().named_address, "[{", *arguments).status == 400
    with tempfile.NamedTemporaryFile() as file:
        file.write(b" " * (2 << 20))
        file.flush()
        response = curl(*arguments, "--data-binary", f"@{file.name}", shared().named_address)
    assert response.status == 413, response


@on_each_version
def a_server_that_stops_answers_the_connects_that_are_held(version):
    with harness.server(*FIRST.options, "--http2-max-sessions-per-browser", "1") as server:
        one = session(server, version)
        connect = one.start_connect()
        CurlSession(one.url, browser=one.browser).open().wait_until_held()
        server.stop()
        (reply,) = one.messages(connect.response())
        assert reply["successful"] is True and reply["advice"]["reconnect"] == "retry", reply


@test()
def without_tls_nothing_is_answered():
    url = shared().named_address.replace("https", "http")
    run = Run("--http1.1", url)
    try:
        run.response()
    except AssertionError as error:
        assert str(error).startswith("curl: "), error
    else:
        raise AssertionError("a plaintext request was answered")


@on_each_transport(20)
async def aiocometd_publishes_both_ways_with_tls(transport):
    context = ssl.create_default_context(cafile=FIRST.certificate)
    url = shared().named_address
    async with connected(url, transport, "/t/a", ssl=context) as one:
        async with connected(url, transport, "/t/b", ssl=context) as two:
            await one.publish("/t/b", "hello €")
            assert await next_message(two) == ("/t/b", "hello €")
            await two.publish("/t/a", "x" * 40000)
            assert await next_message(one) == ("/t/a", "x" * 40000)


# The certificate's renewal.


def served_certificate(server):
    """The certificate that a new connection gets."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    with socket.create_connection(("127.0.0.1", server.port), timeout=5) as plain:
        with context.wrap_socket(plain, server_hostname="localhost") as encrypted:
            return ssl.DER_cert_to_PEM_cert(encrypted.getpeercert(True))


def pem(identity):
    with open(identity.certificate, encoding="ascii") as file:
        return file.read()


@test(20)
def a_certificate_is_renewed_while_connects_are_held():
    current = Identity("current")
    with harness.server(*current.options, "--http2-max-sessions-per-browser", "1") as server:
        listener = session(server, "--http2", "/kept", identity=current)
        other = CurlSession(server.named_address, browser=listener.browser).open()
        connect = listener.start_connect()
        # Curl must have read the old certificate, and be connected.
        other.wait_until_held()
        old = pem(current)
        assert served_certificate(server) == old
        current.take(SECOND)
        server.process.send_signal(signal.SIGHUP)

        def new_connections_get_the_new_certificate():
            return served_certificate(server) == pem(SECOND)

        harness.eventually(new_connections_get_the_new_certificate)
        assert old != pem(SECOND) and connect.is_going_on
        assert session(server, "--http2", identity=SECOND).publish("/kept", 1)["successful"] is True
        assert listener.messages(connect.response())[0] == {"channel": "/kept", "data": 1}


@test(20)
def bad_files_leave_the_old_certificate_in_use():
    current = Identity("current")
    with harness.server(*current.options) as server:
        old = pem(current)
        with open(current.certificate, "w", encoding="ascii") as file:
            file.write("nonsense")
        server.process.send_signal(signal.SIGHUP)

        def the_log_tells():
            return "the old one stays in use" in server.tail(200)

        harness.eventually(the_log_tells)
        assert server.is_running and served_certificate(server) == old
        server.stop()


def refusal(*options):
    """The exit status and the output of a server that does not start."""
    run = subprocess.run(
        [harness.binary, "serve", "--port", "0", *options],
        capture_output=True,
        text=True,
        timeout=10,
        env=harness.environment(),
        check=False,
    )
    return run.returncode, run.stderr.strip()


@test()
def options_that_do_not_go_together_are_told():
    for options, told in (
        (["--tls-certificate", FIRST.certificate], "--tls-certificate needs --tls-key"),
        (["--tls-key", FIRST.key], "--tls-key needs --tls-certificate"),
        (["--tls-client-ca", FIRST.certificate], "--tls-client-ca needs --tls-certificate"),
        (["--tls-certificate", "/no/where", "--tls-key", FIRST.key], "'/no/where'"),
        (["--tls-certificate", FIRST.certificate, "--tls-key", "/no/where"], "'/no/where'"),
        (["--tls-certificate", FIRST.certificate, "--tls-key", SECOND.key], "is not that of the certificate"),
    ):
        status, output = refusal(*options)
        assert status == 64 and output.startswith("error: ") and told in output, (status, output)
        assert "\n" not in output, output


@test()
def http_2_can_be_turned_off():
    with harness.server(*FIRST.options, "--http2", "false") as server:
        assert text(server, "--http2") == "ok 1.1"


# Clients' certificates.


@test()
def a_client_is_asked_for_its_certificate():
    client, other = Identity("client"), Identity("other")
    asked = [*FIRST.options, "--tls-client-ca", client.certificate]
    for options, without in ((asked, True), ([*asked, "--tls-require-client-certificate"], False)):
        with harness.server(*options) as server:

            def is_served(identity):
                shown = ["--cert", identity.certificate, "--key", identity.key] if identity else []
                body = ["--data-binary", json.dumps([HANDSHAKE])]
                run = Run("--cacert", FIRST.certificate, *shown, *body, server.named_address)
                try:
                    return run.response().messages[0]["successful"]
                except AssertionError:
                    return False

            assert is_served(client) is True
            assert is_served(other) is False
            assert is_served(None) is without
