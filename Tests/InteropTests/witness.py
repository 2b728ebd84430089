"""The session that must not notice what others do to the server."""

import functools

import harness
from raw_http import Session
from raw_websocket import CLOSE, WebSocketSession
from runner import test

_witnesses = {}


def _close_all():
    for witness in _witnesses.values():
        witness.session.send_frame(CLOSE, b"\x03\xe8")
        witness.session.close_code()
    _witnesses.clear()


harness.before_stop.append(_close_all)


class Witness:
    """A WebSocket session that is open since before the mischief began, with a held connect."""

    def __init__(self, server):
        self.server = server
        self.session = WebSocketSession(server.port).open("/witness")
        self.count = 0

    def check(self):
        self.count += 1
        session = self.session
        # A held connect that was answered in the meantime is sent again, as any client does.
        for reply in [r for r in session.replies if r.get("id") == session.held]:
            assert reply["successful"] is True, f"the witness lost its session: {reply}"
            session.replies.remove(reply)
            session.held = session.hold()
        reply = session.publish("/witness", self.count)
        assert reply["successful"] is True, f"the witness cannot publish: {reply}"
        delivery = session.delivery()
        assert delivery == {"channel": "/witness", "data": self.count}, f"the witness got {delivery}"
        assert not session.deliveries, f"the witness got {session.deliveries}"
        with Session(self.server.port) as fresh:
            fresh.open()
            assert fresh.publish("/news", "hello")["successful"] is True


def hostile(*options, timeout=15):
    """Marks a test that gets a shared server, does bad things to it, and leaves a witness in peace."""

    def mark(function):
        @functools.wraps(function)
        def run():
            server = harness.shared(*options)
            if server.port not in _witnesses:
                _witnesses[server.port] = Witness(server)
            try:
                function(server)
                _witnesses[server.port].check()
            except BaseException:
                _witnesses.pop(server.port, None)
                raise

        test(timeout)(run)
        return run

    return mark
