import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import * as sources from "../src/index.js";
import { within } from "./support/clients.mjs";
import { amd, load, page, pathOf, script } from "./support/scripts.mjs";
import { noServer, startServer } from "./support/server.mjs";

const require = createRequire(import.meta.url);
const root = fileURLToPath(new URL("..", import.meta.url));
const extensions = ["AckExtension", "BinaryExtension", "ReloadExtension", "TimeStampExtension", "TimeSyncExtension"];
const core = [
    "CometD", "Transport", "RequestTransport", "LongPollingTransport", "CallbackPollingTransport",
    "WebSocketTransport", "TransportRegistry", "Utils", "Z85",
];
const hasBuilder = (() => {
    try {
        execFileSync(process.env.ESBUILD ?? "esbuild", ["--version"]);
        return true;
    } catch {
        return false;
    }
})();

test("dist is what the sources give", { skip: hasBuilder ? false : "no esbuild" }, () => {
    execFileSync(process.execPath, ["build.mjs", "--check"], { cwd: root, stdio: "pipe" });
});

for (const file of ["cometd/cometd.js", "cometd/cometd.min.js"]) {
    test(`${file} is a script: org.cometd`, () => {
        const { org, ...others } = load(page(), file);
        assert.deepEqual(Object.keys(org.cometd).sort(), [...core].sort());
        assert.equal(new org.cometd.CometD("x").getName(), "x");
        for (const name of ["define", "module", "exported", "CometD"]) {
            assert.equal(name in others, false);
        }
    });

    test(`${file} keeps what org has`, () => {
        const context = load(page({ org: { other: 1, cometd: { mine: 2 } } }), file);
        assert.equal(context.org.other, 1);
        assert.equal(context.org.cometd.mine, 2);
        assert.equal(typeof context.org.cometd.CometD, "function");
    });

    test(`${file} is a CommonJS module`, () => {
        assert.deepEqual(Object.keys(require(pathOf(file))).sort(), [...core, ...attached(file)].sort());
        assert.equal(globalThis.org, undefined);
    });
}

/** What other tests of this process may have added to a module. */
function attached(file) {
    return Object.keys(require(pathOf(file))).filter((name) => extensions.includes(name));
}

for (const name of extensions) {
    const file = `cometd/${name}.js`;

    test(`${file} is a script, before or after the core`, () => {
        for (const files of [["cometd/cometd.js", file], [file, "cometd/cometd.min.js"]]) {
            const context = load(page(), ...files);
            const outcome = script(
                context,
                `var cometd = new org.cometd.CometD(); cometd.registerExtension("e", new org.cometd.${name}());`,
            );
            assert.equal(outcome, true);
            assert.ok(context.cometd.getExtension("e") instanceof context.org.cometd[name]);
        }
    });

    test(`${file} is a CommonJS module, and part of the core's`, () => {
        const Extension = require(pathOf(file));
        assert.equal(typeof Extension, "function");
        assert.equal(require(pathOf("cometd/cometd.js"))[name], Extension);
    });

    test(`${file} is an AMD module, and part of the core's`, () => {
        const modules = amd();
        const Extension = modules(`cometd/${name}`);
        assert.equal(modules("cometd/cometd")[name], Extension);
        const cometd = new (modules("cometd/cometd").CometD)();
        assert.equal(cometd.registerExtension("e", new Extension()), true);
    });

    test(`${file} does not contain the core`, () => {
        const text = readFileSync(pathOf(file), "utf8");
        assert.doesNotMatch(text, /class (CometD|Transport|Engine)\b/);
        assert.ok(text.length < 12000);
    });
}

for (const file of ["esm/cometd.js", "esm/cometd.min.js"]) {
    test(`${file} is an ES module with everything`, async () => {
        const module = await import(pathOf(file));
        assert.deepEqual(Object.keys(module).sort(), Object.keys(sources).sort());
        for (const name of [...core, ...extensions]) {
            assert.ok(module[name], name);
        }
    });
}

test("all that package.json names is there", () => {
    const { exports, main, module, types, engines } = require("../package.json");
    const paths = (value) => (typeof value === "string" ? [value] : Object.values(value).flatMap(paths));
    for (const path of [...paths(exports), main, module, types].filter((path) => !path.includes("*"))) {
        assert.ok(existsSync(new URL(`../${path}`, import.meta.url)), path);
    }
    assert.equal(engines.node, ">=20");
});

test("the package can be imported and required by its name", async () => {
    // A package may name itself.
    const { CometD } = await import("cometd-swift-web");
    const { AckExtension } = await import("cometd-swift-web/AckExtension");
    const { NodeWebSocket, cookieFetch } = await import("cometd-swift-web/node");
    assert.ok(CometD && AckExtension && NodeWebSocket && cookieFetch);
    assert.equal(typeof require("cometd-swift-web").CometD, "function");
    assert.equal(typeof require("cometd-swift-web/ReloadExtension"), "function");
    assert.equal(typeof require("cometd-swift-web/node").NodeWebSocket, "function");
});

for (const transport of ["websocket", "long-polling"]) {
    test(`a page of CometD 3.1 works over ${transport}`, { skip: noServer }, async () => {
        const server = await startServer("--demo");
        try {
            const files = ["cometd/cometd.min.js", "cometd/AckExtension.js", "cometd/TimeSyncExtension.js"];
            const context = load(page(), ...files);
            const log = [];
            const done = new Promise((resolve) => {
                const useWebSocket = transport === "websocket";
                Object.assign(context, { url: server.url, log, done: resolve, useWebSocket });
            });
            script(
                context,
                `(function () {
                    var cometd = new org.cometd.CometD();
                    cometd.registerExtension('ack', new org.cometd.AckExtension());
                    cometd.registerExtension('timesync', new org.cometd.TimeSyncExtension());
                    cometd.websocketEnabled = useWebSocket;
                    var _connected = false;
                    cometd.addListener('/meta/connect', function(message) {
                        if (cometd.isDisconnected()) {
                            return;
                        }
                        var wasConnected = _connected;
                        _connected = message.successful === true;
                        if (!wasConnected && _connected) {
                            log.push('connected over ' + cometd.getTransport().getType());
                            cometd.publish('/hello', 'World');
                        }
                    });
                    cometd.addListener('/meta/handshake', function(handshake) {
                        if (handshake.successful === true) {
                            cometd.batch(function() {
                                cometd.subscribe('/hello', function(message) {
                                    log.push('Hello ' + message.data);
                                    cometd.remoteCall('rpc/echo', { foo: 'bar' }, 5000, function(response) {
                                        log.push('call ' + response.successful + ' ' + response.data.foo);
                                        cometd.disconnect(function(reply) {
                                            log.push('disconnected ' + reply.successful);
                                            done();
                                        });
                                    });
                                });
                            });
                        }
                    });
                    cometd.configure({ url: url, logLevel: 'warn' });
                    cometd.handshake();
                })();`,
            );
            await within("the page", done);
            const expected = [`connected over ${transport}`, "Hello World", "call true bar", "disconnected true"];
            assert.deepEqual([...log], expected);
        } finally {
            await server.stop();
        }
    });
}
