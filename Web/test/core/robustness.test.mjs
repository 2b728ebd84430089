import assert from "node:assert/strict";
import { afterEach, beforeEach, describe, mock, test } from "node:test";
import { CometD, LongPollingTransport, RequestTransport, Transport } from "../../src/core.js";
import { Peer, ScriptedTransport, settle } from "./ScriptedTransport.mjs";

beforeEach(() => mock.timers.enable({ apis: ["setTimeout", "Date"] }));
afterEach(() => mock.timers.reset());

describe("What others publish", () => {
    test("is no advice", async () => {
        const peer = await new Peer().connect();
        peer.cometd.receive({ channel: "/chat", data: 1, advice: { reconnect: "none", interval: 60000 } });
        await peer.answerConnect();
        assert.equal(peer.cometd.getStatus(), "connected");
        assert.equal(peer.cometd.getAdvice().interval, 0);
    });
});

describe("Advice", () => {
    test("with numbers that are none, or too large for a timer, does not make the client spin", async () => {
        const peer = await new Peer().connect();
        await peer.answerConnect({ advice: { reconnect: "retry", interval: 3e9, timeout: "30000" } });
        assert.equal(peer.transport.sent.length, 0);
        assert.equal(peer.cometd.getAdvice().timeout, 60000);
        assert.equal(peer.cometd.getAdvice().interval, 2 ** 31 - 1);
    });

    test("as deep as a well stops nothing", async () => {
        const peer = await new Peer().connect();
        let deep = {};
        for (let depth = 0; depth < 50000; depth += 1) {
            deep = { deep };
        }
        await peer.answerConnect({ advice: { reconnect: "retry", deep } });
        assert.equal(peer.cometd.getStatus(), "connected");
        assert.equal(peer.takeConnect().messages[0].channel, "/meta/connect");
        assert.equal(typeof peer.cometd.getAdvice(), "object");
    });
});

describe("A reply of odd shape", () => {
    for (const types of [5, {}, "websocket", null]) {
        test(`with the transports ${JSON.stringify(types)} does not stop the client`, async () => {
            const peer = new Peer();
            peer.cometd.handshake();
            await peer.answerHandshake({ supportedConnectionTypes: types });
            assert.equal(peer.cometd.getStatus(), "connecting");
        });
    }

    test("to a handshake, without a session, is a refusal", async () => {
        const peer = new Peer();
        peer.cometd.handshake();
        await peer.answerHandshake({ clientId: undefined, advice: { reconnect: "handshake", interval: 10 } });
        assert.equal(peer.cometd.getStatus(), "handshaking");
        mock.timers.tick(10);
        await peer.connect();
        assert.equal(peer.cometd.getStatus(), "connected");
    });

    test("to a connect, deleted by an extension, is followed by another connect", async () => {
        const peer = await new Peer().connect();
        peer.cometd.registerExtension("x", { incoming: ({ channel }) => (channel === "/meta/connect" ? null : undefined) });
        await peer.answerConnect();
        peer.cometd.unregisterExtension("x");
        await peer.answerConnect();
        assert.equal(peer.cometd.getStatus(), "connected");
    });
});

describe("Callbacks", () => {
    test("may begin a new session when the old one ends", async () => {
        const peer = await new Peer({ maxConnections: 4 }).connect();
        const told = [];
        peer.cometd.publish("/a", 1, ({ successful }) => {
            told.push(successful);
            peer.cometd.handshake();
            peer.cometd.publish("/b", 2, (reply) => told.push(reply.successful));
        });
        peer.cometd.disconnect();
        peer.transport.take();
        peer.transport.take();
        const { messages } = peer.transport.sent.find(({ messages: [{ channel }] }) => channel === "/meta/disconnect") ?? {
            messages: [{ id: "5" }],
        };
        peer.cometd.receive({ channel: "/meta/disconnect", id: messages[0].id, successful: true });
        assert.deepEqual(told, [false]);
        assert.equal(peer.cometd.getStatus(), "handshaking");
        peer.transport.sent = peer.transport.sent.filter(({ messages: [{ channel }] }) => channel === "/meta/handshake");
        await peer.answerHandshake();
        await peer.answerOther();
        assert.deepEqual(told, [false, true]);
    });

    test("of messages that an extension deletes are called", async () => {
        const peer = await new Peer().connect();
        peer.cometd.registerExtension("x", { outgoing: ({ channel }) => (channel === "/meta/connect" ? undefined : null) });
        const reasons = [];
        peer.cometd.publish("/a", 1, ({ failure }) => reasons.push(failure.reason));
        peer.cometd.subscribe("/a", () => {}, ({ failure }) => reasons.push(failure.reason));
        await settle();
        assert.deepEqual(reasons, ["Deleted by an extension", "Deleted by an extension"]);
        peer.cometd.disconnect();
        await settle();
        assert.equal(peer.cometd.getStatus(), "disconnected");
    });

    test("of messages that were never acknowledged are called when the session is lost", async () => {
        const peer = await new Peer().connect();
        const told = [];
        peer.cometd.publish("/a", 1, ({ successful }) => told.push(successful));
        peer.transport.answer(peer.takeOther(), { channel: "/other", data: 1 });
        assert.deepEqual(told, []);
        await peer.answerConnect({ successful: false, advice: { reconnect: "handshake" } });
        assert.deepEqual(told, [false]);
    });

    test("of calls that wait in a batch come in time", async () => {
        const peer = await new Peer().connect();
        const told = [];
        peer.cometd.startBatch();
        peer.cometd.remoteCall("x", 1, 50, ({ error }) => told.push(error));
        mock.timers.tick(50);
        assert.deepEqual(told, ["406::timeout"]);
        peer.cometd.endBatch();
        assert.equal(peer.takeOther(), undefined);
    });
});

