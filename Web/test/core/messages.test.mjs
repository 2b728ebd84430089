import assert from "node:assert/strict";
import { afterEach, beforeEach, describe, mock, test } from "node:test";
import { Peer, settle } from "./ScriptedTransport.mjs";

beforeEach(() => mock.timers.enable({ apis: ["setTimeout", "Date"] }));
afterEach(() => mock.timers.reset());

describe("Publishing", () => {
    test("is acknowledged to the callback and to the listeners of /meta/publish", async () => {
        const peer = await new Peer().connect();
        const replies = [];
        peer.cometd.publish("/a", { b: 1 }, { ext: { x: 1 } }, (reply) => replies.push(reply.successful));
        const sent = await peer.answerOther();
        assert.equal(sent.url, "http://example.test/cometd");
        assert.deepEqual(sent.messages, [{ ext: { x: 1 }, channel: "/a", data: { b: 1 }, id: "4", clientId: "client" }]);
        assert.deepEqual(replies, [true]);
        assert.deepEqual(peer.events.at(-1), ["publish", true]);
    });

    test("that is refused or lost is told as failed", async () => {
        const peer = await new Peer().connect();
        const replies = [];
        peer.cometd.addListener("/meta/unsuccessful", (message) => replies.push(message.channel));
        peer.cometd.publish("/a", 1, (reply) => replies.push(reply.error));
        await peer.answerOther({ successful: false, error: "403:denied" });
        peer.cometd.publish("/b", 1, (reply) => replies.push(reply.failure.reason));
        peer.transport.fail(peer.takeOther());
        assert.deepEqual(replies, ["403:denied", "/a", "broken", "/b"]);
        assert.equal(peer.cometd.getStatus(), "connected");
    });

    test("is refused here for meta channels, wrong types, and without a session", async () => {
        const peer = new Peer();
        assert.throws(() => peer.cometd.publish("/a", 1), /Illegal state: disconnected/);
        await peer.connect();
        assert.throws(() => peer.cometd.publish("/meta/connect", 1), /meta channels/);
        assert.throws(() => peer.cometd.publish(5, 1), /must be a string/);
    });

    test("of what cannot be written as JSON fails alone", async () => {
        const peer = await new Peer().connect();
        const ring = {};
        ring.ring = ring;
        const replies = [];
        peer.transport.transportSend = (envelope) => JSON.stringify(envelope.messages);
        peer.cometd.publish("/a", ring, (reply) => replies.push(reply.successful));
        mock.timers.tick(1);
        assert.deepEqual(replies, [false]);
        assert.equal(peer.cometd.getStatus(), "connected");
    });
});

describe("Batches", () => {
    test("go out as one request when the outermost ends", async () => {
        const peer = await new Peer().connect();
        peer.cometd.batch(() => {
            peer.cometd.publish("/a", 1);
            peer.cometd.batch(() => peer.cometd.publish("/b", 2));
            assert.equal(peer.takeOther(), undefined);
        });
        assert.deepEqual(peer.takeOther().messages.map(({ channel }) => channel), ["/a", "/b"]);
    });

    test("take a scope and the name of a method, and end when it throws", async () => {
        const peer = await new Peer().connect();
        const page = {
            send() {
                assert.equal(this, page);
                peer.cometd.publish("/a", 1);
                throw new Error("broken");
            },
        };
        assert.throws(() => peer.cometd.batch(page, "send"), /broken/);
        assert.equal(peer.takeOther().messages.length, 1);
        assert.throws(() => peer.cometd.batch(page, "nothing"), /Invalid callback/);
    });

    test("that are not ended at a handshake do not hold up the next session", async () => {
        const peer = await new Peer().connect();
        peer.cometd.startBatch();
        peer.cometd.publish("/a", 1);
        peer.cometd.disconnect();
        await peer.answerOther();
        peer.transport.sent.length = 0;
        await peer.connect();
        peer.cometd.publish("/b", 1);
        assert.deepEqual(peer.takeOther().messages.map(({ channel }) => channel), ["/b"]);
    });
});

