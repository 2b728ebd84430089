import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { once } from "node:events";
import { createServer } from "node:http";
import { afterEach, test } from "node:test";
import { NodeWebSocket } from "../src/node/NodeWebSocket.js";

const cleanUps = [];
afterEach(async () => {
    for (const cleanUp of cleanUps.splice(0)) {
        await cleanUp();
    }
});

/**
 * A server that upgrades; the test plays its part by hand.
 *
 * @returns {Promise<{url: string, connection: Promise<Peer>}>}
 */
async function listen(change = (headers) => headers) {
    const server = createServer((request, response) => response.writeHead(404).end("no"));
    let arrived;
    const connection = new Promise((resolve) => {
        arrived = resolve;
    });
    const sockets = new Set();
    server.on("upgrade", (request, socket) => {
        sockets.add(socket);
        const key = request.headers["sec-websocket-key"] + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
        const headers = change(
            {
                Upgrade: "websocket",
                Connection: "Upgrade",
                "Sec-WebSocket-Accept": createHash("sha1").update(key).digest("base64"),
            },
            request,
        );
        const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
        socket.write(`HTTP/1.1 101 Switching Protocols\r\n${lines.join("")}\r\n`);
        arrived(new Peer(socket, request));
    });
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    cleanUps.push(async () => {
        for (const socket of sockets) {
            socket.destroy();
        }
        server.closeAllConnections();
        server.close();
        await once(server, "close");
    });
    return { url: `ws://127.0.0.1:${server.address().port}/path?query`, connection };
}

/** The server's side of a connection: bytes out, frames in. */
class Peer {
    #bytes = Buffer.alloc(0);
    #waiting = null;

    constructor(socket, request) {
        this.socket = socket;
        this.request = request;
        socket.on("error", () => {});
        socket.on("end", () => socket.end());
        socket.on("data", (chunk) => {
            this.#bytes = Buffer.concat([this.#bytes, chunk]);
            this.#waiting?.();
        });
    }

    /** A frame as a server sends it. */
    send(opcode, payload = "", { final = true, head } = {}) {
        const bytes = Buffer.from(payload);
        const size =
            bytes.length < 126
                ? [bytes.length]
                : bytes.length < 65536
                  ? [126, bytes.length >> 8, bytes.length & 255]
                  : [127, ...[7, 6, 5, 4, 3, 2, 1, 0].map((place) => Math.floor(bytes.length / 256 ** place) % 256)];
        this.socket.write(Buffer.concat([Buffer.from(head ?? [(final ? 0x80 : 0) | opcode, ...size]), bytes]));
    }

    /** The next frame from the client. */
    async frame() {
        for (;;) {
            const frame = this.#parse();
            if (frame) {
                return frame;
            }
            await new Promise((resolve) => {
                this.#waiting = resolve;
            });
        }
    }

    #parse() {
        const bytes = this.#bytes;
        if (bytes.length < 2) {
            return null;
        }
        let start = 2;
        let size = bytes[1] & 127;
        if (size === 126) {
            size = bytes.readUInt16BE(2);
            start = 4;
        } else if (size === 127) {
            size = Number(bytes.readBigUInt64BE(2));
            start = 10;
        }
        if (bytes.length < start + 4 + size) {
            return null;
        }
        assert.ok(bytes[1] & 128, "a client masks");
        assert.equal(bytes[0] & 0xf0, 0x80);
        const mask = bytes.subarray(start, start + 4);
        const payload = Buffer.from(bytes.subarray(start + 4, start + 4 + size)).map((byte, i) => byte ^ mask[i & 3]);
        this.#bytes = bytes.subarray(start + 4 + size);
        return { opcode: bytes[0] & 15, payload };
    }
}

const event = (socket, type) =>
    new Promise((resolve) => {
        socket.addEventListener(type, resolve, { once: true });
    });

async function open(...rest) {
    const { url, connection } = await listen();
    const socket = new NodeWebSocket(url, ...rest);
    await event(socket, "open");
    return { socket, peer: await connection };
}

