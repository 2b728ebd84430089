import assert from "node:assert/strict";
import { afterEach, beforeEach, describe, mock, test } from "node:test";
import { CometD } from "../../src/core.js";
import { canAppendTo, isCrossOrigin } from "../../src/configuration.js";
import { Scheduler } from "../../src/Scheduler.js";
import { webSocketURL } from "../../src/transports/WebSocketTransport.js";
import { settle } from "./ScriptedTransport.mjs";

beforeEach(() => mock.timers.enable({ apis: ["setTimeout", "Date"] }));
afterEach(() => {
    mock.timers.reset();
    delete globalThis.document;
});

const accepted = (id, types) => ({
    channel: "/meta/handshake",
    id,
    successful: true,
    clientId: "client",
    supportedConnectionTypes: types,
    advice: { reconnect: "retry", interval: 0, timeout: 30000 },
});

/** A client of one transport, and what it tells. */
function client(type, options) {
    const cometd = new CometD("test");
    for (const other of cometd.getTransportTypes().filter((each) => each !== type)) {
        cometd.unregisterTransport(other);
    }
    cometd.configure({ url: "http://example.test/cometd", logLevel: "error", ...options });
    const failures = [];
    cometd.addListener("/meta/unsuccessful", ({ channel, failure }) => failures.push([channel, failure]));
    return { cometd, failures };
}

describe("Long-polling", () => {
    /** A `fetch` whose server is the test. */
    function scriptedFetch() {
        const requests = [];
        const fetch = (url, options) =>
            new Promise((fulfil, reject) => {
                const answer = (text, status = 200) => {
                    const statusText = status === 200 ? "OK" : "Bad";
                    fulfil({ ok: status === 200, status, statusText, text: async () => text });
                };
                options.signal.addEventListener("abort", () => reject(new Error("aborted")));
                requests.push({ url, options, messages: JSON.parse(options.body), answer, fail: reject });
            });
        return { requests, fetch };
    }

    test("posts JSON, with cookies and the application's headers", async () => {
        const { requests, fetch } = scriptedFetch();
        const { cometd } = client("long-polling", { fetch, requestHeaders: { "X-Token": "secret" } });
        cometd.handshake();
        const [{ url, options, messages, answer }] = requests;
        assert.equal(url, "http://example.test/cometd/handshake");
        assert.equal(options.method, "POST");
        assert.equal(options.credentials, "include");
        assert.equal(options.keepalive, false);
        assert.deepEqual(options.headers, { "X-Token": "secret", "Content-Type": "application/json;charset=UTF-8" });
        answer(JSON.stringify([accepted(messages[0].id, ["long-polling"])]));
        await settle();
        assert.equal(requests[1].url, "http://example.test/cometd/connect");
        requests[1].answer(JSON.stringify({ channel: "/meta/connect", id: "2", successful: true }));
        await settle();
        assert.equal(cometd.getStatus(), "connected");
        cometd.disconnect(true);
        assert.equal(requests.at(-1).options.keepalive, true);
    });

    for (const [name, answer, expected] of [
        ["an HTTP error", (request) => request.answer("no", 503), { reason: "Bad", httpCode: 503 }],
        ["an empty body", (request) => request.answer(""), { reason: "Empty response", httpCode: 204 }],
        ["a page of HTML", (request) => request.answer("<html>"), { reason: "Not a Bayeux response" }],
        ["numbers instead of messages", (request) => request.answer("[1]"), { reason: "Not a Bayeux response" }],
        ["arrays instead of messages", (request) => request.answer("[[]]"), { reason: "Not a Bayeux response" }],
        ["null", (request) => request.answer("null"), { reason: "Empty response", httpCode: 204 }],
        ["a broken connection", (request) => request.fail(new TypeError("network")), { reason: "error" }],
        ["silence", () => mock.timers.tick(10000), { reason: "Request exceeded 10000 ms, the longest delay of the network" }],
    ]) {
        test(`takes ${name} for a failure, and tries again`, async () => {
            const { requests, fetch } = scriptedFetch();
            const { cometd, failures } = client("long-polling", { fetch });
            cometd.handshake();
            answer(requests[0]);
            await settle();
            const [[channel, failure]] = failures;
            assert.equal(channel, "/meta/handshake");
            for (const [field, value] of Object.entries(expected)) {
                assert.equal(failure[field], value);
            }
            assert.equal(requests.length, 2);
            const { id } = requests[1].messages[0];
            requests[1].answer(JSON.stringify([accepted(id, ["long-polling"])]));
            await settle();
            assert.equal(cometd.getStatus(), "connecting");
        });
    }

    test("gives a request up for good that took too long", async () => {
        const { requests, fetch } = scriptedFetch();
        const { cometd } = client("long-polling", { fetch });
        cometd.handshake();
        mock.timers.tick(10000);
        assert.equal(requests[0].options.signal.aborted, true);
        requests[0].answer(JSON.stringify([accepted("1", ["long-polling"])]));
        await settle();
        assert.equal(cometd.getClientId(), null);
    });
});

