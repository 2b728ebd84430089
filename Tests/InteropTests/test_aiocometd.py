"""Python's client aiocometd over long-polling and WebSocket.

aiocometd 0.4.5 is of 2019 and hands `loop=` to functions of asyncio that have lost this parameter in Python 3.10; its
modules get an asyncio that drops it. The client drops the cookies of plain IP addresses, so that the server is called
`localhost` here. It takes the interval of an advice for seconds.
"""

import asyncio
import contextlib
import types

import aiocometd
import aiocometd.client
import aiocometd.transports.base
import aiocometd.transports.long_polling
import aiocometd.transports.websocket
import aiocometd.utils
from aiocometd import Client, ConnectionType
from aiocometd.exceptions import ServerError

import harness
import raw_http
from proxy import Proxy
from raw_websocket import WebSocketSession
from runner import test


def _asyncio_without_loop_parameter():
    def without_loop(function):
        def call(*arguments, loop=None, **options):
            return function(*arguments, **options)

        return call

    module = types.ModuleType("asyncio")
    module.__dict__.update(asyncio.__dict__)
    for name in ("wait", "wait_for", "sleep", "Semaphore"):
        setattr(module, name, without_loop(getattr(asyncio, name)))
    return module


_patched = _asyncio_without_loop_parameter()
for _module in (
    aiocometd.client,
    aiocometd.transports.base,
    aiocometd.transports.long_polling,
    aiocometd.transports.websocket,
    aiocometd.utils,
):
    _module.asyncio = _patched

TRANSPORTS = {"long_polling": ConnectionType.LONG_POLLING, "websocket": ConnectionType.WEBSOCKET}


def without_cancellations(loop, context):
    """aiocometd cancels its connect when it closes, and does not expect that this is no `Exception` any more."""
    if not isinstance(context.get("exception"), asyncio.CancelledError):
        loop.default_exception_handler(context)


@contextlib.asynccontextmanager
async def connected(url, transport, *channels, extensions=None, ssl=None):
    """A client that is open, over this transport, with its subscriptions."""
    asyncio.get_running_loop().set_exception_handler(without_cancellations)
    client = Client(url, transport, max_pending_count=0, extensions=extensions, ssl=ssl)
    await asyncio.wait_for(client.open(), 5)
    try:
        assert client.connection_type == transport
        for channel in channels:
            await asyncio.wait_for(client.subscribe(channel), 5)
        yield client
    finally:
        with contextlib.suppress(Exception):
            await asyncio.wait_for(client.close(), 5)


async def next_message(client, limit=5):
    message = await asyncio.wait_for(client.receive(), limit)
    assert "clientId" not in message and "id" not in message, message
    return message["channel"], message["data"]


async def publish_until_received(publisher, receiver, channel):
    """Publishes again and again until something arrives: that is when the receiver is subscribed again."""
    for attempt in range(100):
        with contextlib.suppress(aiocometd.exceptions.AiocometdException):
            await asyncio.wait_for(publisher.publish(channel, {"attempt": attempt}), 5)
        with contextlib.suppress(asyncio.TimeoutError):
            received = await next_message(receiver, 0.2)
            assert received[0] == channel, received
            return
    raise AssertionError(f"nothing arrives on {channel}")


def drain(client):
    while client.has_pending_messages:
        client._incoming_queue.get_nowait()


def on_each_transport(timeout):
    """Makes a test of a coroutine function for each transport."""

    def mark(function):
        for name, transport in TRANSPORTS.items():

            def bind(transport=transport):
                async def run():
                    await function(transport)

                return run

            run = bind()
            run.__name__ = f"{function.__name__}_over_{name}"
            run.__module__ = function.__module__
            test(timeout)(run)
        return function

    return mark


@on_each_transport(20)
async def two_clients_publish_both_ways(transport):
    url = harness.shared().named_address
    async with connected(url, transport, "/talk/a") as one, connected(url, transport, "/talk/b") as two:
        reply = await one.publish("/talk/b", {"text": "hello €"})
        assert reply["successful"] is True and reply["channel"] == "/talk/b", reply
        assert await next_message(two) == ("/talk/b", {"text": "hello €"})
        await two.publish("/talk/a", [1, 2.5, None, True])
        assert await next_message(one) == ("/talk/a", [1, 2.5, None, True])


@on_each_transport(20)
async def wildcards_match_one_segment_or_many(transport):
    url = harness.shared().named_address
    async with connected(url, transport, "/w/*") as single, connected(url, transport, "/w/**") as deep:
        async with connected(url, transport) as publisher:
            for channel in ("/w", "/w/a", "/w/a/b", "/w/end"):
                await publisher.publish(channel, channel)
        assert [(await next_message(single))[1] for _ in range(2)] == ["/w/a", "/w/end"]
        assert [(await next_message(deep))[1] for _ in range(3)] == ["/w/a", "/w/a/b", "/w/end"]


@on_each_transport(20)
async def overlapping_subscriptions_deliver_once(transport):
    url = harness.shared().named_address
    async with connected(url, transport, "/o/x", "/o/*", "/o/**") as client:
        for number in range(3):
            await client.publish("/o/x", number)
        assert [(await next_message(client))[1] for _ in range(3)] == [0, 1, 2]
        assert not client.has_pending_messages


@on_each_transport(20)
async def service_echo_comes_back(transport):
    async with connected(harness.shared().named_address, transport) as client:
        await client.publish("/service/echo", {"x": 1})
        assert await next_message(client) == ("/service/echo", {"x": 1})


