import assert from "node:assert/strict";
import { createServer } from "node:http";
import { once } from "node:events";
import { after, before, describe, test } from "node:test";
import { CometD } from "../../src/core.js";
import { AckExtension } from "../../src/extensions/AckExtension.js";
import { NodeWebSocket, cookieFetch } from "../../src/node/index.js";
import { Proxy } from "../support/Proxy.mjs";
import { noServer, startServer } from "../support/server.mjs";

const limit = { timeout: 60000, skip: noServer };

/** A client over one transport, or over both. */
function client(url, { transports = ["websocket", "long-polling"], ...options } = {}) {
    const cometd = new CometD("test");
    for (const type of cometd.getTransportTypes().filter((each) => !transports.includes(each))) {
        cometd.unregisterTransport(type);
    }
    cometd.configure({ url, logLevel: "error", WebSocket: NodeWebSocket, fetch: cookieFetch(), ...options });
    return cometd;
}

/** The next message on a channel, the client's own ones included, for which a condition holds. */
function next(cometd, channel, condition = () => true) {
    return new Promise((fulfil) => {
        const handle = cometd.addListener(channel, (message) => {
            if (condition(message)) {
                cometd.removeListener(handle);
                fulfil(message);
            }
        });
    });
}

const connected = (cometd) => next(cometd, "/meta/connect", ({ successful }) => successful);

for (const type of ["websocket", "long-polling"]) {
    describe(`Over ${type}, the server`, limit, () => {
        let server;
        let proxy;
        before(async () => {
            server = await startServer("--demo");
            proxy = await Proxy.start(server.origin);
        });
        after(async () => {
            await proxy?.stop();
            await server?.stop();
        });
        const make = (options) => client(`${proxy.origin}/cometd`, { transports: [type], ...options });

        test("brings messages from one client to another, in order", async () => {
            const [alice, bob] = [make(), make()];
            await Promise.all([alice.promises.handshake(), bob.promises.handshake()]);
            assert.equal(alice.getTransport().getType(), type);
            const got = [];
            const all = new Promise((fulfil) => {
                alice.subscribe("/room/*", ({ data }) => got.push(data) === 100 && fulfil());
            });
            await alice.promises.subscribe("/other", () => {});
            bob.batch(() => {
                for (let count = 0; count < 50; count += 1) {
                    bob.publish("/room/a", count);
                }
            });
            for (let count = 50; count < 100; count += 1) {
                bob.publish("/room/b", count);
            }
            await all;
            assert.deepEqual(got, Array.from({ length: 100 }, (_, index) => index));
            await Promise.all([alice.promises.disconnect(), bob.promises.disconnect()]);
        });

        test("answers calls, refuses what it does not know, and ends the session when asked", async () => {
            const cometd = make();
            await cometd.promises.handshake();
            assert.deepEqual((await cometd.promises.remoteCall("rpc/echo", { a: [1, "ü", null] })).data, { a: [1, "ü", null] });
            assert.equal((await cometd.promises.remoteCall("rpc/echo", null)).data, null);
            await assert.rejects(cometd.promises.remoteCall("rpc/fail", 1), ({ reply }) => reply.data === "this call always fails");
            await assert.rejects(cometd.promises.remoteCall("rpc/nothing", 1, 200), /406::timeout/);
            await assert.rejects(cometd.promises.subscribe("/meta/connect", () => {}), /403/);
            await assert.rejects(cometd.promises.publish("/a//b", 1), ({ reply }) => reply.successful === false);
            const reply = await cometd.promises.disconnect();
            assert.equal(reply.successful, true);
            assert.equal(cometd.getStatus(), "disconnected");
        });

        test("keeps the session through a short failure, and brings what was missed with acknowledgements", async () => {
            const [cometd, publisher] = [make(), client(server.url, { transports: [type] })];
            cometd.registerExtension("ack", new AckExtension());
            const first = connected(cometd);
            await Promise.all([cometd.promises.handshake(), publisher.promises.handshake(), first]);
            const session = cometd.getClientId();
            const got = [];
            let all;
            const complete = new Promise((fulfil) => (all = fulfil));
            await cometd.promises.subscribe("/news", ({ data }) => got.push(data) === 6 && all());
            await publisher.promises.publish("/news", 0);
            for (let round = 0; round < 5; round += 1) {
                const lost = next(cometd, "/meta/connect", ({ successful }) => !successful);
                proxy.cut();
                await publisher.promises.publish("/news", round + 1);
                await lost;
                const back = connected(cometd);
                proxy.mend();
                await back;
            }
            await complete;
            assert.deepEqual(got, [0, 1, 2, 3, 4, 5]);
            assert.equal(cometd.getClientId(), session);
            await Promise.all([cometd.promises.disconnect(), publisher.promises.disconnect()]);
        });

        test("has clients that come back when it is started anew", async () => {
            let own = await startServer();
            const { port } = new URL(own.url);
            const cometd = client(own.url, { transports: [type], backoffIncrement: 100 });
            const got = [];
            cometd.addListener("/meta/handshake", ({ successful }) => {
                if (successful) {
                    cometd.subscribe("/news", ({ data }) => got.push(data));
                }
            });
            await Promise.all([cometd.promises.handshake(), connected(cometd)]);
            const session = cometd.getClientId();
            await own.stop();
            const again = next(cometd, "/meta/subscribe", ({ successful }) => successful);
            own = await startServer("--port", port);
            await again;
            assert.notEqual(cometd.getClientId(), session);
            const news = next(cometd, "/news");
            await cometd.promises.publish("/news", "hello");
            assert.equal((await news).data, "hello");
            assert.deepEqual(got, ["hello"]);
            await cometd.promises.disconnect();
            await own.stop();
        });
    });
}