test("opens, says and hears text, with the browser's properties", async () => {
    const { url, connection } = await listen((headers) => ({ ...headers, "Sec-WebSocket-Protocol": "b" }));
    const socket = new NodeWebSocket(url, ["a", "b"], { headers: { "X-Test": "1" } });
    assert.equal(socket.readyState, NodeWebSocket.CONNECTING);
    assert.throws(() => socket.send("early"), { name: "InvalidStateError" });
    const events = [];
    socket.onopen = () => events.push("open");
    socket.onmessage = ({ data }) => events.push(data);
    await event(socket, "open");
    assert.equal(socket.readyState, socket.OPEN);
    assert.equal(socket.url, url);
    assert.equal(socket.protocol, "b");
    assert.equal(socket.extensions, "");
    const peer = await connection;
    assert.equal(peer.request.headers["x-test"], "1");
    assert.equal(peer.request.headers["sec-websocket-protocol"], "a, b");
    assert.equal(peer.request.url, "/path?query");
    socket.send("grüße");
    const { opcode, payload } = await peer.frame();
    assert.deepEqual([opcode, payload.toString()], [1, "grüße"]);
    peer.send(1, "zurück");
    await event(socket, "message");
    assert.deepEqual(events, ["open", "zurück"]);
});

for (const size of [0, 125, 126, 65535, 65536, 200000]) {
    test(`${size} bytes pass both ways`, async () => {
        const { socket, peer } = await open();
        const text = "x".repeat(size);
        socket.send(text);
        assert.equal((await peer.frame()).payload.toString(), text);
        peer.send(1, text);
        assert.equal((await event(socket, "message")).data, text);
    });
}

test("bytes are sent and received", async () => {
    const { socket, peer } = await open();
    socket.binaryType = "arraybuffer";
    const bytes = Uint8Array.of(1, 2, 3, 4);
    for (const [data, expected] of [[bytes.subarray(1, 3), [2, 3]], [bytes.buffer, [1, 2, 3, 4]]]) {
        socket.send(data);
        const frame = await peer.frame();
        assert.equal(frame.opcode, 2);
        assert.deepEqual([...frame.payload], expected);
    }
    peer.send(2, Buffer.from([7, 8]));
    const { data } = await event(socket, "message");
    assert.deepEqual(new Uint8Array(data), Uint8Array.of(7, 8));
});

test("fragments are joined, with a ping between them answered", async () => {
    const { socket, peer } = await open();
    peer.send(1, Buffer.from([0xc3]), { final: false });
    peer.send(9, "ping");
    peer.send(0, "", { final: false });
    peer.send(0, Buffer.from([0xa4, 0x21]));
    assert.equal((await event(socket, "message")).data, "ä!");
    const { opcode, payload } = await peer.frame();
    assert.deepEqual([opcode, payload.toString()], [10, "ping"]);
});

test("frames come in any pieces", async () => {
    const { socket, peer } = await open();
    const received = [];
    socket.onmessage = ({ data }) => received.push(data);
    const stream = Buffer.from([0x81, 2, 0x68, 0x69, 0x8a, 0, 0x81, 126, 0, 3, 0x61, 0x62, 0x63, 0x81, 1, 0x7a]);
    for (const byte of stream) {
        peer.socket.write(Buffer.from([byte]));
        await new Promise(setImmediate);
    }
    while (received.length < 3) {
        await event(socket, "message");
    }
    assert.deepEqual(received, ["hi", "abc", "z"]);
});

test("the client closes", async () => {
    const { socket, peer } = await open();
    assert.throws(() => socket.close(1001), { name: "InvalidAccessError" });
    assert.throws(() => socket.close(3000, "x".repeat(124)), { name: "SyntaxError" });
    socket.close(3001, "done");
    socket.close();
    assert.equal(socket.readyState, socket.CLOSING);
    socket.send("too late");
    const { opcode, payload } = await peer.frame();
    assert.deepEqual([opcode, payload.readUInt16BE(0), payload.subarray(2).toString()], [8, 3001, "done"]);
    // A message on its way is not delivered any more.
    socket.onmessage = () => assert.fail("closing");
    peer.send(1, "late");
    peer.send(8, payload);
    peer.socket.end();
    const { code, reason, wasClean } = await event(socket, "close");
    assert.deepEqual([code, reason, wasClean], [3001, "done", true]);
    assert.equal(socket.readyState, socket.CLOSED);
});

test("the server closes", async () => {
    const { socket, peer } = await open();
    peer.send(8, Buffer.concat([Buffer.from([0x03, 0xe9]), Buffer.from("bye")]));
    const { code, reason, wasClean } = await event(socket, "close");
    assert.deepEqual([code, reason, wasClean], [1001, "bye", true]);
    const frame = await peer.frame();
    assert.deepEqual([frame.opcode, frame.payload.readUInt16BE(0)], [8, 1001]);
});

