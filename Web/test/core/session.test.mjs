import assert from "node:assert/strict";
import { afterEach, beforeEach, describe, mock, test } from "node:test";
import { Peer, ScriptedTransport, settle } from "./ScriptedTransport.mjs";

beforeEach(() => mock.timers.enable({ apis: ["setTimeout", "Date"] }));
afterEach(() => mock.timers.reset());

describe("A session", () => {
    test("begins with a handshake, and a connect that is not held", async () => {
        const peer = new Peer();
        const replies = [];
        peer.cometd.handshake({ ext: { token: "secret" } }, (reply) => replies.push(reply));
        assert.equal(peer.cometd.getStatus(), "handshaking");

        const sent = peer.transport.take();
        const [message] = sent.messages;
        assert.equal(sent.url, "http://example.test/cometd/handshake");
        assert.deepEqual(message, {
            ext: { token: "secret" },
            version: "1.0",
            minimumVersion: "1.0",
            channel: "/meta/handshake",
            supportedConnectionTypes: ["scripted"],
            advice: { timeout: 60000, interval: 0 },
            id: "1",
        });
        peer.transport.answer(sent, peer.handshakeReply(sent));
        assert.equal(peer.cometd.getStatus(), "connecting");
        assert.equal(peer.cometd.getClientId(), "client");
        assert.equal(replies.length, 1);
        assert.equal(replies[0].reestablish, false);

        await settle();
        const first = peer.transport.take();
        assert.equal(first.url, "http://example.test/cometd/connect");
        assert.deepEqual(first.messages, [
            {
                channel: "/meta/connect",
                connectionType: "scripted",
                advice: { timeout: 0 },
                id: "2",
                clientId: "client",
            },
        ]);
        peer.transport.answer(first, { channel: "/meta/connect", id: "2", successful: true });
        assert.equal(peer.cometd.getStatus(), "connected");

        await settle();
        assert.equal(peer.transport.take().messages[0].advice, undefined);
    });

    test("sends what the handshake's listeners want in one batch, before the connect", async () => {
        const peer = new Peer();
        peer.cometd.addListener("/meta/handshake", () => {
            peer.cometd.subscribe("/a", () => {});
            peer.cometd.publish("/b", 1);
        });
        peer.cometd.handshake();
        await peer.answerHandshake();
        assert.deepEqual(
            peer.transport.sent.map(({ messages }) => messages.map(({ channel }) => channel)),
            [["/meta/subscribe", "/b"], ["/meta/connect"]],
        );
    });

    test("keeps messages that are sent during the handshake until it has ended", async () => {
        const peer = new Peer();
        peer.cometd.handshake();
        peer.cometd.publish("/b", 1);
        assert.equal(peer.transport.sent.length, 1);
        await peer.answerHandshake();
        assert.equal(peer.takeOther().messages[0].clientId, "client");
    });

    test("waits the advised interval between connects", async () => {
        const peer = await new Peer().connect();
        await peer.answerConnect({ advice: { reconnect: "retry", interval: 2000, "multiple-clients": true } });
        assert.equal(peer.transport.sent.length, 0);
        mock.timers.tick(1999);
        assert.equal(peer.transport.sent.length, 0);
        mock.timers.tick(1);
        assert.equal(peer.transport.sent.length, 1);
    });

    test("ends when the server advises none", async () => {
        const peer = await new Peer().connect();
        await peer.answerConnect({ advice: { reconnect: "none" } });
        assert.equal(peer.cometd.getStatus(), "disconnected");
        assert.equal(peer.transport.sent.length, 0);
    });

    test("cannot begin twice, and can begin again after its end", async () => {
        const peer = await new Peer().connect();
        assert.throws(() => peer.cometd.handshake(), /Illegal state: handshaken/);
        peer.cometd.disconnect();
        await peer.answerOther();
        assert.equal(peer.cometd.getStatus(), "disconnected");
        assert.equal(peer.cometd.getClientId(), null);
        peer.transport.sent.length = 0;
        await peer.connect();
        assert.equal(peer.cometd.getStatus(), "connected");
    });

    test("needs a URL", () => {
        const peer = new Peer();
        assert.throws(() => peer.cometd.configure({ url: "" }), /'url'/);
        assert.throws(() => peer.cometd.configure({ url: null }), /'url'/);
    });
});