describe("WebSocket", () => {
    /** WebSockets whose server is the test. */
    function scriptedWebSocket() {
        const sockets = [];
        class WebSocket {
            constructor(url, protocol) {
                Object.assign(this, { url, protocol, sent: [], closed: null });
                sockets.push(this);
            }

            send(text) {
                this.sent.push(JSON.parse(text));
            }

            close(code, reason) {
                this.closed = [code, reason];
            }

            receive(...messages) {
                this.onmessage({ data: JSON.stringify(messages) });
            }

            lose(code = 1006, reason = "") {
                this.onclose({ code, reason });
            }
        }
        return { sockets, WebSocket };
    }

    async function connected(options) {
        const { sockets, WebSocket } = scriptedWebSocket();
        const { cometd, failures } = client("websocket", { WebSocket, ...options });
        cometd.handshake();
        const [socket] = sockets;
        socket.onopen();
        socket.receive(accepted("1", ["websocket"]));
        await settle();
        socket.receive({ channel: "/meta/connect", id: "2", successful: true });
        await settle();
        return { cometd, failures, sockets, socket };
    }

    test("carries everything in one socket", async () => {
        const { cometd, sockets, socket } = await connected({ protocol: "bayeux" });
        assert.equal(socket.url, "ws://example.test/cometd");
        assert.equal(socket.protocol, "bayeux");
        const replies = [];
        cometd.publish("/a", 1, (reply) => replies.push(reply.successful));
        const got = [];
        cometd.addListener("/a", ({ data }) => got.push(data));
        socket.receive({ channel: "/a", data: 1 }, { channel: "/a", id: "4", successful: true });
        assert.deepEqual(replies, [true]);
        assert.deepEqual(got, [1]);
        cometd.disconnect();
        socket.receive({ channel: "/meta/disconnect", id: "5", successful: true });
        assert.equal(socket.closed[0], 1000);
        assert.equal(sockets.length, 1);
        assert.equal(cometd.getStatus(), "disconnected");
    });

    test("that is lost is opened again, even when that fails at first", async () => {
        const { cometd, failures, sockets, socket } = await connected();
        cometd.publish("/a", 1);
        socket.lose(1001, "going away");
        await settle();
        assert.deepEqual(failures.map(([channel]) => channel), ["/meta/connect", "/a"]);
        assert.equal(failures[0][1].websocketCode, 1001);
        sockets[1].lose();
        await settle();
        mock.timers.tick(1000);
        sockets[2].onopen();
        const [[connect]] = sockets[2].sent;
        assert.equal(connect.channel, "/meta/connect");
        assert.deepEqual(connect.advice, { timeout: 0 });
        sockets[2].receive({ channel: "/meta/connect", id: connect.id, successful: true });
        assert.equal(cometd.getStatus(), "connected");
        assert.equal(cometd.getTransport().getType(), "websocket");
    });

    test("that never opened is tried again later when there is nothing else", async () => {
        const { sockets, WebSocket } = scriptedWebSocket();
        const { cometd } = client("websocket", { WebSocket });
        const changes = [];
        cometd.onTransportException = (before, after) => changes.push([before, after]);
        cometd.handshake();
        for (const delay of [0, 1000, 2000]) {
            sockets.at(-1).onerror();
            sockets.at(-1).lose();
            await settle();
            mock.timers.tick(delay);
        }
        assert.deepEqual(changes, []);
        assert.equal(sockets.length, 4);
        sockets[3].onopen();
        sockets[3].receive(accepted(sockets[3].sent[0][0].id, ["websocket"]));
        assert.equal(cometd.getStatus(), "connecting");
    });

    test("that worked is left for the next transport without stickyReconnect", async () => {
        const { cometd, sockets, socket } = await connected({ stickyReconnect: false });
        socket.lose();
        await settle();
        assert.equal(cometd.findTransport("websocket").accept("1.0", false, ""), false);
        assert.equal(sockets.length, 2);
    });

    test("that does not open in time, or cannot be made, has failed", async () => {
        const { sockets, WebSocket } = scriptedWebSocket();
        const slow = client("websocket", { WebSocket, connectTimeout: 300 });
        slow.cometd.handshake();
        mock.timers.tick(300);
        assert.match(slow.failures[0][1].reason, /within 300 ms/);
        assert.equal(sockets[0].closed[1], "Connect timeout");

        const broken = client("websocket", {
            WebSocket: class {
                constructor() {
                    throw new SyntaxError("bad URL");
                }
            },
        });
        broken.cometd.handshake();
        mock.timers.tick(1);
        assert.match(broken.failures[0][1].exception.message, /bad URL/);
    });

    for (const garbage of ["<html>", "[1]", "{", "\u0000"]) {
        test(`is closed when it brings ${JSON.stringify(garbage)}`, async () => {
            const { cometd, failures, sockets, socket } = await connected();
            socket.onmessage({ data: garbage });
            await settle();
            assert.equal(socket.closed[0], 1000);
            assert.equal(failures[0][0], "/meta/connect");
            assert.equal(sockets.length, 2);
            assert.equal(cometd.getStatus(), "connecting");
        });
    }

    test("is closed when a reply does not come in time", async () => {
        const { cometd, failures, socket } = await connected();
        mock.timers.tick(20000);
        cometd.publish("/a", 1);
        mock.timers.tick(9999);
        assert.equal(socket.closed, null);
        mock.timers.tick(1);
        assert.deepEqual(socket.closed, [1000, "Timeout"]);
        assert.deepEqual(failures.map(([channel]) => channel).sort(), ["/a", "/meta/connect"]);
    });

    test("fails a message alone that cannot be written as JSON", async () => {
        const { cometd, failures, socket } = await connected();
        cometd.publish("/a", 1n);
        mock.timers.tick(1);
        assert.deepEqual(failures.map(([channel]) => channel), ["/a"]);
        assert.equal(socket.closed, null);
    });

    test("is not used when the application does not want it", () => {
        const { WebSocket } = scriptedWebSocket();
        const { cometd } = client("websocket", { WebSocket });
        cometd.websocketEnabled = false;
        assert.equal(cometd.findTransport("websocket").accept("1.0", false, ""), false);
    });

    test("has the address of the HTTP server", () => {
        assert.equal(webSocketURL("https://example.test:8443/cometd"), "wss://example.test:8443/cometd");
        assert.equal(webSocketURL("/cometd", { href: "http://page.test/x/y.html" }), "ws://page.test/cometd");
        assert.equal(webSocketURL("ws://example.test/cometd"), "ws://example.test/cometd");
    });
});

