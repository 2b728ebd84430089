import { mkdirSync } from "node:fs";
import { spawnSync } from "node:child_process";
import { after, before } from "node:test";
import { fileURLToPath } from "node:url";
import { noServer, startServer } from "../support/server.mjs";
import { Driver } from "./driver.mjs";

/** Where pictures go; not in git. */
export const pictures = fileURLToPath(new URL("../../../.build/screenshots/", import.meta.url));

const hasDriver = spawnSync(process.env.CHROMEDRIVER ?? "chromedriver", ["--version"]).status === 0;

/** Why tests in a browser cannot run; false when they can. For `describe(name, {skip: noBrowser}, …)`. */
export const noBrowser = noServer || (hasDriver ? false : "there is no chromedriver: Debian's is in chromium-driver");

/** The pages, without those of the chat. */
export const demos = ["", "demos/echo/", "demos/ack/", "demos/reload/", "demos/clock/", "demos/files/", "demos/stocks/"];

/** The flavours of the chat. */
export const flavours = ["plain", "jquery", "dojo", "angular"];

/** Where the chat of a flavour lives. */
export const chatPage = (flavour) => `demos/chat/${flavour}.html`;

/**
 * Starts a server and a driver before the tests of a suite, and ends them after it.
 *
 * @param {...string} options options of `cometd serve`
 * @returns what the tests use, filled in before they start: `server`, `driver`, `page(path)`, `open(options)`
 */
export function stage(...options) {
    // To start a browser takes seconds, so those of one test are used by the next.
    const idle = [];
    const things = {
        /** The address of a page. */
        page: (path, origin = things.server.origin) => new URL(path, `${origin}/`),
        /** A browser for one test, with nothing in it. */
        open: async (test, settings) => {
            if (settings) {
                const browser = await things.driver.open(settings);
                test.after(() => browser.close());
                return browser;
            }
            const browser = idle.pop() ?? (await things.driver.open());
            test.after(async () => {
                await browser.reset();
                idle.push(browser);
            });
            return browser;
        },
    };
    before(async () => {
        mkdirSync(pictures, { recursive: true });
        things.server = await startServer("--demo", ...options);
        things.driver = await Driver.start();
    });
    after(async () => {
        await things.driver?.stop();
        await things.server?.stop();
    });
    return things;
}

/** The complaints of a browser's console: errors, which violations of the Content Security Policy are, too. */
export async function complaints(browser) {
    const log = await browser.log();
    return log
        .filter(({ level, message }) => level === "SEVERE" || /Content Security Policy|Refused to/i.test(message))
        .map(({ source, message }) => `${source}: ${message}`);
}