describe("A lost connection", () => {
    test("is tried again at once, then later and later, up to the longest back-off", async () => {
        const peer = await new Peer({ backoffIncrement: 1000, maxBackoff: 2500 }).connect();
        const delays = [];
        for (let attempt = 0; attempt < 5; attempt += 1) {
            peer.transport.fail(peer.takeConnect());
            await settle();
            let delay = 0;
            while (peer.transport.sent.length === 0) {
                mock.timers.tick(500);
                delay += 500;
            }
            delays.push(delay);
        }
        assert.deepEqual(delays, [0, 1000, 2000, 2500, 2500]);
        assert.equal(peer.cometd.getStatus(), "connecting");
        assert.equal(peer.cometd.getBackoffPeriod(), 2500);

        await peer.answerConnect();
        assert.equal(peer.cometd.getStatus(), "connected");
        assert.equal(peer.cometd.getBackoffPeriod(), 0);
    });

    test("is told to the listeners of connect, with the failure and what comes next", async () => {
        const peer = await new Peer().connect();
        const told = [];
        peer.cometd.addListener("/meta/connect", (message) => told.push(message));
        peer.cometd.addListener("/meta/unsuccessful", (message) => told.push(message));
        peer.transport.fail(peer.takeConnect(), { reason: "gone", httpCode: 503 });
        assert.equal(told.length, 2);
        assert.equal(told[0].successful, false);
        assert.equal(told[0].failure.reason, "gone");
        assert.equal(told[0].failure.httpCode, 503);
        assert.equal(told[0].failure.message.channel, "/meta/connect");
        assert.equal(told[0].failure.connectionType, "scripted");
        assert.deepEqual(told[0].advice, { reconnect: "retry", interval: 0 });
    });

    test("asks not to be held when the connection is back", async () => {
        const peer = await new Peer().connect();
        peer.transport.fail(peer.takeConnect());
        await settle();
        assert.deepEqual(peer.takeConnect().messages[0].advice, { timeout: 0 });
    });

    test("becomes a new handshake when the server promised to keep the session no longer", async () => {
        const peer = new Peer();
        peer.cometd.handshake();
        await peer.answerHandshake({ advice: { reconnect: "retry", interval: 0, timeout: 1000, maxInterval: 2000 } });
        await peer.answerConnect();
        peer.transport.fail(peer.takeConnect());
        await settle();
        mock.timers.tick(3500);
        peer.transport.fail(peer.takeConnect());
        await settle();
        mock.timers.tick(1000);
        assert.equal(peer.transport.take().messages[0].channel, "/meta/handshake");
    });

    test("can be given up by the application", async () => {
        const peer = await new Peer().connect();
        const causes = [];
        peer.cometd.onTransportFailure = (message, info, proceed) => {
            causes.push(info.cause);
            proceed({ action: "none", delay: 0 });
        };
        peer.transport.fail(peer.takeConnect());
        await settle();
        assert.deepEqual(causes, ["failure"]);
        assert.equal(peer.cometd.getStatus(), "disconnected");
    });
});