describe("Requests", () => {
    test("wait for a free connection, in order", async () => {
        const peer = await new Peer().connect();
        for (const channel of ["/a", "/b", "/c"]) {
            peer.cometd.publish(channel, 1);
        }
        const order = [];
        for (let count = 0; count < 3; count += 1) {
            const sent = await peer.answerOther();
            order.push(...sent.messages.map(({ channel }) => channel));
        }
        assert.deepEqual(order, ["/a", "/b", "/c"]);
    });

    test("that waited go together with autoBatch", async () => {
        const peer = await new Peer({ autoBatch: true }).connect();
        const acknowledged = [];
        for (const channel of ["/a", "/b", "/c"]) {
            peer.cometd.publish(channel, 1, () => acknowledged.push(channel));
        }
        await peer.answerOther();
        const second = await peer.answerOther();
        assert.deepEqual(second.messages.map(({ channel }) => channel), ["/b", "/c"]);
        assert.deepEqual(acknowledged, ["/a", "/b", "/c"]);
    });

    test("fail after the longest network delay, a held connect after the advised timeout besides", async () => {
        const peer = await new Peer({ maxNetworkDelay: 5000 }).connect();
        peer.cometd.publish("/a", 1);
        mock.timers.tick(4999);
        assert.deepEqual(peer.events.at(-1), ["connect", true]);
        mock.timers.tick(1);
        assert.deepEqual(peer.events.at(-1), ["publish", false]);
        mock.timers.tick(29999);
        assert.deepEqual(peer.events.at(-1), ["publish", false]);
        mock.timers.tick(1);
        assert.deepEqual(peer.events.at(-1), ["connect", false]);
        assert.equal(peer.transport.aborted, 2);
    });
});

describe("Subscriptions", () => {
    test("are asked for by the first subscriber and ended by the last", async () => {
        const peer = await new Peer().connect();
        const got = [];
        const replies = [];
        const first = peer.cometd.subscribe("/a", ({ data }) => got.push(["first", data]), (reply) => replies.push(reply));
        const second = peer.cometd.subscribe("/a", ({ data }) => got.push(["second", data]), {}, (r) => replies.push(r));
        const sent = await peer.answerOther();
        assert.equal(peer.takeOther(), undefined);
        assert.equal(sent.messages[0].subscription, "/a");
        assert.deepEqual(replies.map(({ successful }) => successful), [true, true]);

        peer.cometd.subscribe("/a", () => {}, (reply) => replies.push(reply));
        await settle();
        assert.equal(replies.length, 3);

        peer.cometd.receive({ channel: "/a", data: 7 });
        assert.deepEqual(got, [["first", 7], ["second", 7]]);

        peer.cometd.unsubscribe(first);
        peer.cometd.receive({ channel: "/a", data: 8 });
        assert.deepEqual(got.at(-1), ["second", 8]);
        peer.cometd.unsubscribe(second);
        assert.equal(peer.takeOther(), undefined);
        peer.cometd.clearSubscriptions();
        const third = peer.cometd.subscribe("/a", () => {});
        await peer.answerOther();
        peer.cometd.unsubscribe(third, { bye: true }, (reply) => replies.push(reply));
        const last = await peer.answerOther();
        assert.equal(last.messages[0].channel, "/meta/unsubscribe");
        assert.equal(last.messages[0].bye, true);
        assert.equal(replies.at(-1).successful, true);
    });

    test("that the server refuses are forgotten, so that the next one asks again", async () => {
        const peer = await new Peer().connect();
        const handle = peer.cometd.subscribe("/a", () => assert.fail("called"), (reply) => assert.ok(!reply.successful));
        await peer.answerOther({ successful: false, error: "403:denied" });
        peer.cometd.receive({ channel: "/a", data: 1 });
        peer.cometd.unsubscribe(handle);
        assert.equal(peer.takeOther(), undefined);
        peer.cometd.subscribe("/a", () => {});
        assert.equal(peer.takeOther().messages[0].subscription, "/a");
    });

    test("are renewed with their handle", async () => {
        const peer = await new Peer().connect();
        const page = { got: [], add({ data }) { this.got.push(data); } };
        const handle = peer.cometd.subscribe("/a", page, "add");
        await peer.answerOther();
        await peer.answerConnect({ successful: false, advice: { reconnect: "handshake" } });
        peer.cometd.addListener("/meta/handshake", () => peer.cometd.resubscribe(handle));
        await peer.answerHandshake();
        assert.equal(peer.takeOther().messages[0].subscription, "/a");
        peer.cometd.receive({ channel: "/a", data: 1 });
        assert.deepEqual(page.got, [1]);
        assert.equal(peer.cometd.resubscribe(undefined), undefined);
    });

    test("match wildcards as listeners do", () => {
        const peer = new Peer();
        const got = [];
        for (const pattern of ["/a/b", "/a/*", "/a/**", "/**", "/b/*", "/*"]) {
            peer.cometd.addListener(pattern, () => got.push(pattern));
        }
        peer.cometd.receive({ channel: "/a/b", data: 1 });
        assert.deepEqual(got, ["/a/b", "/a/*", "/a/**", "/**"]);
        got.length = 0;
        peer.cometd.receive({ channel: "/a/b/c", data: 1 });
        assert.deepEqual(got, ["/a/**", "/**"]);
        got.length = 0;
        peer.cometd.receive({ channel: "/a", data: 1 });
        assert.deepEqual(got, ["/*", "/**"]);
    });

    test("need a channel, a function and a session", async () => {
        const peer = new Peer();
        assert.throws(() => peer.cometd.subscribe("/a", () => {}), /Illegal state: disconnected/);
        await peer.connect();
        assert.throws(() => peer.cometd.subscribe("/a"), /required 2, got 1/);
        assert.throws(() => peer.cometd.subscribe(1, () => {}), /must be a string/);
        assert.throws(() => peer.cometd.subscribe("/a", {}, "nothing"), /Invalid callback/);
        assert.throws(() => peer.cometd.addListener("/a", 5), /Invalid callback/);
        assert.throws(() => peer.cometd.removeListener(undefined), /Invalid argument/);
    });
});

