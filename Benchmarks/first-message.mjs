// How long a page takes from loading the library to its first message, in a real browser.
//
//   node Benchmarks/first-message.mjs [--runs N] [--json FILE]
//
// Needs chromium with its driver. The server is $COMETD_BINARY, else the release build. Each run takes a new browser
// profile's page: it imports the minified module, shakes hands, subscribes and gets what it publishes itself.

import { existsSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { gzipSync } from "node:zlib";

const root = new URL("../", import.meta.url);
const { values } = parseArgs({ options: { runs: { type: "string", default: "20" }, json: { type: "string" } } });
process.env.COMETD_BINARY ??= fileURLToPath(new URL(".build/release/cometd", root));
if (!existsSync(process.env.COMETD_BINARY)) {
    console.error(`there is no ${process.env.COMETD_BINARY}: swift build -c release --product cometd`);
    process.exit(1);
}
const { Driver } = await import(new URL("Web/test/browser/driver.mjs", root));
const { startServer } = await import(new URL("Web/test/support/server.mjs", root));

// Runs in the page; the times are milliseconds since the import began.
async function measure(type) {
    const start = performance.now();
    const { CometD } = await import("/js/esm/cometd.min.js");
    const loaded = performance.now() - start;
    const cometd = new CometD();
    cometd.configure({ url: location.origin + window.cometdDemo.path });
    cometd.websocketEnabled = type === "websocket";
    await new Promise((fulfil) => {
        cometd.handshake(() => {
            cometd.subscribe(`/bench/${Math.random().toString(36).slice(2)}`, fulfil, (reply) => {
                cometd.publish(reply.subscription, "hello");
            });
        });
    });
    const total = performance.now() - start;
    const used = cometd.getTransport().getType();
    await cometd.promises.disconnect();
    return { loaded, total, used };
}

const quantile = (sorted, part) => sorted[Math.min(sorted.length - 1, Math.floor(part * sorted.length))];
const summary = (numbers) => {
    const sorted = [...numbers].sort((a, b) => a - b);
    return { min: sorted[0], median: quantile(sorted, 0.5), max: sorted.at(-1) };
};
const words = ({ min, median, max }) => `${median.toFixed(1)} (${min.toFixed(1)} to ${max.toFixed(1)})`;

const sizes = ["cometd/cometd.min.js", "esm/cometd.min.js"].map((name) => {
    const file = new URL(`Web/dist/${name}`, root);
    return { name, bytes: statSync(file).size, gzip: gzipSync(readFileSync(file), { level: 9 }).length };
});
for (const { name, bytes, gzip } of sizes) {
    console.log(`${name}: ${bytes} bytes, ${gzip} compressed`);
}

const server = await startServer("--demo");
const driver = await Driver.start();
const results = {};
try {
    for (const type of ["websocket", "long-polling"]) {
        const runs = [];
        for (let run = 0; run < Number(values.runs); run += 1) {
            const browser = await driver.open();
            await browser.go(`${server.origin}/demos/echo/`);
            await browser.cdp("Network.setCacheDisabled", { cacheDisabled: true });
            const result = await browser.run(measure, type);
            await browser.close();
            if (result.used !== type) {
                throw new Error(`it was ${result.used}, not ${type}`);
            }
            runs.push(result);
        }
        results[type] = {
            loaded: summary(runs.map(({ loaded }) => loaded)),
            total: summary(runs.map(({ total }) => total)),
        };
        const { loaded, total } = results[type];
        console.log(`${type}: library loaded after ${words(loaded)} ms, first message after ${words(total)} ms`);
    }
} finally {
    await driver.stop();
    await server.stop();
}
if (values.json) {
    writeFileSync(values.json, JSON.stringify({ sizes, results, runs: Number(values.runs) }, null, 2));
}