describe("An extension", () => {
    test("may answer with a message of its own, without an id", async () => {
        const peer = await new Peer().connect();
        peer.cometd.registerExtension("x", { outgoing: ({ id, ...rest }) => rest });
        await peer.answerConnect();
        peer.transport.fail(peer.takeConnect());
        await settle();
        assert.equal(peer.takeConnect().messages[0].channel, "/meta/connect");
    });

    test("that cannot be registered is not", () => {
        const peer = new Peer();
        const broken = {
            registered() {
                throw new Error("broken");
            },
        };
        assert.throws(() => peer.cometd.registerExtension("x", broken), /broken/);
        assert.equal(peer.cometd.getExtension("x"), null);
    });
});

describe("Subscriptions", () => {
    test("that are made during a handshake outlive its first failure", async () => {
        const peer = new Peer();
        const got = [];
        peer.cometd.handshake();
        peer.cometd.subscribe("/a", ({ data }) => got.push(data));
        peer.transport.fail(peer.transport.take());
        await peer.answerHandshake();
        await peer.answerOther();
        peer.cometd.receive({ channel: "/a", data: 1 });
        assert.deepEqual(got, [1]);
    });

    test("that are made before a new handshake outlive it", async () => {
        const peer = await new Peer().connect();
        const got = [];
        await peer.answerConnect({ successful: false, advice: { reconnect: "handshake", interval: 100 } });
        peer.cometd.subscribe("/a", ({ data }) => got.push(data));
        mock.timers.tick(100);
        await peer.answerHandshake();
        await peer.answerOther();
        peer.cometd.receive({ channel: "/a", data: 1 });
        assert.deepEqual(got, [1]);
    });

    test("that did not reach the server are asked for again by the next one", async () => {
        const peer = await new Peer().connect();
        peer.cometd.subscribe("/a", () => {});
        peer.transport.fail(peer.takeOther());
        peer.cometd.subscribe("/a", () => {});
        assert.equal(peer.takeOther().messages[0].subscription, "/a");
    });

    test("of a loop are made again when they did not reach the server", async () => {
        const peer = await new Peer().connect();
        const messages = peer.cometd.messages("/a");
        peer.transport.fail(peer.takeOther());
        await peer.answerConnect();
        await peer.answerOther();
        const next = messages.next();
        peer.cometd.receive({ channel: "/a", data: 1 });
        assert.equal((await next).value.data, 1);
    });

    test("are not undone by a refusal that belongs to an old session", async () => {
        const peer = await new Peer({ maxConnections: 3 }).connect();
        const got = [];
        peer.cometd.subscribe("/a", () => {});
        const old = peer.takeOther();
        await peer.answerConnect({ successful: false, advice: { reconnect: "handshake" } });
        await peer.answerHandshake({ clientId: "another" });
        peer.cometd.subscribe("/a", ({ data }) => got.push(data));
        await peer.answerOther();
        peer.transport.fail(old);
        peer.cometd.receive({ channel: "/a", data: 1 });
        assert.deepEqual(got, [1]);
    });

    test("that are removed while a message goes round do not get it", () => {
        const peer = new Peer();
        const got = [];
        let second;
        peer.cometd.addListener("/a", () => {
            got.push("first");
            peer.cometd.removeListener(second);
        });
        second = peer.cometd.addListener("/a", () => got.push("second"));
        peer.cometd.receive({ channel: "/a", data: 1 });
        assert.deepEqual(got, ["first"]);
        peer.cometd.clearListeners();
        peer.cometd.receive({ channel: "/a", data: 1 });
        assert.deepEqual(got, ["first"]);
    });
});