describe("Remote calls", () => {
    test("are answered by their result, not by the acknowledgement", async () => {
        const peer = await new Peer().connect();
        const replies = [];
        peer.cometd.remoteCall("a/b", { x: 1 }, (reply) => replies.push(reply.data));
        const sent = peer.takeOther();
        assert.equal(sent.messages[0].channel, "/service/a/b");
        const { id } = sent.messages[0];
        peer.transport.answer(sent, { channel: "/service/a/b", id, successful: true });
        assert.deepEqual(replies, []);
        peer.cometd.receive({ channel: "/service/a/b", id, successful: true, data: null });
        peer.cometd.receive({ channel: "/service/a/b", id, successful: true, data: "twice" });
        assert.deepEqual(replies, [null]);
    });

    test("end after their time, or with the session", async () => {
        const peer = await new Peer().connect();
        const replies = [];
        const got = (reply) => replies.push([reply.successful, reply.error]);
        peer.cometd.remoteCall("/a", 1, 500, got);
        await peer.answerOther();
        mock.timers.tick(500);
        assert.deepEqual(replies, [[false, "406::timeout"]]);
        peer.cometd.remoteCall("a", 1, 0, {}, got);
        await peer.answerOther();
        mock.timers.tick(20000);
        assert.equal(replies.length, 1);
        await peer.answerConnect({ successful: false, advice: { reconnect: "handshake" } });
        assert.deepEqual(replies[1], [false, undefined]);
    });

    test("fail as the server says", async () => {
        const peer = await new Peer().connect();
        const replies = [];
        peer.cometd.remoteCall("a", 1, (reply) => replies.push(reply));
        await peer.answerOther({ successful: false, error: "402::Unknown client" });
        assert.equal(replies[0].error, "402::Unknown client");
        peer.cometd.remoteCall("a", 1, 1000);
        await peer.answerOther();
        assert.throws(() => peer.cometd.remoteCall(1, 1, () => {}), /must be a string/);
    });

    test("and publishes of bytes carry them in the form of the binary extension", async () => {
        const peer = await new Peer({ maxConnections: 9 }).connect();
        const bytes = new Uint8Array([1, 2]);
        const forms = [];
        const take = () => {
            const [{ data, ext }] = peer.takeOther().messages;
            forms.push([data.data === bytes, data.last, data.meta, ext]);
        };
        const callback = () => {};
        peer.cometd.publishBinary("/a", bytes);
        take();
        peer.cometd.publishBinary("/a", bytes, false, { n: 1 }, callback, { ext: { x: 1 } });
        take();
        peer.cometd.publishBinary("/a", bytes, callback);
        take();
        peer.cometd.remoteCallBinary("a", bytes, false, { n: 2 }, callback);
        take();
        peer.cometd.remoteCallBinary("a", bytes, callback);
        take();
        peer.cometd.remoteCallBinary("a", bytes, true, { n: 3 }, 100, { ext: { y: 1 } }, callback);
        take();
        assert.deepEqual(forms, [
            [true, true, {}, { binary: {} }],
            [true, false, { n: 1 }, { x: 1, binary: {} }],
            [true, true, {}, { binary: {} }],
            [true, false, { n: 2 }, { binary: {} }],
            [true, true, {}, { binary: {} }],
            [true, true, { n: 3 }, { y: 1, binary: {} }],
        ]);
    });
});

