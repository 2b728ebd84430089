import assert from "node:assert/strict";
import { describe, mock, test } from "node:test";
import { AckExtension } from "../src/extensions/AckExtension.js";
import { BinaryExtension } from "../src/extensions/BinaryExtension.js";
import { TimeStampExtension } from "../src/extensions/TimeStampExtension.js";
import { TimeSyncExtension } from "../src/extensions/TimeSyncExtension.js";
import { FakeCometD } from "./support/FakeCometD.mjs";

function clientWith(name, extension) {
    const cometd = new FakeCometD();
    cometd.registerExtension(name, extension);
    return cometd;
}

describe("AckExtension", () => {
    const handshake = () => ({ channel: "/meta/handshake", id: "1" });
    const connect = () => ({ channel: "/meta/connect", id: "2" });

    test("asks with the boolean that servers look for, beside what else is in ext", () => {
        const cometd = clientWith("ack", new AckExtension());
        assert.deepEqual(cometd.send({ ...handshake(), ext: { token: "t" } }).ext, { token: "t", ack: true });
    });

    test("does not ask when ackEnabled is false, and then sends no numbers", () => {
        const cometd = clientWith("ack", new AckExtension());
        cometd.ackEnabled = false;
        assert.equal(cometd.send(handshake()).ext, undefined);
        cometd.receive({ channel: "/meta/handshake", successful: true });
        assert.equal(cometd.send(connect()).ext, undefined);
    });

    test("acknowledges the last answer, and -1 before the first", () => {
        const cometd = clientWith("ack", new AckExtension());
        cometd.receive({ channel: "/meta/handshake", successful: true, ext: { ack: true } });
        assert.equal(cometd.send(connect()).ext.ack, -1);
        cometd.receive({ channel: "/meta/connect", successful: true, ext: { ack: 7 } });
        assert.equal(cometd.send(connect()).ext.ack, 7);
        // A failed connect, and answers without or with an ill-typed number, change nothing.
        cometd.receive({ channel: "/meta/connect", successful: false, ext: { ack: 99 } });
        cometd.receive({ channel: "/meta/connect", successful: true });
        cometd.receive({ channel: "/meta/connect", successful: true, ext: { ack: "8" } });
        assert.equal(cometd.send(connect()).ext.ack, 7);
    });

    test("starts anew with a new session", () => {
        const cometd = clientWith("ack", new AckExtension());
        cometd.receive({ channel: "/meta/handshake", successful: true, ext: { ack: true } });
        cometd.receive({ channel: "/meta/connect", successful: true, ext: { ack: 7 } });
        cometd.receive({ channel: "/meta/handshake", successful: true, ext: { ack: true } });
        assert.equal(cometd.send(connect()).ext.ack, -1);
    });

    test("is silent when the server does not acknowledge", () => {
        const cometd = clientWith("ack", new AckExtension());
        for (const ext of [undefined, {}, { ack: false }, { ack: "true" }, { ack: null }, { ack: { batch: 1 } }]) {
            cometd.receive({ channel: "/meta/handshake", successful: true, ext });
            assert.equal(cometd.send(connect()).ext, undefined);
        }
    });

    test("takes the number from a handshake that delivers", () => {
        const cometd = clientWith("ack", new AckExtension());
        cometd.receive({ channel: "/meta/handshake", successful: true, ext: { ack: { enabled: true, batch: 3 } } });
        assert.equal(cometd.send(connect()).ext.ack, 3);
    });
});

describe("BinaryExtension", () => {
    const binary = (data) => ({ channel: "/b", data: { data, last: true, meta: {} }, ext: { binary: {} } });

    test("encodes buffers and views, and leaves the application's object alone", () => {
        const cometd = clientWith("binary", new BinaryExtension());
        const bytes = new Uint8Array([0xca, 0xfe, 0xba, 0xbe, 1]);
        const message = binary(new DataView(bytes.buffer));
        const given = message.data;
        assert.deepEqual(cometd.send(message).data, { data: "+kO#^0r", last: true, meta: {} });
        assert.ok(given.data instanceof DataView);
        // Sent once more after a failure: it is text already.
        assert.equal(cometd.send(message).data.data, "+kO#^0r");
    });

    test("decodes to an ArrayBuffer", () => {
        const cometd = clientWith("binary", new BinaryExtension());
        const { data } = cometd.receive(binary("+kO#^0r"));
        assert.ok(data.data instanceof ArrayBuffer);
        assert.deepEqual([...new Uint8Array(data.data)], [0xca, 0xfe, 0xba, 0xbe, 1]);
    });

    test("leaves what cannot be decoded as it is, and warns", () => {
        const cometd = clientWith("binary", new BinaryExtension());
        assert.equal(cometd.receive(binary("no Z85 ~")).data.data, "no Z85 ~");
        assert.equal(cometd.warnings.length, 1);
    });

    test("leaves other messages alone", () => {
        const cometd = clientWith("binary", new BinaryExtension());
        const others = [
            { channel: "/a", data: { data: "HelloWorld" } },
            { channel: "/a", data: { data: "HelloWorld" }, ext: {} },
            { channel: "/a", successful: true, ext: { binary: {} } },
            { channel: "/a", data: null, ext: { binary: {} } },
            { channel: "/a", data: "HelloWorld", ext: { binary: {} } },
            { channel: "/a", data: { data: 5 }, ext: { binary: {} } },
        ];
        for (const message of others) {
            const copy = structuredClone(message);
            assert.deepEqual(cometd.receive(message), copy);
        }
        assert.deepEqual(cometd.warnings, []);
    });

    test("throws for what is not bytes, so that the extension's hook hears of it", () => {
        assert.throws(() => new BinaryExtension().outgoing(binary({ not: "bytes" })), TypeError);
    });
});