describe("Promises and loops", () => {
    test("end when the client is told to disconnect, or gives up", async () => {
        const peer = new Peer();
        const refused = assert.rejects(peer.cometd.promises.handshake(), /Disconnected/);
        peer.cometd.disconnect();
        await refused;

        const other = await new Peer().connect();
        const next = other.cometd.messages("/a").next();
        await other.answerConnect({ advice: { reconnect: "none" } });
        assert.equal((await next).done, true);
    });
});

describe("Pages of CometD 3.1", () => {
    test("derive transports from ours", async () => {
        const cometd = new CometD();
        cometd.unregisterTransports();
        const sent = [];
        const transport = Transport.derive(new LongPollingTransport());
        let aborted = 0;
        transport.xhrSend = (packet) => {
            sent.push(packet);
            return { abort: () => (aborted += 1) };
        };
        cometd.registerTransport("long-polling", transport);
        cometd.init({ url: "http://example.test/cometd", logLevel: "error", useWorkerScheduler: false });
        const [{ id }] = JSON.parse(sent[0].body);
        const reply = { channel: "/meta/handshake", id, successful: true, clientId: "c", supportedConnectionTypes: ["long-polling"] };
        sent[0].onSuccess([reply]);
        await settle();
        assert.equal(cometd.getStatus(), "connecting");
        assert.equal(JSON.parse(sent[1].body)[0].channel, "/meta/connect");
        cometd.disconnect(true);
        sent[2].onSuccess([{ channel: "/meta/disconnect", id: "3", successful: true }]);
        assert.equal(cometd.getStatus(), "disconnected");
        assert.equal(aborted, 1);
    });

    test("make transports whose prototype is one of ours, and answer with the messages alone", async () => {
        function OwnTransport() {}
        OwnTransport.prototype = new RequestTransport();
        OwnTransport.prototype.accept = () => true;
        OwnTransport.prototype.transportSend = function transportSend(envelope, request) {
            const [{ id, channel }] = envelope.messages;
            if (channel === "/meta/handshake") {
                const reply = { channel, id, successful: true, clientId: "c", supportedConnectionTypes: ["own"] };
                Promise.resolve().then(() => this.transportSuccess(envelope, request, [reply]));
            }
        };
        const cometd = new CometD();
        cometd.unregisterTransports();
        cometd.registerTransport("own", new OwnTransport());
        cometd.init({ url: "http://example.test/cometd", useWorkerScheduler: false });
        await settle();
        assert.equal(cometd.getClientId(), "c");

        const plain = {
            registered() {},
            accept: () => true,
            getType: () => "plain",
            reset() {},
            abort() {},
            send: (envelope) => {
                const reply = { channel: "/meta/handshake", id: "1", successful: true, clientId: "d" };
                envelope.messages[0].channel === "/meta/handshake" && envelope.onSuccess([reply]);
            },
        };
        const other = new CometD();
        other.unregisterTransports();
        other.registerTransport("plain", plain);
        other.init({ url: "http://example.test/cometd", useWorkerScheduler: false });
        assert.equal(other.getClientId(), "d");
    });

    test("take methods from the client, and put it behind a proxy", () => {
        const { cometd } = new Peer();
        const { getStatus } = cometd;
        assert.equal(getStatus(), "disconnected");
        assert.equal(new Proxy(cometd, {}).getStatus(), "disconnected");
        assert.equal(Object.create(cometd).isDisconnected(), true);
    });

    test("leave arguments out", async () => {
        const peer = await new Peer({ maxConnections: 9 }).connect();
        const told = [];
        peer.cometd.publish("/a", ({ successful }) => told.push(successful));
        assert.deepEqual((await peer.answerOther()).messages[0].data, {});
        peer.cometd.remoteCall("x", ({ data }) => told.push(data));
        await peer.answerOther({ data: 1 });
        peer.cometd.remoteCall("x", 1, undefined, {}, ({ data }) => told.push(data));
        await peer.answerOther({ data: 2 });
        assert.deepEqual(told, [true, 1, 2]);
    });

    test("disconnect while they unload, whatever is under way", async () => {
        const peer = await new Peer().connect();
        peer.cometd.publish("/a", 1);
        peer.takeOther();
        peer.cometd.disconnect(true);
        assert.equal(peer.takeOther().messages[0].channel, "/meta/disconnect");
    });

    test("take a transport away that is in use", async () => {
        const peer = await new Peer().connect();
        const other = new ScriptedTransport();
        peer.cometd.registerTransport("other", other);
        peer.cometd.unregisterTransport("scripted");
        await settle();
        await settle();
        assert.equal(other.take().messages[0].channel, "/meta/handshake");
    });
});
