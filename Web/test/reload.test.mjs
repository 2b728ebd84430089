import assert from "node:assert/strict";
import { test } from "node:test";
import { AckExtension } from "../src/extensions/AckExtension.js";
import { ReloadExtension } from "../src/extensions/ReloadExtension.js";
import { FakeCometD, FakeStorage } from "./support/FakeCometD.mjs";

const types = ["websocket", "long-polling"];
const handshake = (id = "1") => ({ channel: "/meta/handshake", id, supportedConnectionTypes: types });

function page(storage, { ack = true, ...properties } = {}) {
    const cometd = Object.assign(new FakeCometD(), properties);
    if (ack) {
        cometd.registerExtension("ack", new AckExtension());
    }
    cometd.registerExtension("reload", new ReloadExtension({ storage }));
    return cometd;
}

/** A page that has a session, and goes. */
function lastPage(storage, { ack = true, ...properties } = {}) {
    const cometd = page(storage, { ack, ...properties });
    cometd.send(handshake());
    const ext = ack ? { ack: true } : undefined;
    const advice = { interval: 0 };
    cometd.receive({ channel: "/meta/handshake", id: "1", successful: true, clientId: "c1", advice, ext });
    cometd.send({ channel: "/meta/connect", id: "2", connectionType: "websocket" });
    cometd.receive({ channel: "/meta/connect", id: "2", successful: true, ext: ack ? { ack: 5 } : undefined });
    return cometd;
}

test("the next page goes on: same clientId, same transport, last acknowledged number", () => {
    const storage = new FakeStorage();
    const last = lastPage(storage);
    last.reload();
    assert.deepEqual([...storage.items.keys()], ["org.cometd.reload"]);
    assert.equal(last.aborted, 1);

    const next = page(storage);
    assert.equal(next.send(handshake("9")), null);
    assert.equal(storage.items.size, 0);
    assert.equal(next.batches, 1);
    next.runTimers();
    const [reply] = next.received;
    assert.equal(reply.clientId, "c1");
    assert.equal(reply.id, "9");
    assert.equal(reply.successful, true);
    assert.equal(reply.ext.reload, true);
    assert.deepEqual(reply.supportedConnectionTypes, ["websocket"]);
    assert.equal(next.send({ channel: "/meta/connect", id: "10", connectionType: "websocket" }).ext.ack, 5);
    next.receive({ channel: "/meta/connect", id: "10", successful: true, ext: { ack: 6 } });
    assert.equal(next.batches, 0);

    // And the page after that one.
    next.reload();
    const third = page(storage);
    assert.equal(third.send(handshake()), null);
    third.runTimers();
    assert.equal(third.received[0].clientId, "c1");
    assert.equal(third.send({ channel: "/meta/connect", connectionType: "websocket" }).ext.ack, 6);
});

test("what was kept is used once", () => {
    const storage = new FakeStorage();
    lastPage(storage).reload();
    assert.equal(page(storage).send(handshake()), null);
    assert.notEqual(page(storage).send(handshake()), null);
});

test("reload works as an event listener, and asks nothing of the user", () => {
    const storage = new FakeStorage();
    const { reload } = lastPage(storage);
    assert.equal(reload(new Event("beforeunload")), undefined);
    assert.deepEqual([...storage.items.keys()], ["org.cometd.reload"]);
});

test("the name can be set in three ways", () => {
    const storage = new FakeStorage();
    const last = lastPage(storage);
    last.reload({ name: "other" });
    assert.deepEqual([...storage.items.keys()], ["other"]);
    assert.notEqual(page(storage).send(handshake()), null);
    const next = page(storage);
    next.getExtension("reload").configure({ name: "other" });
    assert.equal(next.send(handshake()), null);
    assert.ok(new ReloadExtension({ name: "third" }));
});

test("nothing is kept without a session", () => {
    const storage = new FakeStorage();
    page(storage).reload();
    const refused = page(storage);
    refused.receive({ channel: "/meta/handshake", successful: false });
    refused.reload();
    const gone = lastPage(storage);
    gone.send({ channel: "/meta/disconnect" });
    gone.reload();
    lastPage(storage, { status: "disconnected" }).reload();
    lastPage(storage, { status: "handshaking" }).reload();
    assert.equal(storage.items.size, 0);
});

for (const [why, properties] of [
    ["another URL", { url: "http://host/other" }],
    ["acknowledgements are off", { ackEnabled: false }],
    ["there is no ack extension", { ack: false }],
]) {
    test(`does not go on when ${why}`, () => {
        const storage = new FakeStorage();
        lastPage(storage).reload();
        const next = page(storage, properties);
        assert.notEqual(next.send(handshake()), null);
        assert.equal(next.batches, 0);
        assert.equal(storage.items.size, 0);
    });
}

test("does not go on without the session's transport", () => {
    const storage = new FakeStorage();
    lastPage(storage).reload();
    const message = { ...handshake(), supportedConnectionTypes: ["long-polling"] };
    assert.notEqual(page(storage).send(message), null);
});

test("goes on without acknowledgements when the session has none", () => {
    const storage = new FakeStorage();
    lastPage(storage, { ack: false }).reload();
    const next = page(storage, { ack: false });
    assert.equal(next.send(handshake()), null);
    next.runTimers();
    assert.deepEqual(next.received[0].ext, { reload: true });
});

for (const text of ["", "{", "null", "5", "[]", "{}", '{"url":"http://host/cometd"}', '{"reply":null}']) {
    test(`broken storage is ignored: ${text}`, () => {
        const storage = new FakeStorage();
        storage.setItem("org.cometd.reload", text);
        assert.notEqual(page(storage).send(handshake()), null);
        assert.equal(storage.items.size, 0);
    });
}

test("storage that throws is no storage", () => {
    const forbidden = () => {
        throw new Error("forbidden");
    };
    const storage = { getItem: forbidden, setItem: forbidden, removeItem: forbidden };
    const cometd = lastPage(storage);
    cometd.reload();
    assert.equal(cometd.aborted, 0);
    assert.equal(cometd.warnings.length, 1);
    // Without any, as in Node.
    const bare = new FakeCometD();
    bare.registerExtension("reload", new ReloadExtension());
    assert.notEqual(bare.send(handshake()), null);
});

test("no connect is sent by a page that goes; one that stays goes on", () => {
    const storage = new FakeStorage();
    const cometd = lastPage(storage);
    cometd.reload();
    assert.equal(cometd.send({ channel: "/meta/connect", id: "3" }), null);
    cometd.runTimers();
    const failed = cometd.received.at(-1);
    assert.deepEqual([failed.channel, failed.id, failed.successful], ["/meta/connect", "3", false]);
    assert.deepEqual(failed.advice, { reconnect: "retry", interval: 0 });
    assert.equal(storage.items.size, 0);
    assert.notEqual(cometd.send({ channel: "/meta/connect", id: "4", connectionType: "websocket" }), null);
});

test("messages wait for a new session when the old one has expired", () => {
    const storage = new FakeStorage();
    lastPage(storage).reload();
    const next = page(storage);
    next.send(handshake());
    next.runTimers();
    const advice = { reconnect: "handshake" };
    next.receive({ channel: "/meta/connect", successful: false, error: "402::…", advice });
    assert.equal(next.batches, 1);
    assert.notEqual(next.send(handshake("2")), null);
    assert.equal(next.batches, 0);
});

test("unregistered, it leaves nothing behind", () => {
    const cometd = lastPage(new FakeStorage());
    const extension = cometd.getExtension("reload");
    extension.unregistered();
    assert.equal("reload" in cometd, false);
});
