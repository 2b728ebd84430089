import { CometD } from "../../src/index.js";
import { NodeWebSocket, cookieFetch } from "../../src/node/index.js";

// Long-polling sessions belong to a cookie, and pages of one browser share it.
const fetch = cookieFetch();

/** The transports that a client in Node can have. */
export const transports = ["websocket", "long-polling"];

/** How long a test waits for something that should have come: milliseconds. */
const LIMIT = 20000;

/**
 * A client that has not shaken hands.
 *
 * @param {string} url the server's
 * @param {string} transport the only one that it has
 * @param {object} [extensions] name -> extension
 */
export function client(url, transport, extensions = {}) {
    const cometd = new CometD(transport);
    for (const type of cometd.getTransportTypes()) {
        if (type !== transport) {
            cometd.unregisterTransport(type);
        }
    }
    cometd.configure({ url, WebSocket: NodeWebSocket, fetch, logLevel: process.env.COMETD_LOG ?? "warn" });
    for (const [name, extension] of Object.entries(extensions)) {
        cometd.registerExtension(name, extension);
    }
    return cometd;
}

/** The next message of a channel that a listener hears of and that is one the test waits for. */
export function next(cometd, channel, isIt = () => true) {
    return within(
        `${channel}`,
        new Promise((resolve) => {
            const listener = cometd.addListener(channel, (message) => {
                if (isIt(message)) {
                    cometd.removeListener(listener);
                    resolve(message);
                }
            });
        }),
    );
}

/** Fails when something does not come. */
export async function within(what, promise, limit = LIMIT) {
    let timer;
    const late = new Promise((resolve, reject) => {
        timer = setTimeout(() => reject(new Error(`waited ${limit} ms for ${what}`)), limit);
    });
    try {
        return await Promise.race([promise, late]);
    } finally {
        clearTimeout(timer);
    }
}
