import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { AckExtension, BinaryExtension, TimeStampExtension, TimeSyncExtension } from "../src/index.js";
import { client, next, transports, within } from "./support/clients.mjs";
import { noServer, startServer } from "./support/server.mjs";

for (const transport of transports) {
    describe(`extensions over ${transport}`, { skip: noServer }, () => {
        let server;
        before(async () => {
            server = await startServer("--demo", "--extensions", "ack,binary,timestamp,timesync", "--timeout", "2s");
        });
        after(() => server?.stop());

        /** Runs a test with clients that are ended in any case. */
        const withClients = async (body) => {
            const clients = [];
            const make = async (extensions, prepare = () => {}) => {
                const cometd = client(server.url, transport, extensions);
                clients.push(cometd);
                prepare(cometd);
                const reply = await within("handshake", cometd.promises.handshake());
                return { cometd, reply };
            };
            try {
                await body(make);
            } finally {
                await Promise.all(clients.map((cometd) => within("disconnect", cometd.promises.disconnect())));
            }
        };

        test("ack: the server numbers its answers, nothing comes twice, nothing is missing", () =>
            withClients(async (make) => {
                const requests = [];
                const watcher = { outgoing: (message) => void requests.push(structuredClone(message)) };
                const { cometd, reply } = await make({ watcher, ack: new AckExtension() });
                assert.equal(reply.ext.ack, true);
                const { cometd: publisher } = await make({});
                const received = [];
                let all;
                const complete = new Promise((resolve) => {
                    all = resolve;
                });
                await cometd.promises.subscribe("/ack/numbers", ({ data }) => {
                    received.push(data);
                    if (data === 30) {
                        all();
                    }
                });
                for (let number = 1; number <= 30; number++) {
                    await publisher.promises.publish("/ack/numbers", number);
                }
                await within("30 messages", complete);
                assert.deepEqual(received, Array.from({ length: 30 }, (_, index) => index + 1));
                const connects = requests.filter(({ channel }) => channel === "/meta/connect");
                const numbers = connects.map(({ ext }) => ext.ack);
                assert.equal(numbers[0], -1);
                assert.deepEqual([...numbers].sort((a, b) => a - b), numbers);
                assert.ok(numbers.at(-1) > 0);
            }));

        test("ack: what was lost on the way is sent again", () =>
            withClients(async (make) => {
                // Loses the message once, and the numbers of all answers until it has come again.
                let seen = 0;
                const lossy = {
                    incoming(message) {
                        if (message.channel === "/meta/connect" && seen < 2) {
                            delete message.ext?.ack;
                        }
                        if (message.channel === "/ack/lossy") {
                            seen += 1;
                            return seen === 1 ? null : message;
                        }
                        return message;
                    },
                };
                const { cometd } = await make({ lossy, ack: new AckExtension() });
                const { cometd: publisher } = await make({});
                const arrived = next(cometd, "/ack/lossy");
                await cometd.promises.subscribe("/ack/lossy", () => {});
                await publisher.promises.publish("/ack/lossy", "precious");
                assert.equal((await arrived).data, "precious");
                assert.equal(seen, 2);
            }));

        test("ack: switched off by ackEnabled", () =>
            withClients(async (make) => {
                const { reply } = await make({ ack: new AckExtension() }, (cometd) => {
                    cometd.ackEnabled = false;
                });
                assert.equal(reply.ext?.ack, undefined);
            }));

        test("binary: bytes arrive as an ArrayBuffer, with last and meta", () =>
            withClients(async (make) => {
                const { cometd } = await make({ binary: new BinaryExtension() });
                const { cometd: publisher } = await make({ binary: new BinaryExtension() });
                const bytes = Uint8Array.from({ length: 1003 }, (_, index) => (index * 7) & 255);
                const arrived = next(cometd, "/binary/test");
                await cometd.promises.subscribe("/binary/test", () => {});
                const view = new DataView(bytes.buffer);
                await publisher.promises.publishBinary("/binary/test", view, false, { name: "ä" });
                const { data } = await arrived;
                assert.ok(data.data instanceof ArrayBuffer);
                assert.deepEqual(new Uint8Array(data.data), bytes);
                assert.deepEqual([data.last, data.meta], [false, { name: "ä" }]);
            }));

        test("binary: a remote call returns the bytes that it was given", () =>
            withClients(async (make) => {
                const { cometd } = await make({ binary: new BinaryExtension() });
                const bytes = Uint8Array.of(1, 2, 3);
                const { data } = await within("call", cometd.promises.remoteCallBinary("rpc/echo", bytes, true, {}));
                assert.deepEqual(new Uint8Array(data.data), bytes);
            }));

        test("timestamp: both sides tell the time", () =>
            withClients(async (make) => {
                const requests = [];
                const watcher = { outgoing: (message) => void requests.push(message) };
                const { reply } = await make({ watcher, timestamp: new TimeStampExtension() });
                assert.ok(Math.abs(Date.parse(requests[0].timestamp) - Date.now()) < 10000);
                assert.ok(reply.timestamp);
            }));

        test("timesync: finds that both clocks are the same", () =>
            withClients(async (make) => {
                const timesync = new TimeSyncExtension();
                const { cometd } = await make({ timesync });
                await next(cometd, "/meta/connect");
                assert.ok(timesync.getTimeOffsetSamples().length > 0);
                assert.ok(Math.abs(timesync.getTimeOffset()) < 1000, `offset ${timesync.getTimeOffset()}`);
                assert.ok(timesync.getNetworkLag() >= 0 && timesync.getNetworkLag() < 1000);
                const start = Date.now();
                const soon = timesync.getServerTime() + 50;
                await within("timer", new Promise((resolve) => timesync.setTimeout(resolve, soon)));
                assert.ok(Date.now() - start >= 45);
            }));

        test("all together", () =>
            withClients(async (make) => {
                const extensions = () => ({
                    ack: new AckExtension(),
                    binary: new BinaryExtension(),
                    timestamp: new TimeStampExtension(),
                    timesync: new TimeSyncExtension(),
                });
                const { cometd } = await make(extensions());
                const arrived = next(cometd, "/all");
                await cometd.promises.subscribe("/all", () => {});
                await cometd.promises.publishBinary("/all", Uint8Array.of(9));
                assert.deepEqual(new Uint8Array((await arrived).data.data), Uint8Array.of(9));
            }));
    });
}