describe("TimeStampExtension", () => {
    test("says when a message was sent", () => {
        const { timestamp } = clientWith("timestamp", new TimeStampExtension()).send({ channel: "/a" });
        assert.ok(Math.abs(Date.parse(timestamp) - Date.now()) < 2000);
    });
});

describe("TimeSyncExtension", () => {
    /** An answer as a server gives that is `ahead` by so many ms, and takes `lag` ms each way and `kept` ms between. */
    const exchange = (cometd, { ahead, lag, kept = 0 }) => {
        const { tc } = cometd.send({ channel: "/meta/connect" }).ext.timesync;
        mock.timers.tick(lag);
        const ts = Date.now() + ahead;
        mock.timers.tick(kept + lag);
        cometd.receive({ channel: "/meta/connect", successful: true, ext: { timesync: { tc, ts, p: kept, a: 0 } } });
    };
    const withClock = (body) => () => {
        mock.timers.enable({ apis: ["Date", "setTimeout"], now: 1_000_000 });
        try {
            body();
        } finally {
            mock.timers.reset();
        }
    };

    test("asks with handshakes and connects only", () => {
        const cometd = clientWith("timesync", new TimeSyncExtension());
        for (const channel of ["/meta/handshake", "/meta/connect"]) {
            const { tc, l, o } = cometd.send({ channel }).ext.timesync;
            assert.ok(Math.abs(tc - Date.now()) < 1000);
            assert.deepEqual([l, o], [0, 0]);
        }
        assert.equal(cometd.send({ channel: "/meta/subscribe" }).ext, undefined);
        assert.equal(cometd.send({ channel: "/a" }).ext, undefined);
    });

    test(
        "finds lag and offset, held connects included",
        withClock(() => {
            const timesync = new TimeSyncExtension();
            const cometd = clientWith("timesync", timesync);
            exchange(cometd, { ahead: 5000, lag: 40, kept: 30000 });
            assert.equal(timesync.getNetworkLag(), 40);
            assert.equal(timesync.getTimeOffset(), 5000);
            assert.equal(timesync.getServerTime(), Date.now() + 5000);
            assert.equal(timesync.getServerDate().getTime(), Date.now() + 5000);
            const { l, o } = cometd.send({ channel: "/meta/connect" }).ext.timesync;
            assert.deepEqual([l, o], [40, 5000]);
        }),
    );

    test(
        "takes the mean of the last ten, or as many as it is told",
        withClock(() => {
            for (const [configuration, count] of [[undefined, 10], [{ maxSamples: 3 }, 3], [{ maxSamples: "x" }, 10]]) {
                const timesync = new TimeSyncExtension(configuration);
                const cometd = clientWith("timesync", timesync);
                for (let ahead = 1; ahead <= 12; ahead++) {
                    exchange(cometd, { ahead, lag: 10 });
                }
                const samples = timesync.getTimeOffsetSamples();
                assert.deepEqual(samples, Array.from({ length: count }, (_, index) => 13 - count + index));
                assert.equal(timesync.getTimeOffset(), Math.round(samples.reduce((a, b) => a + b) / count));
                samples.push(1e9);
                assert.equal(timesync.getTimeOffsetSamples().length, count);
            }
        }),
    );

    test(
        "ignores nonsense, and what the reload extension repeats",
        withClock(() => {
            const timesync = new TimeSyncExtension();
            const cometd = clientWith("timesync", timesync);
            const good = { tc: 0, ts: 0, p: 0 };
            for (const ext of [
                { timesync: true },
                { timesync: {} },
                { timesync: { ...good, tc: "x" } },
                { timesync: { ...good, ts: Infinity } },
                { timesync: good, reload: true },
            ]) {
                cometd.receive({ channel: "/meta/connect", successful: true, ext });
            }
            cometd.receive({ channel: "/chat", data: 1, ext: { timesync: good } });
            assert.deepEqual(timesync.getTimeOffsetSamples(), []);
        }),
    );

    test(
        "calls at a time of the server's",
        withClock(() => {
            const timesync = new TimeSyncExtension();
            const cometd = clientWith("timesync", timesync);
            exchange(cometd, { ahead: 5000, lag: 10 });
            timesync.setTimeout(() => {}, timesync.getServerTime() + 700);
            timesync.setTimeout(() => {}, new Date(timesync.getServerTime() + 800));
            timesync.setTimeout(() => {}, timesync.getServerTime() - 10);
            assert.deepEqual(cometd.timers.map(({ delay }) => delay), [700, 800, 0]);
        }),
    );
});
