// The JavaScript client's public interface. Times are milliseconds.

/** Any value that JSON can say. */
export type Json = null | boolean | number | string | Json[] | { [name: string]: Json };

/** Fields of a message that only some servers, clients and extensions know, by name. */
export interface Extensions {
    [name: string]: any;
}

/** What the server, or the library on its behalf, advises to do next. */
export interface Advice {
    reconnect?: "retry" | "handshake" | "none";
    interval?: number;
    timeout?: number;
    maxInterval?: number;
    "multiple-clients"?: boolean;
    [name: string]: any;
}

/** A Bayeux message; which fields it has depends on its channel. */
export interface Message<Data = any> {
    channel: string;
    id?: string;
    clientId?: string;
    data: Data;
    ext?: Extensions;
    advice?: Advice;
    [name: string]: any;
}

/** Why there is no reply from the server. */
export interface Failure {
    reason?: string;
    exception?: unknown;
    httpCode?: number;
    websocketCode?: number;
    /** The message that failed. */
    message: Message<any>;
    connectionType: string | null;
}

/** What came of a message that was sent: the server's reply, or one that the library makes in its place. */
export interface Reply extends Message<any> {
    successful: boolean;
    /** Such as `403:denied_by_security_policy:publish_denied`. */
    error?: string;
    /** There only when the server did not reply. */
    failure?: Failure;
}

export interface HandshakeReply extends Reply {
    supportedConnectionTypes?: string[];
    /** Whether this is a new session after another of the same client. */
    reestablish?: boolean;
}

export interface SubscribeReply extends Reply {
    subscription: string;
}

/** The reply to a remote call: `data` is the result, or says what failed. */
export interface RemoteCallReply<Result = any> extends Reply {
    data: Result;
}

/** What a message with bytes has as its data. */
export interface BinaryData<Meta = any> {
    data: ArrayBuffer;
    last: boolean;
    meta: Meta;
}

/** What can be sent as bytes. */
export type Bytes = ArrayBuffer | ArrayBufferView;

export type MessageListener<Data = any> = (message: Message<Data>) => void;
export type Callback<R extends Reply = Reply> = (reply: R) => void;
/** What goes into a message besides what the call itself puts there. */
export type Properties = { [name: string]: any };

/** What `subscribe` and `addListener` give; opaque. */
export interface SubscriptionHandle {
    readonly channel: string;
}

export type Status = "disconnected" | "handshaking" | "connecting" | "connected" | "disconnecting";
export type LogLevel = "debug" | "info" | "warn" | "error";

/** A class with the browser's WebSocket interface. */
export interface WebSocketClass {
    new (url: string, protocols?: string | string[]): any;
}

export interface Configuration {
    /** Where the Bayeux server is; a path is relative to the page. */
    url: string;
    /** Another place for a transport, by its type. */
    urls?: { [type: string]: string };
    /** The WebSocket subprotocol to ask for. Default: none. */
    protocol?: string | null;
    /** Default `info`. */
    logLevel?: LogLevel;
    /** How many HTTP requests may be open at a time, the held connect included. Default 2. */
    maxConnections?: number;
    /** By how much each further failed attempt waits longer. Default 1000. */
    backoffIncrement?: number;
    /** The longest such wait. Default 60000. */
    maxBackoff?: number;
    /** How long a reply may take; a held connect has the advice's timeout besides. Default 10000. */
    maxNetworkDelay?: number;
    /** Headers of each HTTP request. */
    requestHeaders?: { [name: string]: string };
    /** Whether `/handshake`, `/connect` and `/disconnect` go to URLs of their own. Default true. */
    appendMessageTypeToURL?: boolean;
    /** Whether messages that wait for a free HTTP connection go together in one request. Default false. */
    autoBatch?: boolean;
    /** How long a WebSocket may take to open; 0 is for ever. Default 0. */
    connectTimeout?: number;
    /** Whether a WebSocket that once worked is tried again instead of the next transport. Default true. */
    stickyReconnect?: boolean;
    /** The longest URI of callback-polling. Default 2000. */
    maxURILength?: number;
    /** Whether timers run in a worker, where a tab in the background does not slow them. Default true. */
    useWorkerScheduler?: boolean;
    /** Used instead of the global class. */
    WebSocket?: WebSocketClass;
    /** Used instead of the global function. */
    fetch?: typeof fetch;
    /** What holds as long as the server gives no advice of its own. */
    advice?: Advice;
}

