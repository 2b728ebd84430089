import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { AckExtension, ReloadExtension, TimeSyncExtension } from "../src/index.js";
import { client, next, transports, within } from "./support/clients.mjs";
import { FakeStorage } from "./support/FakeCometD.mjs";
import { noServer, startServer } from "./support/server.mjs";

for (const transport of transports) {
    describe(`reload over ${transport}`, { skip: noServer }, () => {
        let server;
        before(async () => {
            server = await startServer("--max-sessions-per-browser", "-1", "--max-interval", "3s");
        });
        after(() => server?.stop());

        /** A page of a tab: it subscribes as pages do, and remembers what it hears. */
        const page = async (storage, { ack = true, channel = "/reload/news", prepare = () => {} } = {}) => {
            const heard = [];
            const requests = [];
            const cometd = client(server.url, transport, {
                // The first one that is registered sees what really goes out.
                watcher: { outgoing: (message) => void requests.push(structuredClone(message)) },
                ...(ack && { ack: new AckExtension() }),
                reload: new ReloadExtension({ storage }),
                timesync: new TimeSyncExtension(),
            });
            cometd.addListener("/meta/handshake", (reply) => {
                if (reply.successful) {
                    cometd.subscribe(channel, ({ data }) => heard.push(data));
                }
            });
            prepare(cometd);
            const connected = next(cometd, "/meta/connect", ({ successful }) => successful);
            const subscribed = next(cometd, "/meta/subscribe", ({ successful }) => successful);
            const reply = await within("handshake", cometd.promises.handshake());
            await connected;
            await subscribed;
            return { cometd, reply, heard, requests };
        };
        /** The page calls `reload()`, and goes. */
        const leave = ({ cometd }) => {
            // It has no life of its own any more: what it would do after a while does not happen.
            cometd.setTimeout = () => null;
            cometd.reload();
            delete cometd.setTimeout;
        };
        const publisher = async () => {
            const cometd = client(server.url, transport);
            await within("handshake", cometd.promises.handshake());
            return cometd;
        };

        test("the session goes on, and messages of the time between arrive once", async () => {
            const storage = new FakeStorage();
            const other = await publisher();
            const first = await page(storage);
            const before = next(first.cometd, "/reload/news");
            await other.promises.publish("/reload/news", 1);
            await before;
            leave(first);
            await other.promises.publish("/reload/news", 2);
            await other.promises.publish("/reload/news", 3);

            const third = [];
            const second = await page(storage, {
                prepare: (cometd) => third.push(next(cometd, "/reload/news", ({ data }) => data === 3)),
            });
            await third[0];
            assert.equal(second.reply.ext.reload, true);
            assert.equal(second.reply.clientId, first.reply.clientId);
            assert.equal(second.cometd.getClientId(), first.reply.clientId);
            assert.deepEqual(first.heard, [1]);
            assert.deepEqual(second.heard, [2, 3]);
            const connects = second.requests.filter(({ channel }) => channel === "/meta/connect");
            assert.ok(connects[0].ext.ack > 0);
            assert.equal(second.requests.some(({ channel }) => channel === "/meta/handshake"), false);

            const last = next(second.cometd, "/reload/news");
            await other.promises.publish("/reload/news", 4);
            await last;
            assert.deepEqual(second.heard, [2, 3, 4]);
            await second.cometd.promises.disconnect();
            await other.promises.disconnect();
        });

        test("the session goes on without acknowledgements", async () => {
            const storage = new FakeStorage();
            const other = await publisher();
            const first = await page(storage, { ack: false });
            leave(first);
            const second = await page(storage, { ack: false });
            assert.equal(second.reply.clientId, first.reply.clientId);
            assert.equal(second.reply.ext.reload, true);
            const news = next(second.cometd, "/reload/news");
            await other.promises.publish("/reload/news", "after");
            await news;
            await second.cometd.promises.disconnect();
            await other.promises.disconnect();
        });

        test("a session that has expired makes way for a new one", async () => {
            const storage = new FakeStorage();
            const first = await page(storage);
            leave(first);
            const text = storage.getItem("org.cometd.reload");
            storage.setItem("org.cometd.reload", text.replaceAll(first.reply.clientId, `${first.reply.clientId}x`));
            const replies = [];
            const second = await page(storage, {
                prepare: (cometd) => cometd.addListener("/meta/handshake", (reply) => replies.push(reply)),
            });
            assert.equal(replies.length, 2);
            assert.equal(replies[0].ext.reload, true);
            assert.equal(replies[1].ext?.reload, undefined);
            assert.equal(second.cometd.getClientId(), replies[1].clientId);
            const news = next(second.cometd, "/reload/news");
            await within("publish", second.cometd.promises.publish("/reload/news", "new"));
            await news;
            await second.cometd.promises.disconnect();
        });

        test("a page that stays goes on", { timeout: 20000 }, async () => {
            const storage = new FakeStorage();
            const other = await publisher();
            const only = await page(storage);
            const timers = [];
            // The five seconds pass at once.
            const { cometd } = only;
            cometd.setTimeout = (callback) => timers.push(callback);
            cometd.reload();
            delete cometd.setTimeout;
            assert.equal(storage.items.size, 1);
            await new Promise(setImmediate);
            const connected = next(cometd, "/meta/connect", ({ successful }) => successful);
            timers.forEach((callback) => callback());
            await connected;
            assert.equal(storage.items.size, 0);
            const news = next(cometd, "/reload/news");
            await other.promises.publish("/reload/news", "still there");
            await news;
            assert.equal(cometd.getClientId(), only.reply.clientId);
            await cometd.promises.disconnect();
            await other.promises.disconnect();
        });
    });
}
