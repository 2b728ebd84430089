// What a client in Node needs besides the library.

export interface NodeWebSocketOptions {
    /** Headers of the upgrade request. */
    headers?: { [name: string]: string };
    /** How many bytes a received message may have. Default 64 MiB. */
    maxPayload?: number;
    /** What `https.request` takes, such as `ca`. */
    tls?: { [name: string]: any };
}

/** The browser's WebSocket for Node 20: `cometd.configure({url, WebSocket: NodeWebSocket})`. */
export class NodeWebSocket extends EventTarget {
    static readonly CONNECTING: 0;
    static readonly OPEN: 1;
    static readonly CLOSING: 2;
    static readonly CLOSED: 3;
    constructor(url: string | URL, protocols?: string | string[], options?: NodeWebSocketOptions);
    readonly CONNECTING: 0;
    readonly OPEN: 1;
    readonly CLOSING: 2;
    readonly CLOSED: 3;
    readonly url: string;
    readonly readyState: number;
    readonly protocol: string;
    readonly extensions: string;
    readonly bufferedAmount: number;
    binaryType: "blob" | "arraybuffer";
    onopen: ((event: Event) => void) | null;
    onmessage: ((event: Event & { data: any; origin: string }) => void) | null;
    onerror: ((event: Event & { message: string; error: unknown }) => void) | null;
    onclose: ((event: Event & { code: number; reason: string; wasClean: boolean }) => void) | null;
    send(data: string | ArrayBuffer | ArrayBufferView): void;
    close(code?: number, reason?: string): void;
}

/** A `fetch` that keeps cookies, which long-polling sessions need: `cometd.configure({url, fetch: cookieFetch()})`. */
export function cookieFetch(fetch?: typeof globalThis.fetch): typeof globalThis.fetch;