/** Sees, changes and deletes messages. */
export interface Extension {
    registered?(name: string, cometd: CometD): void;
    unregistered?(): void;
    /** A message from the server, in the order of registration. Null deletes it, nothing leaves it as it is. */
    incoming?(message: Message<any>): Message<any> | null | void;
    /** A message to the server, in the reverse order of registration. */
    outgoing?(message: Message<any>): Message<any> | null | void;
}

/** What comes after a failed handshake or connect. */
export interface FailureDecision {
    action: "retry" | "handshake" | "none";
    delay: number;
}

export interface FailureInfo extends FailureDecision {
    cause: "failure" | "unsuccessful" | "handshake" | "negotiation";
    transport: Transport | null;
}

/** A client of one Bayeux server, with the interface of CometD 3.1's JavaScript library. */
export class CometD {
    /** @param name for the log; `default` when left out */
    constructor(name?: string);

    /** Set it to false before the handshake, and WebSockets are not used. */
    websocketEnabled: boolean;
    /** Set it to false before the handshake, and the ack extension does not ask. */
    ackEnabled?: boolean;

    /** An extension threw; the message goes on as it was before it. */
    onExtensionException?: (
        this: CometD,
        exception: unknown,
        name: string,
        outgoing: boolean,
        message: Message<any>,
    ) => void;
    /** A listener or subscriber threw. */
    onListenerException?: (
        this: CometD,
        exception: unknown,
        handle: SubscriptionHandle,
        isListener: boolean,
        message: Message<any>,
    ) => void;
    /** A callback threw. */
    onCallbackException?: (this: CometD, exception: unknown, message: Reply) => void;
    /** The transport changes; with null, there is none left. */
    onTransportException?: (this: CometD, oldType: string | null, newType: string | null, failure: object) => void;
    /** Called when a handshake or connect has failed; a replacement calls `proceed` with what shall come next. */
    onTransportFailure(message: Reply, info: FailureInfo, proceed: (decision: FailureDecision) => void): void;

    configure(configuration: string | Configuration): void;
    /** `configure` and `handshake` in one. */
    init(configuration: string | Configuration, callback?: Callback<HandshakeReply>): void;
    init(configuration: string | Configuration, properties?: Properties, callback?: Callback<HandshakeReply>): void;

    /** Begins a session, and begins another one whenever that is lost; the callback is called for each. */
    handshake(callback?: Callback<HandshakeReply>): void;
    handshake(properties?: Properties, callback?: Callback<HandshakeReply>): void;

    disconnect(sync: boolean, callback?: Callback): void;
    disconnect(sync: boolean, properties?: Properties, callback?: Callback): void;
    disconnect(callback?: Callback): void;
    disconnect(properties?: Properties, callback?: Callback): void;

    publish(channel: string, data: any, callback?: Callback): void;
    publish(channel: string, data: any, properties?: Properties, callback?: Callback): void;

    /** Needs the binary extension. */
    publishBinary(
        channel: string,
        data: Bytes,
        last?: boolean,
        meta?: object,
        callback?: Callback,
        properties?: Properties,
    ): void;
    publishBinary(channel: string, data: Bytes, last: boolean, callback: Callback, properties?: Properties): void;
    publishBinary(channel: string, data: Bytes, callback: Callback, properties?: Properties): void;

    remoteCall<Result = any>(
        target: string,
        data: any,
        timeout: number,
        properties: Properties,
        callback: Callback<RemoteCallReply<Result>>,
    ): void;
    remoteCall<Result = any>(
        target: string,
        data: any,
        timeoutOrProperties: number | Properties,
        callback: Callback<RemoteCallReply<Result>>,
    ): void;
    remoteCall<Result = any>(target: string, data: any, callback: Callback<RemoteCallReply<Result>>): void;

