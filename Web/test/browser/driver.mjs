import { spawn } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";

/** How WebDriver names elements; see W3C WebDriver, "Elements". */
const elementKey = "element-6066-11e4-a52e-4f735466cecf";
/** How long one command may take, in milliseconds. */
const commandLimit = 60_000;
/** How long a condition is waited for unless the caller says otherwise, in milliseconds. */
const waitLimit = 15_000;

/** What the keyboard's special keys are called; see W3C WebDriver, "Keyboard actions". */
export const Key = {
    tab: "\uE004",
    enter: "\uE007",
    shift: "\uE008",
    escape: "\uE00C",
    space: " ",
    end: "\uE010",
    home: "\uE011",
    up: "\uE013",
    down: "\uE015",
};

/** A chromedriver of our own, on a free port. */
export class Driver {
    #process;
    #url;
    #browsers = new Set();

    /** Starts it; the program is `$CHROMEDRIVER` or the one in the path. */
    static async start() {
        const driver = new Driver();
        driver.#process = spawn(process.env.CHROMEDRIVER ?? "chromedriver", ["--port=0"], {
            stdio: ["ignore", "pipe", "inherit"],
        });
        const port = await new Promise((resolve, reject) => {
            let output = "";
            const limit = setTimeout(() => reject(new Error(`no chromedriver: ${output}`)), 30_000);
            driver.#process.on("error", reject);
            driver.#process.on("exit", (code) => reject(new Error(`chromedriver has ended with ${code}: ${output}`)));
            driver.#process.stdout.on("data", (data) => {
                output += data;
                const started = /started successfully on port (\d+)/.exec(output);
                if (started) {
                    clearTimeout(limit);
                    resolve(started[1]);
                }
            });
        });
        driver.#url = `http://127.0.0.1:${port}`;
        return driver;
    }

    /**
     * Opens a browser with nothing in it.
     *
     * @param options `width`, `height` of the window; `arguments`: more for chromium;
     *     `without`: switches that chromedriver shall not set
     */
    async open({ width = 1280, height = 900, arguments: more = [], without = [] } = {}) {
        const profile = await mkdtemp(path.join(tmpdir(), "cometd-browser-"));
        const args = [
            "--headless=new",
            "--no-sandbox",
            "--disable-gpu",
            "--disable-dev-shm-usage",
            `--user-data-dir=${profile}`,
            `--window-size=${width},${height}`,
            ...more,
        ];
        const value = await this.command("POST", "/session", {
            capabilities: {
                alwaysMatch: {
                    "browserName": "chrome",
                    "goog:chromeOptions": {
                        args,
                        excludeSwitches: without,
                        ...(process.env.CHROMIUM ? { binary: process.env.CHROMIUM } : {}),
                    },
                    "goog:loggingPrefs": { browser: "ALL" },
                },
            },
        });
        const browser = new Browser(this, value.sessionId, profile);
        this.#browsers.add(browser);
        return browser;
    }

    /** Makes one request to the driver. */
    async command(method, address, body) {
        const response = await fetch(this.#url + address, {
            method,
            body: method === "POST" ? JSON.stringify(body ?? {}) : undefined,
            signal: AbortSignal.timeout(commandLimit),
        });
        const { value } = await response.json();
        if (!response.ok) {
            const error = new Error(`${value.error}: ${value.message}`);
            error.code = value.error;
            throw error;
        }
        return value;
    }

    forget(browser) {
        this.#browsers.delete(browser);
    }

    /** Ends it, and the browsers that are still open. */
    async stop() {
        await Promise.all([...this.#browsers].map((browser) => browser.close()));
        this.#process.removeAllListeners("exit");
        const ended = new Promise((resolve) => this.#process.once("exit", resolve));
        this.#process.kill();
        await ended;
    }
}

/** One browser: a WebDriver session with a profile of its own. */
export class Browser {
    #driver;
    #path;
    #profile;
    /** What the console of the windows has said, read so far. */
    #log = [];

    constructor(driver, id, profile) {
        this.#driver = driver;
        this.#path = `/session/${id}`;
        this.#profile = profile;
    }

    #command(method, address, body) {
        return this.#driver.command(method, this.#path + address, body);
    }

    /** Loads a page and waits until it has loaded. */
    async go(url) {
        await this.#command("POST", "/url", { url: String(url) });
    }

    async url() {
        return this.#command("GET", "/url");
    }

    async reload() {
        await this.#command("POST", "/refresh");
    }

    /**
     * Runs a function in the page and gives its result back; a promise is waited for.
     *
     * @param {Function | string} script is sent as text, so it sees nothing but its arguments
     */
    async run(script, ...args) {
        const text = `
            const done = arguments[arguments.length - 1];
            Promise.resolve()
                .then(() => (${script})(...[...arguments].slice(0, -1)))
                .then((value) => done({ value }), (error) => done({ error: String(error?.stack ?? error) }));`;
        const { value, error } = await this.#command("POST", "/execute/async", { script: text, args });
        if (error) {
            throw new Error(`in the page: ${error}`);
        }
        return value;
    }

    /**
     * Waits until a function in the page gives something that is true, and gives that back.
     *
     * @param {string} what what is waited for, in words
     */
    async waitFor(what, script, ...args) {
        let last;
        try {
            return await until(what, async () => {
                try {
                    last = undefined;
                    return await this.run(script, ...args);
                } catch (error) {
                    // A page that is just being loaded may lack what the function looks at.
                    last = error;
                    return false;
                }
            });
        } catch (error) {
            throw new Error(`${error.message}${last ? ` (${last.message})` : ""}; the page says: ${await this.#excerpt()}`);
        }
    }

    async #excerpt() {
        const text = await this.run(() => document.body?.innerText ?? "").catch(String);
        return text.replace(/\s+/g, " ").slice(0, 600);
    }

    /** The text that is to be seen of an element. */
    async text(selector) {
        return this.run((one) => document.querySelector(one)?.textContent, selector);
    }

    /** Waits until an element's text holds or matches something. */
    async waitForText(selector, wanted) {
        const source = wanted instanceof RegExp ? wanted.source : undefined;
        return this.waitFor(`${wanted} in ${selector}`, (one, text, pattern) => {
            const found = document.querySelector(one)?.textContent ?? "";
            return (pattern === null ? found.includes(text) : new RegExp(pattern, "s").test(found)) && (found || " ");
        }, selector, source === undefined ? wanted : null, source ?? null);
    }

    async find(selector) {
        const found = await this.#command("POST", "/element", { using: "css selector", value: selector });
        return found[elementKey];
    }

    /** Clicks as a user would: the element has to be seen and not covered. */
    async click(selector) {
        await this.#command("POST", `/element/${await this.find(selector)}/click`);
    }

    /** Types into an element, which is emptied first. */
    async type(selector, text) {
        const id = await this.find(selector);
        await this.#command("POST", `/element/${id}/clear`);
        await this.#command("POST", `/element/${id}/value`, { text });
    }

    /** Gives a file to an input of type `file`. */
    async upload(selector, file) {
        await this.#command("POST", `/element/${await this.find(selector)}/value`, { text: file });
    }

    /** Chooses an option of a `select`, and tells the page as a user's choice does. */
    async choose(selector, value) {
        await this.run((one, wanted) => {
            const select = document.querySelector(one);
            const option = [...select.options].find(({ value }) => value === wanted || value === `string:${wanted}`);
            select.value = option.value;
            select.dispatchEvent(new Event("change", { bubbles: true }));
        }, selector, value);
    }

    /** Presses keys on whatever has the focus, one after the other; with `shift` held down if asked. */
    async press(keys, { shift = false } = {}) {
        const presses = [...keys].flatMap((value) => [{ type: "keyDown", value }, { type: "keyUp", value }]);
        const held = shift ? [{ type: "keyDown", value: Key.shift }, ...presses, { type: "keyUp", value: Key.shift }] : presses;
        await this.#command("POST", "/actions", { actions: [{ type: "key", id: "keyboard", actions: held }] });
    }

    /** Sends a command to the browser's own protocol. */
    async cdp(cmd, params = {}) {
        return this.#command("POST", "/goog/cdp/execute", { cmd, params });
    }

    /** Makes the window as large as a phone's, or any other size, for the page. */
    async resize(width, height, isPhone = width < 600) {
        await this.cdp("Emulation.setDeviceMetricsOverride", {
            width, height, deviceScaleFactor: isPhone ? 2 : 1, mobile: isPhone,
        });
    }

    /** Whether pages see light or dark as what the user prefers. */
    async design(value) {
        await this.cdp("Emulation.setEmulatedMedia", { features: [{ name: "prefers-color-scheme", value }] });
    }

    /** Cuts the network of the page, or mends it. WebSockets that are open stay: see `dropSockets`. */
    async offline(isOffline) {
        await this.cdp("Network.enable");
        await this.cdp("Network.emulateNetworkConditions", {
            offline: isOffline, latency: 0, downloadThroughput: -1, uploadThroughput: -1,
        });
    }

    /** Puts the window away, so that its page is hidden; scripts can still be run in it. */
    async minimize() {
        const { windowId } = await this.cdp("Browser.getWindowForTarget");
        await this.cdp("Browser.setWindowBounds", { windowId, bounds: { windowState: "minimized" } });
    }

    /** The windows, and which is in front. */
    async windows() {
        return this.#command("GET", "/window/handles");
    }

    async window() {
        return this.#command("GET", "/window");
    }

    /** Opens a tab or a window, and gives its name back; `use` goes there. */
    async openWindow(type = "tab") {
        return (await this.#command("POST", "/window/new", { type })).handle;
    }

    async use(handle) {
        await this.#command("POST", "/window", { handle });
    }

    /** What the consoles have said so far: `{level, source, message}`. */
    async log() {
        this.#log.push(...(await this.#command("POST", "/se/log", { type: "browser" })));
        return this.#log;
    }

    /** Forgets what the consoles have said. */
    async clearLog() {
        await this.log();
        this.#log = [];
    }

    /** Takes a picture of what is to be seen, or of the whole page. */
    async screenshot(file, { whole = false } = {}) {
        let data;
        if (whole) {
            const { cssContentSize: size } = await this.cdp("Page.getLayoutMetrics");
            ({ data } = await this.cdp("Page.captureScreenshot", {
                captureBeyondViewport: true,
                clip: { x: 0, y: 0, width: size.width, height: size.height, scale: 1 },
            }));
        } else {
            data = await this.#command("GET", "/screenshot");
        }
        await writeFile(file, Buffer.from(data, "base64"));
    }

    /** Makes it as if it had just been opened: one empty window without a past. */
    async reset() {
        const old = await this.windows();
        const fresh = await this.openWindow();
        for (const handle of old) {
            await this.use(handle);
            await this.#command("DELETE", "/window");
        }
        await this.use(fresh);
        await this.cdp("Network.clearBrowserCookies");
        await this.clearLog();
    }

    /** Ends it. */
    async close() {
        this.#driver.forget(this);
        await this.#command("DELETE", "").catch(() => {});
        await rm(this.#profile, { recursive: true, force: true, maxRetries: 5 });
    }
}

/**
 * Waits until a condition gives something that is true, and gives that back.
 *
 * @param {string} what what is waited for, in words
 * @param {() => unknown} condition is asked again and again; may be asynchronous
 * @param {number} limit milliseconds
 */
export async function until(what, condition, limit = waitLimit) {
    const end = performance.now() + limit;
    for (;;) {
        const value = await condition();
        if (value) {
            return value;
        }
        if (performance.now() > end) {
            throw new Error(`waited ${limit} ms for ${what}`);
        }
        await new Promise((resolve) => setTimeout(resolve, 50));
    }
}