describe("A lost session", () => {
    test("is replaced: listeners stay, subscriptions go, the callback of the handshake is called again", async () => {
        const peer = new Peer();
        const handshakes = [];
        peer.cometd.handshake((reply) => handshakes.push(reply.reestablish));
        await peer.connect();
        const got = [];
        peer.cometd.subscribe("/a", () => got.push("subscriber"));
        peer.cometd.addListener("/a", () => got.push("listener"));
        await peer.answerOther();

        const unknown = { successful: false, error: "402::Unknown client", advice: { reconnect: "handshake", interval: 0 } };
        await peer.answerConnect(unknown);
        assert.equal(peer.cometd.getStatus(), "handshaking");
        peer.cometd.publish("/b", "waits");
        await peer.answerHandshake({ clientId: "another" });
        assert.deepEqual(handshakes, [false, true]);
        assert.deepEqual(
            peer.takeOther().messages.map(({ channel, clientId }) => [channel, clientId]),
            [["/b", "another"]],
        );
        peer.cometd.receive({ channel: "/a", data: 1 });
        assert.deepEqual(got, ["listener"]);
    });

    test("does not spin when each new session is lost, too", async () => {
        const peer = new Peer();
        peer.cometd.handshake();
        await peer.answerHandshake();
        const unknown = { successful: false, error: "402::Unknown client", advice: { reconnect: "handshake", interval: 0 } };
        let delay = 0;
        for (let round = 0; round < 3; round += 1) {
            await peer.answerConnect(unknown);
            while (peer.transport.sent.length === 0) {
                mock.timers.tick(500);
                await settle();
                delay += 500;
            }
            await peer.answerHandshake();
        }
        assert.equal(delay, 3000);
    });

    test("a new session is not asked for again when its reply has no advice", async () => {
        const peer = await new Peer().connect();
        await peer.answerConnect({ successful: false, advice: { reconnect: "handshake" } });
        await peer.answerHandshake({ advice: undefined });
        assert.equal(peer.transport.take().messages[0].channel, "/meta/connect");
    });
});

describe("A handshake", () => {
    test("that is refused without advice is the end", async () => {
        const peer = new Peer();
        const replies = [];
        peer.cometd.handshake((reply) => replies.push(reply.error));
        await peer.answerHandshake({ successful: false, error: "403::Handshake denied", advice: undefined });
        assert.deepEqual(replies, ["403::Handshake denied"]);
        assert.deepEqual(peer.events, [["handshake", false]]);
        assert.equal(peer.cometd.getStatus(), "disconnected");
    });

    test("that is refused with the advice to repeat it is repeated", async () => {
        const peer = new Peer();
        peer.cometd.handshake();
        await peer.answerHandshake({ successful: false, advice: { reconnect: "handshake", interval: 100 } });
        assert.equal(peer.transport.sent.length, 0);
        mock.timers.tick(100);
        await peer.answerHandshake();
        assert.equal(peer.cometd.getStatus(), "connecting");
    });

    test("goes on over the next transport when one fails", async () => {
        const peer = new Peer();
        const second = new ScriptedTransport();
        peer.cometd.registerTransport("second", second);
        const changes = [];
        peer.cometd.onTransportException = (before, after) => changes.push([before, after]);
        peer.cometd.handshake();
        peer.transport.acceptable = false;
        peer.transport.fail(peer.transport.take());
        await settle();
        assert.deepEqual(changes, [["scripted", "second"]]);
        assert.deepEqual(second.take().messages[0].supportedConnectionTypes, ["second"]);
    });

    test("is repeated with back-off while there is no server", async () => {
        const peer = new Peer();
        peer.cometd.handshake();
        peer.transport.fail(peer.transport.take());
        await settle();
        peer.transport.fail(peer.transport.take());
        await settle();
        assert.equal(peer.transport.sent.length, 0);
        mock.timers.tick(1000);
        assert.equal(peer.transport.sent.length, 1);
    });

    test("fails when client and server have no transport in common", async () => {
        const peer = new Peer();
        const changes = [];
        peer.cometd.onTransportException = (before, after) => changes.push([before, after]);
        const replies = [];
        peer.cometd.handshake((reply) => replies.push(reply));
        await peer.answerHandshake({ supportedConnectionTypes: ["pigeon"] });
        assert.deepEqual(changes, [["scripted", null]]);
        assert.equal(replies[0].successful, false);
        assert.equal(peer.cometd.getStatus(), "disconnected");
    });

    test("fails when no transport can be used", async () => {
        const peer = new Peer();
        peer.transport.acceptable = false;
        const replies = [];
        peer.cometd.handshake((reply) => replies.push(reply.successful));
        await settle();
        assert.deepEqual(replies, [false]);
        assert.equal(peer.cometd.getStatus(), "disconnected");
    });

    test("whose reply does not come in the response has failed", async () => {
        const peer = new Peer();
        peer.cometd.handshake();
        peer.transport.answer(peer.transport.take(), { channel: "/other", data: 1 });
        assert.deepEqual(peer.events, [["handshake", false]]);
    });

    test("that an extension deletes is answered by whoever knows better", async () => {
        const peer = new Peer();
        peer.cometd.registerExtension("reload", {
            outgoing: (message) => (message.channel === "/meta/handshake" ? null : message),
        });
        peer.cometd.handshake();
        assert.equal(peer.transport.sent.length, 0);
        peer.cometd.receive(peer.handshakeReply({ messages: [{ id: "x" }] }));
        await settle();
        assert.equal(peer.takeConnect().messages[0].clientId, "client");
    });
});