    /** Needs the binary extension. */
    remoteCallBinary<Result = any>(
        target: string,
        data: Bytes,
        last: boolean,
        meta: object,
        timeout: number,
        properties: Properties,
        callback: Callback<RemoteCallReply<Result>>,
    ): void;
    remoteCallBinary<Result = any>(
        target: string,
        data: Bytes,
        last: boolean,
        meta: object,
        timeout: number,
        callback: Callback<RemoteCallReply<Result>>,
    ): void;
    remoteCallBinary<Result = any>(
        target: string,
        data: Bytes,
        last: boolean,
        meta: object,
        callback: Callback<RemoteCallReply<Result>>,
    ): void;
    remoteCallBinary<Result = any>(
        target: string,
        data: Bytes,
        last: boolean,
        callback: Callback<RemoteCallReply<Result>>,
    ): void;
    remoteCallBinary<Result = any>(target: string, data: Bytes, callback: Callback<RemoteCallReply<Result>>): void;

    subscribe<Data = any>(
        channel: string,
        callback: MessageListener<Data>,
        subscribeCallback?: Callback<SubscribeReply>,
    ): SubscriptionHandle;
    subscribe<Data = any>(
        channel: string,
        callback: MessageListener<Data>,
        properties?: Properties,
        subscribeCallback?: Callback<SubscribeReply>,
    ): SubscriptionHandle;
    subscribe<Scope extends object>(
        channel: string,
        scope: Scope,
        callback: keyof Scope | ((this: Scope, message: Message<any>) => void),
        subscribeCallback?: Callback<SubscribeReply>,
    ): SubscriptionHandle;
    subscribe<Scope extends object>(
        channel: string,
        scope: Scope,
        callback: keyof Scope | ((this: Scope, message: Message<any>) => void),
        properties?: Properties,
        subscribeCallback?: Callback<SubscribeReply>,
    ): SubscriptionHandle;

    unsubscribe(handle: SubscriptionHandle, callback?: Callback<SubscribeReply>): void;
    unsubscribe(handle: SubscriptionHandle, properties?: Properties, callback?: Callback<SubscribeReply>): void;

    /** Subscribes again in a new session, as the handle of the old one says. */
    resubscribe(handle: SubscriptionHandle, properties?: Properties): SubscriptionHandle;
    resubscribe(handle: SubscriptionHandle | null | undefined, properties?: Properties): SubscriptionHandle | undefined;
    clearSubscriptions(): void;

    addListener(channel: "/meta/handshake", callback: (reply: HandshakeReply) => void): SubscriptionHandle;
    addListener(
        channel: "/meta/subscribe" | "/meta/unsubscribe",
        callback: (reply: SubscribeReply) => void,
    ): SubscriptionHandle;
    addListener(
        channel: "/meta/connect" | "/meta/disconnect" | "/meta/publish" | "/meta/unsuccessful",
        callback: (reply: Reply) => void,
    ): SubscriptionHandle;
    addListener<Data = any>(channel: string, callback: MessageListener<Data>): SubscriptionHandle;
    addListener<Scope extends object>(
        channel: string,
        scope: Scope,
        callback: keyof Scope | ((this: Scope, message: any) => void),
    ): SubscriptionHandle;
    removeListener(handle: SubscriptionHandle): void;
    clearListeners(): void;

    /**
     * The messages of a channel, for `for await`; the subscription is renewed in each new session.
     *
     * `limit`: how many may wait to be read; when there are more, the loop fails. Default 1000. `signal` ends the loop.
     */
    messages<Data = any>(
        channel: string,
        options?: { limit?: number; signal?: AbortSignal },
    ): AsyncIterableIterator<Message<Data>>;

    /** Sends what a function sends in one go. */
    batch(group: () => void): void;
    batch<Scope extends object>(scope: Scope, group: keyof Scope | ((this: Scope) => void)): void;
    startBatch(): void;
    endBatch(): void;

    /** False when the name is taken. */
    registerExtension(name: string, extension: Extension): boolean;
    /** False when there is none of this name. */
    unregisterExtension(name: string): boolean;
    getExtension(name: "ack"): AckExtension | null;
    getExtension(name: "binary"): BinaryExtension | null;
    getExtension(name: "reload"): ReloadExtension | null;
    getExtension(name: "timestamp"): TimeStampExtension | null;
    getExtension(name: "timesync"): TimeSyncExtension | null;
    getExtension(name: string): Extension | null;

    /** False when the type is taken. */
    registerTransport(type: string, transport: Transport, index?: number): boolean;
    unregisterTransport(type: string): Transport | null;
    unregisterTransports(): void;
    getTransportTypes(): string[];
    findTransport(type: string): Transport | null;
    getTransportRegistry(): TransportRegistry;
    /** The transport in use; null when disconnected. */
    getTransport(): Transport | null;

