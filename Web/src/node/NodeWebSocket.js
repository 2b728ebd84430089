import { createHash, randomBytes } from "node:crypto";
import { request as httpRequest } from "node:http";
import { request as httpsRequest } from "node:https";
import { FrameError, FrameReader, Opcode, clientFrame } from "./webSocketFrames.js";

const GUID = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
const STATES = { CONNECTING: 0, OPEN: 1, CLOSING: 2, CLOSED: 3 };
const EVENTS = ["open", "message", "error", "close"];

/** How long the server may take to end the connection after the close frames, in milliseconds. */
const CLOSE_TIMEOUT = 2000;

/**
 * The browser's WebSocket for Node 20, which has none: `cometd.configure({url, WebSocket: NodeWebSocket})`.
 *
 * It has the standard's constructor, states, `on…` properties, `addEventListener`, `send` and `close`. It negotiates
 * no extensions, and it follows no redirects.
 */
export class NodeWebSocket extends EventTarget {
    static CONNECTING = STATES.CONNECTING;
    static OPEN = STATES.OPEN;
    static CLOSING = STATES.CLOSING;
    static CLOSED = STATES.CLOSED;

    CONNECTING = STATES.CONNECTING;
    OPEN = STATES.OPEN;
    CLOSING = STATES.CLOSING;
    CLOSED = STATES.CLOSED;

    /** Called with the events of the same names. */
    onopen = null;
    onmessage = null;
    onerror = null;
    onclose = null;

    /** What binary messages arrive as: `blob` or `arraybuffer`. */
    binaryType = "blob";

    #url;
    #protocols;
    #protocol = "";
    #readyState = STATES.CONNECTING;
    #request = null;
    #socket = null;
    #reader;
    #closeSent = false;
    /** Whether what still arrives does not matter. */
    #deaf = false;
    /** What the close event will say. */
    #closing = { code: 1006, reason: "", wasClean: false };
    #timer = null;