describe("A client of both transports", limit, () => {
    test("falls back on long-polling when upgrades are refused, and stays there", async () => {
        const server = await startServer();
        // Passes requests on, but no upgrades.
        const front = createServer((request, response) => {
            const chunks = [];
            request.on("data", (chunk) => chunks.push(chunk));
            request.on("end", async () => {
                const headers = { "Content-Type": "application/json", Cookie: request.headers.cookie ?? "" };
                const body = Buffer.concat(chunks);
                const reply = await fetch(server.origin + request.url, { method: "POST", headers, body }).catch(() => null);
                if (reply === null) {
                    response.destroy();
                    return;
                }
                response.writeHead(reply.status, { "Set-Cookie": reply.headers.getSetCookie() });
                response.end(await reply.text());
            });
        });
        front.on("upgrade", (request, socket) => socket.end("HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n"));
        front.listen(0, "127.0.0.1");
        await once(front, "listening");
        const cometd = client(`http://127.0.0.1:${front.address().port}/cometd`);
        const changes = [];
        cometd.onTransportException = (before, now) => changes.push([before, now]);
        await Promise.all([cometd.promises.handshake(), connected(cometd)]);
        assert.deepEqual(changes, [["websocket", "long-polling"]]);
        assert.equal(cometd.getTransport().getType(), "long-polling");
        await cometd.promises.publish("/a", 1);
        await cometd.promises.disconnect();
        front.closeAllConnections();
        front.close();
        await server.stop();
    });

    test("recovers from a server that answers nonsense", async () => {
        const server = await startServer();
        let nonsense = true;
        const answers = [
            (response) => response.writeHead(500).end("oh"),
            (response) => response.end("<html>"),
            (response) => response.end("[{]"),
            (response) => response.end("[]"),
            (response) => response.end('[{"channel": "/meta/handshake"}]'),
            (response) => response.socket.destroy(),
        ];
        let count = 0;
        const front = createServer(async (request, response) => {
            const chunks = await request.toArray();
            if (nonsense) {
                answers[count++ % answers.length](response);
                nonsense = count < answers.length;
                return;
            }
            const headers = { "Content-Type": "application/json", Cookie: request.headers.cookie ?? "" };
            const reply = await fetch(server.origin + request.url, { method: "POST", headers, body: Buffer.concat(chunks) });
            response.writeHead(reply.status, { "Set-Cookie": reply.headers.getSetCookie() });
            response.end(await reply.text());
        });
        front.listen(0, "127.0.0.1");
        await once(front, "listening");
        const url = `http://127.0.0.1:${front.address().port}/cometd`;
        const cometd = client(url, { transports: ["long-polling"], backoffIncrement: 10 });
        const failed = [];
        cometd.addListener("/meta/unsuccessful", ({ channel }) => failed.push(channel));
        // One of the answers is a refusal without advice: the session ends, and the application begins another.
        await assert.rejects(cometd.promises.handshake());
        await Promise.all([cometd.promises.handshake(), connected(cometd)]);
        assert.equal(failed.length, answers.length);
        await cometd.promises.disconnect();
        front.closeAllConnections();
        front.close();
        await server.stop();
    });
});