    getStatus(): Status;
    /** Whether the client is disconnected or about to be. */
    isDisconnected(): boolean;
    getClientId(): string | null;
    /** The URL that the current transport uses. */
    getURL(): string;
    getName(): string;
    getConfiguration(): Configuration;
    getAdvice(): Advice;
    setLogLevel(level: LogLevel): void;
    setBackoffIncrement(milliseconds: number): void;
    getBackoffIncrement(): number;
    getBackoffPeriod(): number;
    increaseBackoffPeriod(): number;
    resetBackoffPeriod(): void;

    /** Like the global function, but on time in a tab in the background, too. */
    setTimeout(callback: () => void, delay?: number): any;
    clearTimeout(handle: any): void;

    /** Keeps the session for the next page; there when the reload extension is registered. */
    reload?: (configuration?: ReloadConfiguration | Event) => void;
    /** Treats a message as if the server had sent it. */
    receive(message: Partial<Message<any>> & { channel: string }): void;
    /** The calls that reach the server, with a promise each. */
    readonly promises: CometDPromises;

    _debug(...values: unknown[]): void;
    _info(...values: unknown[]): void;
    _warn(...values: unknown[]): void;
}

/** Why a promise was rejected: the reply that is not successful. */
export interface CometDError extends Error {
    name: "CometDError";
    reply: Reply;
}

/** The calls of a client that reach the server, with promises; rejected with a `CometDError`. */
export interface CometDPromises {
    /** Fulfilled when there is a session; rejected when the client has given up. */
    handshake(properties?: Properties): Promise<HandshakeReply>;
    disconnect(properties?: Properties): Promise<Reply>;
    publish(channel: string, data: any, properties?: Properties): Promise<Reply>;
    publishBinary(
        channel: string,
        data: Bytes,
        last?: boolean,
        meta?: object,
        properties?: Properties,
    ): Promise<Reply>;
    remoteCall<Result = any>(
        target: string,
        data: any,
        timeout?: number,
        properties?: Properties,
    ): Promise<RemoteCallReply<Result>>;
    remoteCallBinary<Result = any>(
        target: string,
        data: Bytes,
        last?: boolean,
        meta?: object,
        timeout?: number,
        properties?: Properties,
    ): Promise<RemoteCallReply<Result>>;
    /** Fulfilled with the subscription's handle. */
    subscribe<Data = any>(
        channel: string,
        callback: MessageListener<Data>,
        properties?: Properties,
    ): Promise<SubscriptionHandle>;
    unsubscribe(handle: SubscriptionHandle, properties?: Properties): Promise<SubscribeReply>;
}

/** Messages to one address, and what is called when it is known what came of them. */
export interface Envelope {
    url: string;
    messages: Message<any>[];
    sync: boolean;
    onSuccess(received: Message<any>[], envelope: Envelope): void;
    onFailure(conduit: unknown, messages: Message<any>[], failure: Partial<Failure>): void;
}

/** How messages travel; a transport of an application's own extends it. */
export class Transport {
    /** A transport whose methods, unless replaced, are those of another; only one of them can be used. */
    static derive<T extends Transport>(transport: T): T;
    registered(type: string, cometd: CometD): void;
    unregistered(): void;
    getType(): string | null;
    readonly cometd: CometD | null;
    getConfiguration(): Configuration;
    getAdvice(): Advice;
    setTimeout(callback: () => void, delay?: number): any;
    clearTimeout(handle: any): void;
    /** Whether it can be used for a URL, and is worth trying. */
    accept(version: string, crossDomain: boolean, url: string): boolean;
    send(envelope: Envelope, metaConnect: boolean): void;
    reset(init: boolean): void;
    /** Gives up what is under way; its messages fail. */
    abort(): void;
    convertToMessages(text: string | object | null | undefined): Message<any>[];
    /** How long a reply may take; 0 for no limit. */
    maxDelay(metaConnect: boolean, messages: Message<any>[]): number;
}

/** One request of a transport; set `abort` to a function that gives it up. */
export interface TransportRequest {
    abort: (() => void) | null;
    [name: string]: any;
}

/** A transport that makes a request for each envelope. */
export class RequestTransport extends Transport {
    transportSend(envelope: Envelope, request: TransportRequest): void;
    transportSuccess(envelope: Envelope, request: TransportRequest, received: Message<any>[]): void;
    transportFailure(envelope: Envelope, request: TransportRequest, failure: Partial<Failure>): void;
}