describe("Callback-polling", () => {
    /** A document whose scripts are loaded by the test. */
    function scriptedDocument() {
        const scripts = [];
        globalThis.document = {
            createElement: () => ({ remove() { this.removed = true; } }),
            head: { appendChild: (script) => scripts.push(script) },
        };
        const parse = ({ src }) => {
            const parameters = new URL(src).searchParams;
            const name = parameters.get("jsonp");
            const call = globalThis.cometdCallbacks[name.split(".")[1]];
            return { name, messages: JSON.parse(parameters.get("message")), call };
        };
        return { scripts, parse };
    }

    test("puts messages into addresses, in several when they are long", async () => {
        const { scripts, parse } = scriptedDocument();
        const { cometd } = client("callback-polling", { maxURILength: 500, useWorkerScheduler: false });
        cometd.handshake();
        const { name, messages, call } = parse(scripts[0]);
        assert.match(name, /^[a-zA-Z0-9._-]{1,64}$/);
        call([accepted(messages[0].id, ["callback-polling"])]);
        await settle();
        assert.equal(scripts[0].removed, true);

        const replies = [];
        cometd.batch(() => {
            for (let count = 0; count < 4; count += 1) {
                cometd.publish("/a", "x".repeat(60), (reply) => replies.push(reply.successful));
            }
            cometd.publish("/a", "y".repeat(600), (reply) => replies.push(reply.failure.reason));
        });
        let loaded = 0;
        for (let index = 2; index < scripts.length; index += 1) {
            assert.ok(scripts[index].src.length <= 500);
            const portion = parse(scripts[index]);
            loaded += portion.messages.length;
            portion.call(portion.messages.map(({ id }) => ({ channel: "/a", id, successful: true })));
        }
        assert.equal(loaded, 4);
        mock.timers.tick(1);
        assert.deepEqual(replies.slice(0, 4), [true, true, true, true]);
        assert.match(replies[4], /maxURILength/);
    });

    test("lets the page finish loading before a connect is held", async () => {
        const { scripts, parse } = scriptedDocument();
        globalThis.document.readyState = "interactive";
        let loaded;
        globalThis.addEventListener = (name, listener) => (loaded = listener);
        try {
            const { cometd } = client("callback-polling", { useWorkerScheduler: false });
            cometd.handshake();
            const { messages, call } = parse(scripts[0]);
            call([accepted(messages[0].id, ["callback-polling"])]);
            await settle();
            assert.equal(scripts.length, 1);
            loaded();
            assert.equal(parse(scripts[1]).messages[0].channel, "/meta/connect");
        } finally {
            delete globalThis.addEventListener;
        }
    });

    test("takes a script that does not load, or brings garbage, for a failure", async () => {
        const { scripts, parse } = scriptedDocument();
        const before = Object.keys(globalThis.cometdCallbacks ?? {});
        const { cometd, failures } = client("callback-polling", { useWorkerScheduler: false });
        cometd.handshake();
        scripts[0].onerror();
        await settle();
        parse(scripts[1]).call([1]);
        await settle();
        assert.deepEqual(failures.map(([, { reason }]) => reason), ["error", "Not a Bayeux response"]);
        assert.deepEqual(Object.keys(globalThis.cometdCallbacks), before);
        mock.timers.tick(1000);
        assert.equal(scripts.length, 3);
    });
});