    /**
     * Opens a connection.
     *
     * @param {string | URL} url `ws:` or `wss:`; `http:` and `https:` count as those
     * @param {string | string[]} [protocols] the subprotocols to ask for
     * @param {{headers?: object, maxPayload?: number, tls?: object}} [options] headers of the upgrade request; how
     *     many bytes a received message may have, 64 MiB by default; what `https.request` takes (`ca`, `cert`, …)
     * @throws {DOMException} SyntaxError for a bad URL or protocol
     */
    constructor(url, protocols = [], options = {}) {
        super();
        this.#url = webSocketURL(url);
        this.#protocols = Array.isArray(protocols) ? protocols.map(String) : [String(protocols)];
        const invalid = this.#protocols.some((protocol) => !/^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/.test(protocol));
        if (invalid || new Set(this.#protocols).size !== this.#protocols.length) {
            throw new DOMException("a subprotocol is no token, or stands twice", "SyntaxError");
        }
        this.#reader = new FrameReader(options.maxPayload ?? 64 * 1024 * 1024);
        for (const type of EVENTS) {
            this.addEventListener(type, (event) => this[`on${type}`]?.(event));
        }
        this.#open(options);
    }

    /** The address, absolute. */
    get url() {
        return this.#url.href;
    }

    /** 0 connecting, 1 open, 2 closing, 3 closed. */
    get readyState() {
        return this.#readyState;
    }

    /** The subprotocol that the server chose, or "". */
    get protocol() {
        return this.#protocol;
    }

    /** Always "". */
    get extensions() {
        return "";
    }

    /** How many bytes wait to be sent. */
    get bufferedAmount() {
        return this.#socket?.writableLength ?? 0;
    }

    /**
     * Sends a message; once the connection is closing, nothing happens.
     *
     * @param {string | ArrayBuffer | ArrayBufferView} data text or bytes
     * @throws {DOMException} InvalidStateError before the connection is open
     */
    send(data) {
        if (this.#readyState === STATES.CONNECTING) {
            throw new DOMException("the WebSocket is not open yet", "InvalidStateError");
        }
        if (this.#readyState !== STATES.OPEN) {
            return;
        }
        if (ArrayBuffer.isView(data)) {
            this.#write(Opcode.BINARY, new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
        } else if (data instanceof ArrayBuffer) {
            this.#write(Opcode.BINARY, new Uint8Array(data));
        } else {
            this.#write(Opcode.TEXT, Buffer.from(String(data)));
        }
    }

    /**
     * Closes the connection.
     *
     * @param {number} [code] 1000, or 3000 to 4999
     * @param {string} [reason] at most 123 bytes as UTF-8
     * @throws {DOMException} InvalidAccessError for another code, SyntaxError for a longer reason
     */
    close(code, reason = "") {
        if (code !== undefined && code !== 1000 && !(code >= 3000 && code <= 4999)) {
            throw new DOMException(`${code} is no code for applications`, "InvalidAccessError");
        }
        if (Buffer.byteLength(reason) > 123) {
            throw new DOMException("the reason is longer than 123 bytes", "SyntaxError");
        }
        if (this.#readyState === STATES.CONNECTING) {
            this.#readyState = STATES.CLOSING;
            this.#request.destroy(new Error("closed before it was open"));
        } else if (this.#readyState === STATES.OPEN) {
            this.#startClosing(code, reason);
        }
    }

    #open({ headers, tls }) {
        const key = randomBytes(16).toString("base64");
        const secure = this.#url.protocol === "wss:";
        const address = new URL(this.#url);
        address.protocol = secure ? "https:" : "http:";
        const upgrade = {
            ...headers,
            Connection: "Upgrade",
            Upgrade: "websocket",
            "Sec-WebSocket-Version": "13",
            "Sec-WebSocket-Key": key,
        };
        if (this.#protocols.length > 0) {
            upgrade["Sec-WebSocket-Protocol"] = this.#protocols.join(", ");
        }
        const settings = { ...(secure ? tls : {}), agent: false, headers: upgrade };
        this.#request = (secure ? httpsRequest : httpRequest)(address, settings);
        this.#request.on("upgrade", (response, socket, head) => this.#upgraded(response, socket, head, key));
        this.#request.on("response", (response) => {
            response.resume();
            this.#request.destroy(new Error(`the server answered ${response.statusCode} instead of 101`));
        });
        this.#request.on("error", (error) => this.#failed(error));
        this.#request.end();
    }

    #upgraded(response, socket, head, key) {
        const fault = this.#faultOf(response, key);
        if (fault || this.#readyState !== STATES.CONNECTING) {
            socket.destroy();
            this.#failed(new Error(fault ?? "closed before it was open"));
            return;
        }
        this.#socket = socket;
        this.#protocol = response.headers["sec-websocket-protocol"] ?? "";
        socket.setTimeout(0);
        socket.setNoDelay(true);
        socket.on("data", (chunk) => this.#received(chunk));
        socket.on("end", () => socket.end());
        socket.on("error", (error) => this.#emit("error", { message: error.message, error }));
        socket.on("close", () => this.#closed());
        this.#readyState = STATES.OPEN;
        this.#emit("open");
        if (head.length > 0) {
            this.#received(head);
        }
    }

    /** Why an answer is none to our request; see RFC 6455, section 4.1. */
    #faultOf({ headers }, key) {
        const accept = createHash("sha1").update(key + GUID).digest("base64");
        const chosen = headers["sec-websocket-protocol"];
        if (headers.upgrade?.toLowerCase() !== "websocket" || headers["sec-websocket-accept"] !== accept) {
            return "the answer is not a WebSocket's";
        }
        if (headers["sec-websocket-extensions"]) {
            return "the server chose an extension that was not asked for";
        }
        if (chosen !== undefined && !this.#protocols.includes(chosen)) {
            return "the server chose a subprotocol that was not asked for";
        }
        return null;
    }

    #received(chunk) {
        if (this.#deaf) {
            return;
        }
        try {
            for (const { opcode, payload } of this.#reader.read(chunk)) {
                this.#handle(opcode, payload);
                if (this.#deaf) {
                    return;
                }
            }
        } catch (error) {
            this.#deaf = true;
            this.#startClosing(error instanceof FrameError ? error.code : 1011, error.message.slice(0, 100));
            this.#emit("error", { message: error.message, error });
            this.#socket.end();
        }
    }

    #handle(opcode, payload) {
        switch (opcode) {
            case Opcode.TEXT:
                this.#deliver(utf8(payload));
                break;
            case Opcode.BINARY:
                this.#deliver(this.binaryType === "blob" ? new Blob([payload]) : Uint8Array.from(payload).buffer);
                break;
            case Opcode.PING:
                this.#write(Opcode.PONG, payload);
                break;
            case Opcode.CLOSE:
                this.#receivedClose(payload);
                break;
            default: // A pong asks for nothing.
        }
    }

    #deliver(data) {
        if (this.#readyState === STATES.OPEN) {
            this.#emit("message", { data, origin: this.#url.origin });
        }
    }

    #receivedClose(payload) {
        if (payload.length === 1) {
            throw new FrameError(1002, "a close frame has a code of two bytes, or none");
        }
        const code = payload.length === 0 ? 1005 : payload.readUInt16BE(0);
        if (payload.length > 0 && !isWireCode(code)) {
            throw new FrameError(1002, `${code} is no code of a close frame`);
        }
        this.#closing = { code, reason: utf8(payload.subarray(2)), wasClean: true };
        this.#deaf = true;
        this.#startClosing(code === 1005 ? undefined : code);
        this.#socket.end();
    }

    #startClosing(code, reason = "") {
        if (this.#closeSent) {
            return;
        }
        const payload = code === undefined ? Buffer.alloc(0) : Buffer.concat([Buffer.alloc(2), Buffer.from(reason)]);
        if (code !== undefined) {
            payload.writeUInt16BE(code, 0);
        }
        this.#write(Opcode.CLOSE, payload);
        this.#closeSent = true;
        this.#readyState = STATES.CLOSING;
        this.#timer = setTimeout(() => this.#socket.destroy(), CLOSE_TIMEOUT);
    }

    #write(opcode, payload) {
        // After the close frame nothing may follow, not even a pong.
        if (!this.#closeSent && this.#socket.writable) {
            this.#socket.write(clientFrame(opcode, payload));
        }
    }

    #failed(error) {
        if (this.#readyState !== STATES.CLOSED) {
            this.#emit("error", { message: error.message, error });
            this.#closed();
        }
    }

    #closed() {
        if (this.#readyState !== STATES.CLOSED) {
            clearTimeout(this.#timer);
            this.#readyState = STATES.CLOSED;
            this.#emit("close", this.#closing);
        }
    }

    #emit(type, properties) {
        this.dispatchEvent(Object.assign(new Event(type), properties));
    }
}

function webSocketURL(given) {
    let url;
    try {
        url = new URL(given);
    } catch {
        throw new DOMException(`${given} is no URL`, "SyntaxError");
    }
    url.protocol = url.protocol.replace(/^http/, "ws");
    if (url.protocol !== "ws:" && url.protocol !== "wss:") {
        throw new DOMException(`${given} is no address of a WebSocket`, "SyntaxError");
    }
    url.hash = "";
    return url;
}

/** Whether a close frame may carry a code; see RFC 6455, section 7.4. */
function isWireCode(code) {
    return (code >= 1000 && code <= 1014 && ![1004, 1005, 1006].includes(code)) || (code >= 3000 && code <= 4999);
}

function utf8(bytes) {
    try {
        return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
    } catch {
        throw new FrameError(1007, "a text is not UTF-8");
    }
}