test("a close frame without a code is 1005, a connection that breaks 1006", async () => {
    const one = await open();
    one.peer.send(8);
    assert.equal((await event(one.socket, "close")).code, 1005);
    const two = await open();
    two.peer.socket.destroy();
    const { code, wasClean } = await event(two.socket, "close");
    assert.deepEqual([code, wasClean], [1006, false]);
});

for (const [why, code, play] of [
    ["a masked frame", 1002, (peer) => peer.send(1, "1234", { head: [0x81, 0x80] })],
    ["a reserved bit", 1002, (peer) => peer.send(1, "", { head: [0xc1, 0] })],
    ["an unknown opcode", 1002, (peer) => peer.send(3)],
    ["an unknown control opcode", 1002, (peer) => peer.send(11)],
    ["a ping in fragments", 1002, (peer) => peer.send(9, "", { final: false })],
    ["a ping that is too long", 1002, (peer) => peer.send(9, "x".repeat(126))],
    ["a continuation of nothing", 1002, (peer) => peer.send(0, "x")],
    ["a message within a message", 1002, (peer) => (peer.send(1, "x", { final: false }), peer.send(1, "y"))],
    ["text that is not UTF-8", 1007, (peer) => peer.send(1, Buffer.from([0xc3]))],
    ["a message that is too large", 1009, (peer) => peer.send(1, "", { head: [0x81, 127, 1, 0, 0, 0, 0, 0, 0, 0] })],
    ["fragments that are too large", 1009, (peer) => {
        peer.send(1, "x".repeat(900), { final: false });
        peer.send(0, "x".repeat(200));
    }],
    ["a close code of one byte", 1002, (peer) => peer.send(8, "x")],
    ["a close code that is none", 1002, (peer) => peer.send(8, Buffer.from([0x03, 0xed]))],
]) {
    test(`${why} ends the connection with ${code}`, async () => {
        const { socket, peer } = await open([], { maxPayload: 1000 });
        const error = event(socket, "error");
        const closed = event(socket, "close");
        socket.onmessage = () => assert.fail("no message");
        play(peer);
        const { opcode, payload } = await peer.frame();
        assert.deepEqual([opcode, payload.readUInt16BE(0)], [8, code]);
        await error;
        const { code: seen, wasClean } = await closed;
        assert.deepEqual([seen, wasClean], [1006, false]);
    });
}

for (const [why, change] of [
    ["the key is wrong", (headers) => ({ ...headers, "Sec-WebSocket-Accept": "x" })],
    ["it upgrades to something else", (headers) => ({ ...headers, Upgrade: "h2c" })],
    ["it chooses an extension", (headers) => ({ ...headers, "Sec-WebSocket-Extensions": "permessage-deflate" })],
    ["it chooses a subprotocol", (headers) => ({ ...headers, "Sec-WebSocket-Protocol": "z" })],
]) {
    test(`an answer is refused when ${why}`, async () => {
        const { url } = await listen(change);
        const socket = new NodeWebSocket(url);
        socket.onopen = () => assert.fail("open");
        const error = event(socket, "error");
        const { code } = await event(socket, "close");
        assert.equal(code, 1006);
        await error;
    });
}

test("HTTP answers, dead ports and early closes are errors", async () => {
    const server = createServer((request, response) => response.writeHead(404).end("no"));
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    const url = `http://127.0.0.1:${server.address().port}/`;
    const refused = new NodeWebSocket(url);
    assert.equal((await event(refused, "close")).code, 1006);
    const early = new NodeWebSocket(url);
    early.close();
    assert.equal(early.readyState, early.CLOSING);
    assert.equal((await event(early, "close")).code, 1006);
    server.closeAllConnections();
    server.close();
    await once(server, "close");
    const dead = new NodeWebSocket(url);
    const error = event(dead, "error");
    assert.equal((await event(dead, "close")).wasClean, false);
    await error;
});

test("bad addresses and subprotocols are refused at once", () => {
    for (const [url, protocols] of [["nonsense"], ["ftp://host/"], ["ws://host/", "a b"], ["ws://host/", ["a", "a"]]]) {
        assert.throws(() => new NodeWebSocket(url, protocols), { name: "SyntaxError" });
    }
});
