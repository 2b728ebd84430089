import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { within } from "./support/clients.mjs";
import { amd, load, page, script } from "./support/scripts.mjs";
import { noServer, startServer } from "./support/server.mjs";

const extensions = {
    ack: "AckExtension",
    binary: "BinaryExtension",
    reload: "ReloadExtension",
    timestamp: "TimeStampExtension",
    timesync: "TimeSyncExtension",
};
const extensionFiles = Object.values(extensions).map((name) => `cometd/${name}.js`);

/** jQuery as far as the binding knows it: requests with `fetch`, and a record of their settings. */
function fakeJQuery(fetch) {
    const requests = [];
    const ajax = (settings) => {
        const controller = new AbortController();
        requests.push(settings);
        const { url, type: method, contentType, data: body, headers } = settings;
        const { signal } = controller;
        fetch(url, { method, headers: { ...headers, "Content-Type": contentType }, body, signal })
            .then(async (response) => {
                const text = await response.text();
                if (response.ok) {
                    settings.success(text, "success", {});
                } else {
                    settings.error({ status: response.status }, "error", response.statusText);
                }
            })
            .catch((error) => settings.error({ status: 0 }, error.name === "AbortError" ? "abort" : "error", ""));
        return { abort: () => controller.abort() };
    };
    return { ajax, requests };
}

describe("jQuery", () => {
    const loaded = (jQuery) => load(page({ jQuery, document: {} }), "cometd/cometd.js", "jquery/jquery.cometd.js");

    test("$.cometd is a client, $.CometD makes others, with the transports in their order", () => {
        const { jQuery } = loaded(fakeJQuery());
        assert.deepEqual([...jQuery.cometd.getTransportTypes()], ["websocket", "long-polling", "callback-polling"]);
        const other = new jQuery.CometD("other");
        assert.notEqual(other, jQuery.cometd);
        assert.equal(other.getName(), "other");
    });

    test("the slim one, without $.ajax, will do", () => {
        const { jQuery, org } = loaded({});
        const transport = jQuery.cometd.findTransport("long-polling");
        assert.equal(Object.getPrototypeOf(transport), org.cometd.LongPollingTransport.prototype);
    });

    test("each extension has a file that registers it once", () => {
        const context = loaded(fakeJQuery());
        load(context, ...extensionFiles);
        for (const [name, className] of Object.entries(extensions)) {
            assert.equal(context.jQuery.cometd.getExtension(name), null);
            load(context, `jquery/jquery.cometd-${name}.js`);
            const extension = context.jQuery.cometd.getExtension(name);
            assert.ok(extension instanceof context.org.cometd[className]);
            load(context, `jquery/jquery.cometd-${name}.js`);
            assert.equal(context.jQuery.cometd.getExtension(name), extension);
        }
        assert.equal(typeof context.jQuery.cometd.reload, "function");
    });

    test("AMD", () => {
        const $ = fakeJQuery();
        const modules = amd({ jquery: $ });
        assert.equal(modules("jquery/jquery.cometd"), $.cometd);
        const extension = modules("jquery/jquery.cometd-ack");
        assert.equal($.cometd.getExtension("ack"), extension);
    });

    test("long-polling goes through $.ajax, which can refuse", { skip: noServer }, async () => {
        const server = await startServer("--demo");
        try {
            const context = page();
            context.jQuery = fakeJQuery(context.fetch);
            load(context, "cometd/cometd.js", "jquery/jquery.cometd.js");
            const { cometd, requests } = context.jQuery;
            cometd.websocketEnabled = false;
            cometd.configure({ url: server.url, logLevel: "warn", requestHeaders: { "X-Test": "1" } });
            await within("handshake", cometd.promises.handshake());
            const { data } = await within("call", cometd.promises.remoteCall("rpc/echo", "hi"));
            assert.equal(data, "hi");
            await within("disconnect", cometd.promises.disconnect());
            assert.ok(requests.length >= 4);
            assert.ok(requests.every(({ global, headers }) => global === false && headers["X-Test"] === "1"));

            // A URL without a server: HTTP errors are failures.
            cometd.configure({ url: `${server.origin}/elsewhere` });
            const failed = await within("failure", new Promise((resolve) => cometd.handshake(resolve)));
            assert.equal(failed.successful, false);
            assert.equal(failed.failure.httpCode, 404);
            cometd.disconnect();
        } finally {
            await server.stop();
        }
    });
});

describe("Dojo", () => {
    test("dojox.cometd, dojox.CometD and the extensions are AMD modules", () => {
        const kernel = { global: {}, dojox: {} };
        const modules = amd({ "dojo/_base/kernel": kernel });
        const cometd = modules("dojox/cometd");
        assert.equal(kernel.dojox.cometd, cometd);
        assert.equal(kernel.dojox.CometD, modules("cometd/cometd").CometD);
        for (const [name, className] of Object.entries(extensions)) {
            const extension = modules(`dojox/cometd/${name}`);
            assert.equal(cometd.getExtension(name), extension);
            assert.ok(extension instanceof modules(`cometd/${className}`));
        }
    });

    test("there need be no dojox", () => {
        const kernel = { global: {} };
        const cometd = amd({ "dojo/_base/kernel": kernel })("dojox/cometd");
        assert.equal(kernel.global.dojox.cometd, cometd);
    });
});

