import { merge } from "./Utils.js";

/**
 * The options of `configure`, with the defaults of CometD 3.1; times are milliseconds.
 *
 * - `url`: where the Bayeux server is; must be given. A path is relative to the page.
 * - `urls`: `{websocket: "ws://…"}`: another place for a transport.
 * - `protocol`: the WebSocket subprotocol to ask for.
 * - `logLevel`: `debug`, `info`, `warn` or `error`.
 * - `maxConnections`: how many HTTP requests may be open at a time, the held connect included.
 * - `backoffIncrement`, `maxBackoff`: how much longer each further failed attempt waits, and the longest wait.
 * - `maxNetworkDelay`: how long a reply may take; a held connect has the advice's timeout besides.
 * - `requestHeaders`: headers of each HTTP request.
 * - `appendMessageTypeToURL`: whether `/handshake`, `/connect` and `/disconnect` go to URLs of their own.
 * - `autoBatch`: whether messages that wait for a free HTTP connection go together in one request.
 * - `connectTimeout`: how long a WebSocket may take to open; 0 is for ever.
 * - `stickyReconnect`: whether a WebSocket that once worked is tried again instead of the next transport.
 * - `maxURILength`: the longest URI of callback-polling.
 * - `useWorkerScheduler`: whether timers run in a worker, where a tab in the background does not slow them.
 * - `WebSocket`, `fetch`: what to use instead of the global class and function.
 * - `advice`: what holds as long as the server gives no advice of its own.
 */
export function defaults() {
    return {
        urls: {},
        protocol: null,
        logLevel: "info",
        maxConnections: 2,
        backoffIncrement: 1000,
        maxBackoff: 60000,
        maxNetworkDelay: 10000,
        requestHeaders: {},
        appendMessageTypeToURL: true,
        autoBatch: false,
        connectTimeout: 0,
        stickyReconnect: true,
        maxURILength: 2000,
        useWorkerScheduler: true,
        advice: { timeout: 60000, interval: 0, maxInterval: 0 },
    };
}

/**
 * What `configure` was given, over what held before.
 *
 * @throws {Error} without a URL
 */
export function configured(before, given) {
    const configuration = merge({}, before, typeof given === "string" ? { url: given } : given);
    if (!configuration.url) {
        throw new Error("Missing required configuration parameter 'url' specifying the Bayeux server URL");
    }
    return configuration;
}

/**
 * Whether a message type can be put behind the path of `url`.
 *
 * Not when there is a query or a fragment, or when the path ends in the name of a file.
 */
export function canAppendTo(url) {
    const path = url.replace(/^(?:[a-z][a-z0-9+.-]*:)?\/\/[^/?#]*/i, "");
    if (/[?#]/.test(path)) {
        return false;
    }
    return !path.replace(/\/$/, "").split("/").pop().includes(".");
}

/** Whether a page at `location` needs the server's leave to talk to `url`; false where there is no page. */
export function isCrossOrigin(url, location = globalThis.location) {
    if (!location?.href) {
        return false;
    }
    try {
        return new URL(url, location.href).host !== location.host;
    } catch {
        return false;
    }
}