@on_each_transport(20)
async def nothing_arrives_after_unsubscribing(transport):
    async with connected(harness.shared().named_address, transport, "/off", "/on") as client:
        assert client.subscriptions == {"/off", "/on"}
        await client.unsubscribe("/off")
        assert client.subscriptions == {"/on"}
        await client.publish("/off", 1)
        await client.publish("/on", 2)
        assert await next_message(client) == ("/on", 2)


@on_each_transport(20)
async def refusals_are_server_errors(transport):
    async with connected(harness.shared().named_address, transport) as client:
        for action, code, text in (
            (client.publish("/meta/x", 1), 403, "create denied"),
            (client.publish("/wild/*", 1), 403, "publish denied"),
            (client.publish("/a?", 1), 405, "channel_invalid"),
            (client.subscribe("/meta/x"), 403, "create_denied"),
            (client.subscribe("/a//b"), 403, "subscription_invalid"),
            (client.unsubscribe("/never/seen"), 400, "channel_missing"),
        ):
            try:
                await action
            except ServerError as error:
                assert (error.error_code, error.error_message) == (code, text), error
            else:
                raise AssertionError(f"not refused: {text}")
        assert (await client.publish("/fine", 1))["successful"] is True


@on_each_transport(40)
async def two_hundred_messages_arrive_in_order(transport):
    url = harness.shared().named_address
    async with connected(url, transport, "/order") as receiver, connected(url, transport) as publisher:

        async def publish_all():
            for number in range(200):
                await publisher.publish("/order", number)

        publishing = asyncio.ensure_future(publish_all())
        assert [(await next_message(receiver))[1] for _ in range(200)] == list(range(200))
        await publishing


@on_each_transport(20)
async def held_connects_time_out_and_go_on(transport):
    url = harness.shared("--timeout", "300ms").named_address
    async with connected(url, transport, "/long") as client:
        for number in range(3):
            # Longer than a connect is held.
            await asyncio.sleep(0.5)
            await client.publish("/long", number)
            assert await next_message(client) == ("/long", number)


@test(20)
async def the_transports_meet():
    url = harness.shared().named_address
    polling, websocket = TRANSPORTS.values()
    async with connected(url, polling, "/meet") as one, connected(url, websocket, "/meet") as two:
        await one.publish("/meet", "poll")
        await two.publish("/meet", "socket")
        for client in (one, two):
            assert [(await next_message(client))[1] for _ in range(2)] == ["poll", "socket"]


async def comes_back_after(transport, gracefully):
    with harness.server("--timeout", "2s") as server:
        url = server.named_address
        async with connected(url, transport, "/back", "/deep/**") as one, connected(url, transport) as two:
            await two.publish("/back", "before")
            assert await next_message(one) == ("/back", "before")
            first_id = one._transport.client_id
            await asyncio.to_thread(server.restart, gracefully)
            for channel in ("/back", "/deep/x/y"):
                await publish_until_received(two, one, channel)
            assert one._transport.client_id != first_id, "it did not shake hands again"
            await asyncio.sleep(0)
            drain(one)
            await one.publish("/back", "own")
            while (await next_message(one))[1] != "own":
                pass


@on_each_transport(60)
async def clients_come_back_after_a_crash(transport):
    await comes_back_after(transport, gracefully=False)


@on_each_transport(60)
async def clients_come_back_after_a_graceful_restart(transport):
    await comes_back_after(transport, gracefully=True)


@on_each_transport(60)
async def a_client_shakes_hands_again_when_its_session_expired(transport):
    with harness.server("--timeout", "300ms", "--max-interval", "200ms") as server, Proxy(server.port) as proxy:
        async with connected(f"http://localhost:{proxy.port}/cometd", transport, "/again") as client:
            first_id = client._transport.client_id
            proxy.cut()
            await until_expired(server, first_id)
            proxy.mend()
            async with connected(server.named_address, transport) as publisher:
                await publish_until_received(publisher, client, "/again")
            assert client._transport.client_id != first_id
            assert client.subscriptions == {"/again"}


@on_each_transport(30)
async def a_short_break_keeps_the_session_and_its_messages(transport):
    with Proxy(harness.shared().port) as proxy:
        async with connected(f"http://localhost:{proxy.port}/cometd", transport, "/short") as client:
            first_id = client._transport.client_id
            proxy.cut()
            async with connected(harness.shared().named_address, transport) as publisher:
                proxy.mend()
                await publish_until_received(publisher, client, "/short")
            assert client._transport.client_id == first_id


async def until_expired(server, client_id):
    """Waits until the server has forgotten a session that nobody uses.

    Asking for it would keep it alive, so time itself has to pass: the held connect, maxInterval, two sweeps.
    """
    await asyncio.sleep(0.3 + 0.2 + 2)
    with WebSocketSession(server.port, client_id) as session:
        reply = session.connect(advice={"timeout": 0})
        assert reply["successful"] is False and reply["error"] == "402::Unknown client", reply


@on_each_transport(20)
async def closing_ends_the_session_at_once(transport):
    server = harness.shared()
    async with connected(server.named_address, transport) as client:
        client_id = client._transport.client_id
    body = [{"channel": "/meta/connect", "clientId": client_id}]
    (reply,) = raw_http.exchange(server.port, body).messages
    assert reply["error"] == "402::Unknown client", reply
    with WebSocketSession(server.port, client_id) as session:
        assert session.connect()["error"] == "402::Unknown client"
