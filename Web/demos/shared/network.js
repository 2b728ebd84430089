/** How long the server believes in a connection that is cut. */
const noticed = 1500;

/**
 * Stands between the page and its network, and can cut it: what is on its way is lost, connections break, and new
 * ones are refused until the time is over.
 *
 * Tells of it with the event `change`.
 */
class Network extends EventTarget {
    isCut = false;
    #WebSocket = globalThis.WebSocket;
    #fetch = globalThis.fetch.bind(globalThis);
    /** What is open: a function that breaks it, for each. */
    #open = new Set();

    /** Puts itself before what the page uses from now on: WebSocket and `fetch`. */
    install() {
        const network = this;
        globalThis.WebSocket = class extends CuttableWebSocket {
            constructor(url, protocols) {
                super(network, () => new network.#WebSocket(url, protocols ?? []));
            }
        };
        globalThis.fetch = (input, init) => this.#request(input, init);
    }

    /** Cuts the network for some milliseconds. */
    cut(time) {
        if (this.isCut) {
            return;
        }
        this.isCut = true;
        for (const cut of [...this.#open]) {
            cut();
        }
        this.#open.clear();
        this.dispatchEvent(new Event("change"));
        setTimeout(() => {
            this.isCut = false;
            this.dispatchEvent(new Event("change"));
        }, time);
    }

    /** Remembers how to break a connection. */
    opened(cut) {
        this.#open.add(cut);
    }

    closed(cut) {
        this.#open.delete(cut);
    }

    #request(input, init) {
        if (this.isCut) {
            return Promise.reject(new TypeError("the network is cut"));
        }
        const controller = new AbortController();
        init?.signal?.addEventListener("abort", () => controller.abort());
        return new Promise((resolve, reject) => {
            const cut = () => {
                reject(new TypeError("the network is cut"));
                setTimeout(() => controller.abort(), noticed);
            };
            this.opened(cut);
            this.#fetch(input, { ...init, signal: controller.signal })
                .then(async (response) => {
                    // The whole answer has to have arrived.
                    const body = await response.arrayBuffer();
                    return new Response(body.byteLength > 0 ? body : null, response);
                })
                .finally(() => this.closed(cut))
                .then(resolve, reject);
        });
    }
}

/** As much of a WebSocket as the library uses. */
class CuttableWebSocket {
    static CONNECTING = 0;
    static OPEN = 1;
    static CLOSING = 2;
    static CLOSED = 3;
    onopen = null;
    onmessage = null;
    onerror = null;
    onclose = null;
    #socket;
    #isCut = false;

    constructor(network, connect) {
        const cut = () => {
            this.#isCut = true;
            setTimeout(() => this.#socket?.close(), noticed);
            this.onerror?.({});
            this.onclose?.({ code: 1006, reason: "" });
        };
        if (network.isCut) {
            setTimeout(cut, 0);
            return;
        }
        network.opened(cut);
        this.#socket = connect();
        for (const event of ["open", "message", "error", "close"]) {
            this.#socket.addEventListener(event, (details) => {
                if (event === "close") {
                    network.closed(cut);
                }
                if (!this.#isCut) {
                    this[`on${event}`]?.(details);
                }
            });
        }
    }

    get readyState() {
        return this.#isCut || !this.#socket ? CuttableWebSocket.CLOSED : this.#socket.readyState;
    }

    send(data) {
        if (!this.#isCut) {
            this.#socket?.send(data);
        }
    }

    close(code, reason) {
        this.#socket?.close(code, reason);
    }
}

export const network = new Network();