describe("What is received", () => {
    test("goes through the extensions in order, what is sent in reverse", async () => {
        const peer = new Peer();
        const order = [];
        for (const name of ["first", "second"]) {
            peer.cometd.registerExtension(name, {
                registered: (as, cometd) => order.push(["registered", as, cometd === peer.cometd]),
                unregistered: () => order.push(["unregistered", name]),
                incoming: (message) => void order.push(["in", name, message.channel]),
                outgoing: (message) => void order.push(["out", name, message.channel]),
            });
        }
        assert.equal(peer.cometd.registerExtension("first", {}), false);
        peer.cometd.handshake();
        peer.cometd.receive({ channel: "/a", data: 1 });
        assert.equal(peer.cometd.unregisterExtension("first"), true);
        assert.equal(peer.cometd.unregisterExtension("first"), false);
        assert.deepEqual(order, [
            ["registered", "first", true],
            ["registered", "second", true],
            ["out", "second", "/meta/handshake"],
            ["out", "first", "/meta/handshake"],
            ["in", "first", "/a"],
            ["in", "second", "/a"],
            ["unregistered", "first"],
        ]);
    });

    test("can be changed or deleted by an extension", async () => {
        const peer = await new Peer().connect();
        const got = [];
        peer.cometd.addListener("/a", ({ data }) => got.push(data));
        peer.cometd.registerExtension("x", {
            incoming: (message) => (message.data === "bad" ? null : { ...message, data: `${message.data}!` }),
            outgoing: (message) => (message.data === "bad" ? null : message),
        });
        peer.cometd.receive({ channel: "/a", data: "good" });
        peer.cometd.receive({ channel: "/a", data: "bad" });
        peer.cometd.publish("/a", "bad");
        assert.deepEqual(got, ["good!"]);
        assert.equal(peer.takeOther(), undefined);
    });

    test("breaks nothing when it is garbage", async () => {
        const peer = await new Peer().connect();
        for (const garbage of [{}, { channel: 5 }, { channel: null }, { channel: "/meta/nothing", successful: true }]) {
            peer.cometd.receive(garbage);
        }
        peer.cometd.receive({ channel: "/meta/connect", id: "99", successful: true });
        peer.cometd.receive({ channel: "/meta/handshake", successful: true, clientId: "thief" });
        await settle();
        assert.equal(peer.cometd.getClientId(), "client");
        assert.equal(peer.transport.sent.length, 1);
        assert.equal({}.polluted, undefined);
        peer.cometd.publish("/a", 1, JSON.parse('{"__proto__": {"polluted": 1}}'));
        assert.equal({}.polluted, undefined);
    });

    test("reaches the other listeners when one throws, and the hooks are told", async () => {
        const peer = await new Peer().connect();
        const told = [];
        peer.cometd.onListenerException = function (exception, handle, isListener, message) {
            told.push([this === peer.cometd, exception.message, isListener, message.data]);
            this.removeListener(handle);
            throw new Error("the hook, too");
        };
        peer.cometd.onCallbackException = (exception) => told.push(exception.message);
        peer.cometd.onExtensionException = (exception, name, outgoing) => told.push([exception.message, name, outgoing]);
        peer.cometd.addListener("/a", () => {
            throw new Error("listener");
        });
        peer.cometd.addListener("/a", () => told.push("reached"));
        peer.cometd.receive({ channel: "/a", data: 1 });
        peer.cometd.receive({ channel: "/a", data: 2 });
        assert.deepEqual(told, [[true, "listener", true, 1], "reached", "reached"]);

        told.length = 0;
        peer.cometd.registerExtension("bad", {
            outgoing() {
                throw new Error("extension");
            },
        });
        peer.cometd.publish("/a", 1, () => {
            throw new Error("callback");
        });
        await peer.answerOther();
        assert.deepEqual(told, [["extension", "bad", true], "callback"]);
        assert.equal(peer.cometd.getStatus(), "connected");
    });
});