/** Angular 1 as far as the binding knows it: modules, services made when they are asked for, run blocks. */
function fakeAngular() {
    const modules = new Map();
    const services = new Map();
    const factories = new Map();
    const $rootScope = { digests: 0, $evalAsync: () => ($rootScope.digests += 1) };
    services.set("$rootScope", $rootScope);
    const call = (injectable) => injectable.at(-1)(...injectable.slice(0, -1).map(get));
    const get = (name) => {
        if (!services.has(name)) {
            assert.ok(factories.has(name), `there is no service ${name}`);
            services.set(name, call(factories.get(name)));
        }
        return services.get(name);
    };
    const angular = {
        module(name, requires) {
            const runs = [];
            const module = {
                name,
                requires,
                runs,
                factory: (service, injectable) => (factories.set(service, injectable), module),
                run: (injectable) => (runs.push(injectable), module),
            };
            modules.set(name, module);
            return module;
        },
    };
    const start = (...names) => {
        for (const name of names) {
            const { requires, runs } = modules.get(name);
            start(...requires);
            runs.forEach(call);
        }
    };
    return { angular, $rootScope, get, start };
}

describe("Angular", () => {
    const loaded = () => {
        const fake = fakeAngular();
        const context = load(page({ angular: fake.angular }), "cometd/cometd.js", "angular/angular-cometd.js");
        return { ...fake, context };
    };

    test("the service is one client", () => {
        const { get, context } = loaded();
        assert.ok(get("cometd") instanceof context.org.cometd.CometD);
        assert.equal(get("cometd"), get("cometd"));
        assert.ok(get("cometd").create("other") instanceof context.org.cometd.CometD);
    });

    test("a digest follows each listener and callback, whatever it does", () => {
        const { get, $rootScope } = loaded();
        const cometd = get("cometd");
        const heard = [];
        const scope = { name: "scope", method: () => heard.push("old") };
        cometd.addListener("/a", function (message) {
            heard.push(this === cometd || this === undefined || typeof this, message.data);
        });
        cometd.addListener("/a", scope, "method");
        cometd.addListener("/a", scope, function () {
            heard.push(this.name);
        });
        cometd.onListenerException = (exception, handle) => {
            heard.push(exception.message);
            cometd.removeListener(handle);
        };
        cometd.addListener("/a", () => {
            throw new Error("failed");
        });
        scope.method = () => heard.push("new");
        assert.equal($rootScope.digests, 0);
        cometd.receive({ channel: "/a", data: 1 });
        assert.deepEqual(heard.slice(1), [1, "new", "scope", "failed"]);
        assert.equal($rootScope.digests, 4);
        cometd.receive({ channel: "/a", data: 2 });
        assert.equal($rootScope.digests, 7);
    });

    test("listeners can be removed", () => {
        const { get, $rootScope } = loaded();
        const cometd = get("cometd");
        const handle = cometd.addListener("/a", () => {});
        cometd.removeListener(handle);
        cometd.receive({ channel: "/a", data: 1 });
        assert.equal($rootScope.digests, 0);
    });

    test("each extension is a service, and a module that registers it", () => {
        const { get, start, context } = loaded();
        load(context, ...extensionFiles);
        const cometd = get("cometd");
        const timesync = get("cometdTimesync");
        assert.equal(cometd.getExtension("timesync"), timesync);
        assert.equal(timesync.getTimeOffset(), 0);
        start("cometd-ack", "cometd-reload", "cometd-timesync");
        assert.ok(cometd.getExtension("ack") instanceof context.org.cometd.AckExtension);
        assert.ok(get("cometdReload") instanceof context.org.cometd.ReloadExtension);
        assert.equal(cometd.getExtension("timesync"), timesync);
        assert.equal(cometd.getExtension("binary"), null);
    });

    test("an extension that was not loaded is missed by its name", () => {
        const { start } = loaded();
        assert.throws(() => start("cometd-ack"), /AckExtension\.js must be loaded first/);
    });

    test("AMD", () => {
        const { angular, get } = fakeAngular();
        assert.equal(amd({ angular })("angular/angular-cometd"), "cometd");
        assert.ok(get("cometd"));
    });

    test("callbacks of a session are followed by digests", { skip: noServer }, async () => {
        const server = await startServer("--demo");
        try {
            const { get, $rootScope, context } = loaded();
            const cometd = get("cometd");
            cometd.configure({ url: server.url, logLevel: "warn" });
            const digestsAfter = async (what, call) => {
                const before = $rootScope.digests;
                const reply = await within(what, new Promise((resolve) => call(resolve)));
                assert.ok($rootScope.digests > before, what);
                return reply;
            };
            await digestsAfter("handshake", (callback) => cometd.handshake(callback));
            const handle = {};
            await digestsAfter("subscribe", (callback) => (handle.it = cometd.subscribe("/ng", () => {}, callback)));
            await digestsAfter("publish", (callback) => cometd.publish("/ng", "hi", callback));
            await digestsAfter("call", (callback) => cometd.remoteCall("rpc/echo", 1, 5000, callback));
            await digestsAfter("timer", (callback) => cometd.setTimeout(callback, 1));
            await digestsAfter("unsubscribe", (callback) => cometd.unsubscribe(handle.it, callback));
            await digestsAfter("disconnect", (callback) => cometd.disconnect(callback));
            assert.ok(script(context, "org.cometd"));
        } finally {
            await server.stop();
        }
    });
});