/** One HTTP request of long-polling. */
export interface RequestPacket {
    transport: LongPollingTransport;
    request: TransportRequest;
    url: string;
    sync: boolean;
    headers: { [name: string]: string };
    body: string;
    onSuccess(text: string): void;
    onError(reason: string, exception?: unknown, httpCode?: number): void;
}

export class LongPollingTransport extends RequestTransport {
    /** Makes one request; an application can replace it to use other means. */
    xhrSend(packet: RequestPacket): unknown;
}

export class CallbackPollingTransport extends RequestTransport {}

export class WebSocketTransport extends Transport {}

export class TransportRegistry {
    getTransportTypes(): string[];
    findTransportTypes(version: string, crossDomain: boolean, url: string): string[];
    negotiateTransport(types: string[], version: string, crossDomain: boolean, url: string): Transport | null;
    add(type: string, transport: Transport, index?: number): boolean;
    find(type: string): Transport | null;
    remove(type: string): Transport | null;
    clear(): void;
    reset(init: boolean): void;
}

export const Utils: {
    isString(value: unknown): boolean;
    isFunction(value: unknown): boolean;
    isArray(value: unknown): boolean;
    inArray<Element>(element: Element, array: Element[]): number;
    setTimeout(cometd: CometD, callback: () => void, delay?: number): any;
    clearTimeout(cometd: CometD, handle: any): void;
};

/** Bytes as text of 85 characters, as messages with bytes carry them. */
export const Z85: {
    /** Five characters for each four bytes; n bytes that are left become n + 1 characters. */
    encode(bytes: Bytes | SharedArrayBuffer | number[]): string;
    /** Throws a SyntaxError when the text is no Z85. */
    decode(text: string): ArrayBuffer;
};

/** Has the server keep messages until they are acknowledged. Register it as `ack`. */
export class AckExtension implements Extension {
    registered(name: string, cometd: CometD): void;
    unregistered(): void;
    incoming(message: Message<any>): Message<any>;
    outgoing(message: Message<any>): Message<any>;
}

/** Lets messages carry bytes. Register it as `binary`. */
export class BinaryExtension implements Extension {
    registered(name: string, cometd: CometD): void;
    unregistered(): void;
    incoming(message: Message<any>): Message<any>;
    outgoing(message: Message<any>): Message<any>;
}

export interface ReloadConfiguration {
    /** Under which name the session is kept. Default `org.cometd.reload`. */
    name?: string;
    /** Where. Default: the tab's SessionStorage. */
    storage?: Pick<Storage, "getItem" | "setItem" | "removeItem">;
}

/** Lets the next page of a tab go on with the session of the last one. Register it as `reload`. */
export class ReloadExtension implements Extension {
    constructor(configuration?: ReloadConfiguration);
    configure(configuration: ReloadConfiguration): void;
    registered(name: string, cometd: CometD): void;
    unregistered(): void;
    incoming(message: Message<any>): Message<any>;
    outgoing(message: Message<any>): Message<any> | null;
}

/** Writes into each message when it was sent. Register it as `timestamp`. */
export class TimeStampExtension implements Extension {
    outgoing(message: Message<any>): Message<any>;
}

/** Finds out how far this clock is from the server's. Register it as `timesync`. */
export class TimeSyncExtension implements Extension {
    /** `maxSamples`: how many answers count. Default 10. */
    constructor(configuration?: { maxSamples?: number });
    registered(name: string, cometd: CometD): void;
    unregistered(): void;
    incoming(message: Message<any>): Message<any>;
    outgoing(message: Message<any>): Message<any>;
    /** How long a message takes one way. */
    getNetworkLag(): number;
    /** What must be added to this clock to make it the server's. */
    getTimeOffset(): number;
    /** The offsets that `getTimeOffset` is the mean of, the oldest first. */
    getTimeOffsetSamples(): number[];
    /** Milliseconds since 1970 by the server's clock. */
    getServerTime(): number;
    getServerDate(): Date;
    /** Calls a function at a time of the server's, at most 24 days from now. Gives what `cometd.clearTimeout` takes. */
    setTimeout(callback: () => void, serverTime: Date | number): any;
}