describe("Promises", () => {
    test("are fulfilled with replies, and rejected with errors that hold them", async () => {
        const peer = new Peer();
        const session = peer.cometd.promises.handshake();
        await peer.connect();
        assert.equal((await session).clientId, "client");

        const published = peer.cometd.promises.publish("/a", 1);
        await peer.answerOther({ successful: false, error: "403:denied" });
        await assert.rejects(published, (error) => error.reply.error === "403:denied" && /403:denied/.test(error.message));

        const subscribed = peer.cometd.promises.subscribe("/a", () => {});
        await peer.answerOther();
        const unsubscribed = peer.cometd.promises.unsubscribe(await subscribed);
        await peer.answerOther();
        assert.equal((await unsubscribed).successful, true);

        const called = peer.cometd.promises.remoteCall("x", 1);
        await peer.answerOther({ data: 42 });
        assert.equal((await called).data, 42);

        const ended = peer.cometd.promises.disconnect();
        await peer.answerOther();
        await ended;
        await peer.cometd.promises.disconnect();
        await assert.rejects(peer.cometd.promises.publish("/a", 1), /Illegal state/);
    });

    test("of a handshake wait for the attempt that works, or for the end", async () => {
        const peer = new Peer();
        const session = peer.cometd.promises.handshake();
        peer.transport.fail(peer.transport.take());
        await settle();
        mock.timers.tick(1);
        await peer.answerHandshake();
        assert.equal((await session).successful, true);

        const other = new Peer();
        const refused = other.cometd.promises.handshake();
        await other.answerHandshake({ successful: false, error: "403::Handshake denied", advice: { reconnect: "none" } });
        mock.timers.tick(1);
        await assert.rejects(refused, /403::Handshake denied/);
    });
});

describe("The messages of a channel", () => {
    test("are read in a loop, which ends the subscription", async () => {
        const peer = await new Peer().connect();
        const got = [];
        const loop = (async () => {
            for await (const { data } of peer.cometd.messages("/a")) {
                got.push(data);
                if (data === 3) {
                    break;
                }
            }
        })();
        await settle();
        await peer.answerOther();
        for (const data of [1, 2, 3]) {
            peer.cometd.receive({ channel: "/a", data });
        }
        await loop;
        assert.deepEqual(got, [1, 2, 3]);
        assert.equal(peer.takeOther().messages[0].channel, "/meta/unsubscribe");
    });

    test("go on in the next session, and end when the client disconnects", async () => {
        const peer = new Peer();
        const got = [];
        const loop = (async () => {
            for await (const { data } of peer.cometd.messages("/a")) {
                got.push(data);
            }
        })();
        await peer.connect();
        await peer.answerOther();
        peer.cometd.receive({ channel: "/a", data: 1 });
        await peer.answerConnect({ successful: false, advice: { reconnect: "handshake" } });
        await peer.answerHandshake();
        await peer.answerOther();
        peer.cometd.receive({ channel: "/a", data: 2 });
        await settle();
        peer.cometd.disconnect();
        await peer.answerOther();
        await loop;
        assert.deepEqual(got, [1, 2]);
    });

    test("fail when too many wait, or when the server refuses the subscription", async () => {
        const peer = await new Peer().connect();
        const messages = peer.cometd.messages("/a", { limit: 2 });
        await peer.answerOther();
        for (const data of [1, 2, 3]) {
            peer.cometd.receive({ channel: "/a", data });
        }
        assert.equal((await messages.next()).value.data, 1);
        assert.equal((await messages.next()).value.data, 2);
        await assert.rejects(messages.next(), /More than 2 messages of \/a wait/);
        assert.equal((await messages.next()).done, true);
        await peer.answerOther();

        const refused = peer.cometd.messages("/b");
        await peer.answerOther({ successful: false, error: "403:denied" });
        await assert.rejects(refused.next(), /403:denied/);
    });

    test("end by a signal", async () => {
        const peer = await new Peer().connect();
        const controller = new AbortController();
        const messages = peer.cometd.messages("/a", { signal: controller.signal });
        const next = messages.next();
        const another = messages.next();
        controller.abort();
        assert.equal((await next).done, true);
        assert.equal((await another).done, true);
        assert.equal((await peer.cometd.messages("/a", { signal: controller.signal }).next()).done, true);
    });
});