describe("Addresses", () => {
    test("get the message type where there is room for it", () => {
        for (const url of ["http://h/cometd", "http://h.test:8080/cometd/", "/cometd", "http://h.test"]) {
            assert.equal(canAppendTo(url), true, url);
        }
        for (const url of ["http://h/cometd.php", "http://h/cometd?x=1", "http://h/cometd#x", "/a/b.cgi/"]) {
            assert.equal(canAppendTo(url), false, url);
        }
    });

    test("are of another origin when host or port differ", () => {
        const location = { href: "http://page.test:8080/x", host: "page.test:8080" };
        assert.equal(isCrossOrigin("/cometd", location), false);
        assert.equal(isCrossOrigin("http://page.test:8080/cometd", location), false);
        assert.equal(isCrossOrigin("http://page.test/cometd", location), true);
        assert.equal(isCrossOrigin("http://[", location), false);
        assert.equal(isCrossOrigin("http://other.test/cometd", undefined), false);
    });
});

describe("The scheduler", () => {
    test("runs its timers in a worker, and goes on without it when it fails", () => {
        const posted = [];
        let worker;
        globalThis.document = {};
        globalThis.Worker = class {
            constructor() {
                worker = this;
            }

            postMessage(message) {
                posted.push(message);
            }

            terminate() {
                this.terminated = true;
            }
        };
        try {
            const scheduler = new Scheduler(() => 0);
            scheduler.startWorker();
            const order = [];
            const first = scheduler.setTimeout(() => order.push("first"), 100);
            const second = scheduler.setTimeout(() => order.push("second"), 200);
            const third = scheduler.setTimeout(() => order.push("third"), 300);
            scheduler.clearTimeout(second);
            scheduler.clearTimeout(second);
            assert.deepEqual(posted, [
                { id: first, delay: 100 },
                { id: second, delay: 200 },
                { id: third, delay: 300 },
                { id: second },
            ]);
            worker.onmessage({ data: first });
            worker.onmessage({ data: second });
            assert.deepEqual(order, ["first"]);
            worker.onerror();
            assert.equal(worker.terminated, true);
            mock.timers.tick(300);
            assert.deepEqual(order, ["first", "third"]);
        } finally {
            delete globalThis.Worker;
        }
    });
});