describe("Disconnecting", () => {
    test("tells the server, then the callback and the listeners", async () => {
        const peer = await new Peer().connect();
        const replies = [];
        peer.cometd.disconnect({ reason: "bye" }, (reply) => replies.push(reply.successful));
        assert.equal(peer.cometd.getStatus(), "disconnecting");
        assert.equal(peer.cometd.isDisconnected(), true);
        const sent = await peer.answerOther();
        assert.equal(sent.url, "http://example.test/cometd/disconnect");
        assert.equal(sent.messages[0].reason, "bye");
        assert.deepEqual(replies, [true]);
        assert.deepEqual(peer.events.at(-1), ["disconnect", true]);
        // The connect that was held is given up without a word.
        assert.equal(peer.transport.aborted, 1);
        assert.deepEqual(peer.events.filter(([channel, successful]) => channel === "connect" && !successful), []);
    });

    test("happens even when the server cannot be told", async () => {
        const peer = await new Peer().connect();
        const replies = [];
        peer.cometd.disconnect((reply) => replies.push(reply.successful));
        peer.transport.fail(peer.takeOther());
        assert.deepEqual(replies, [false]);
        assert.equal(peer.cometd.getStatus(), "disconnected");
    });

    test("during the handshake ends here", async () => {
        const peer = new Peer();
        const replies = [];
        peer.cometd.handshake();
        peer.cometd.disconnect((reply) => replies.push(reply.successful));
        await settle();
        assert.deepEqual(replies, [true]);
        assert.equal(peer.cometd.getStatus(), "disconnected");
        assert.equal(peer.transport.aborted, 1);
    });

    test("fails what was not answered", async () => {
        const peer = await new Peer({ maxConnections: 4 }).connect();
        const replies = [];
        peer.cometd.publish("/a", 1, (reply) => replies.push(["publish", reply.successful]));
        peer.cometd.remoteCall("x", 1, (reply) => replies.push(["call", reply.successful]));
        peer.cometd.disconnect();
        assert.deepEqual(peer.events.at(-1), ["connect", true]);
        mock.timers.tick(10000);
        assert.deepEqual(replies.sort(), [["call", false], ["publish", false]]);
        assert.equal(peer.cometd.getStatus(), "disconnected");
    });

    test("without a session does nothing", () => {
        const peer = new Peer();
        peer.cometd.disconnect(() => assert.fail("called"));
        assert.equal(peer.transport.sent.length, 0);
    });

    test("stops attempts that were due", async () => {
        const peer = await new Peer().connect();
        peer.transport.fail(peer.takeConnect());
        await settle();
        peer.transport.fail(peer.takeConnect());
        await settle();
        peer.cometd.disconnect();
        await peer.answerOther();
        mock.timers.tick(60000);
        assert.equal(peer.transport.sent.length, 0);
    });
});
