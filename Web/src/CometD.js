import { isMeta } from "./channels.js";
import { channelMessages } from "./channelMessages.js";
import { CometDPromises } from "./CometDPromises.js";
import { configured, defaults } from "./configuration.js";
import { Engine } from "./Engine.js";
import { ExtensionTable } from "./ExtensionTable.js";
import { ListenerTable } from "./ListenerTable.js";
import { Logger } from "./Logger.js";
import { clearSharedTimeout, sharedScheduler } from "./Scheduler.js";
import { CallbackPollingTransport } from "./transports/CallbackPollingTransport.js";
import { LongPollingTransport } from "./transports/LongPollingTransport.js";
import { TransportRegistry } from "./transports/TransportRegistry.js";
import { WebSocketTransport } from "./transports/WebSocketTransport.js";
import { merge, propertiesAndCallback, scopedCallback } from "./Utils.js";

/**
 * A client of one Bayeux server, with the interface of CometD 3.1's JavaScript library.
 *
 * Calls that reach the server return at once; callbacks, listeners and {@link CometD#promises} tell what came of them.
 * A client that lost its connection, or its session, gets a new one by itself; subscriptions belong to a session, so
 * subscribe in a `/meta/handshake` listener or in the callback of `handshake`, which are called for each new session.
 */
export class CometD {
    #name;
    #logger;
    #configuration = defaults();
    #listeners = new ListenerTable();
    #extensions;
    #registry = new TransportRegistry();
    #engine;
    #promises = new CometDPromises(this);
    // Callbacks that wait for the reply to a subscribe message that is under way, by channel.
    #subscribing = new Map();
    // Who wants to know when the client has given up or disconnected.
    #endings = new Set();

    /** Set it to false before the handshake, and WebSockets are not used. */
    websocketEnabled = true;

    // What an application may set, each called with this client as `this`.

    /** `(exception, name, outgoing, message)`: an extension threw; the message goes on as it was before it. */
    onExtensionException = undefined;
    /** `(exception, handle, isListener, message)`: a listener or subscriber threw. */
    onListenerException = undefined;
    /** `(exception, message)`: a callback threw. */
    onCallbackException = undefined;
    /** `(oldType, newType, failure)`: the transport changes, or, with null, there is none left. */
    onTransportException = undefined;

    /** @param {string} [name] for the log */
    constructor(name = "default") {
        this.#bindMethods();
        this.#name = name;
        this.#logger = new Logger(name);
        this.#extensions = new ExtensionTable((exception, extension, outgoing, message) => {
            this._debug("exception in extension", extension, exception);
            this.#engine.hook("onExtensionException", [exception, extension, outgoing, message]);
        });
        this.#engine = new Engine(this, {
            registry: this.#registry,
            extensions: this.#extensions,
            listeners: this.#listeners,
            scheduler: {
                setTimeout: (callback, delay) => this.#scheduler.setTimeout(callback, delay),
                clearTimeout: clearSharedTimeout,
            },
        });
        this.registerTransport("websocket", new WebSocketTransport());
        this.registerTransport("long-polling", new LongPollingTransport());
        if (globalThis.document) {
            this.registerTransport("callback-polling", new CallbackPollingTransport());
        }
    }

    // As in CometD 3.1, a method can be taken from its client, and a client can stand behind a proxy.
    #bindMethods() {
        for (const [name, { value }] of Object.entries(Object.getOwnPropertyDescriptors(CometD.prototype))) {
            if (typeof value === "function" && name !== "constructor") {
                this[name] = this[name].bind(this);
            }
        }
    }

    // Configuration

    /**
     * Sets options; see `configuration.js` for all of them.
     *
     * @param {string | object} configuration the URL of the server, or `{url, …}`
     * @throws {Error} without a URL
     */
    configure(configuration) {
        this.#configuration = configured(this.#configuration, configuration);
        this.#logger.level = this.#configuration.logLevel;
        this.#engine.configure(this.#configuration);
    }

    /** `configure` and `handshake` in one. */
    init(configuration, properties, callback) {
        this.configure(configuration);
        this.handshake(properties, callback);
    }

    getName() {
        return this.#name;
    }

    /** A copy of the options. */
    getConfiguration() {
        return merge({}, this.#configuration);
    }

    /** @param {string} level `debug`, `info`, `warn` or `error` */
    setLogLevel(level) {
        this.#configuration.logLevel = level;
        this.#logger.level = level;
    }

    /** @param {number} milliseconds by which each further attempt waits longer */
    setBackoffIncrement(milliseconds) {
        this.#configuration.backoffIncrement = milliseconds;
    }

    getBackoffIncrement() {
        return this.#configuration.backoffIncrement;
    }

    /** How long the next attempt waits, in milliseconds. */
    getBackoffPeriod() {
        return this.#engine.reconnection.backoff;
    }

    increaseBackoffPeriod() {
        return this.#engine.reconnection.increaseBackoff();
    }

    resetBackoffPeriod() {
        this.#engine.reconnection.resetBackoff();
    }

    // State

    /** `disconnected`, `handshaking`, `connecting`, `connected` or `disconnecting`. */
    getStatus() {
        return this.#engine.reconnection.status;
    }

    /** Whether the client is disconnected or about to be. */
    isDisconnected() {
        return this.#engine.isDisconnected;
    }

    /** The session's id; null before it has one. */
    getClientId() {
        return this.#engine.clientID;
    }

    /** The URL that the current transport uses. */
    getURL() {
        return this.#engine.url;
    }

    /** A copy of the server's advice, `{reconnect, interval, timeout, …}`. */
    getAdvice() {
        return { ...this.#engine.reconnection.advice };
    }

    /** The transport in use; null when disconnected. */
    getTransport() {
        return this.#engine.transport;
    }

    // Sessions

    /**
     * Begins a session, and begins another one whenever that is lost.
     *
     * @param {object} [properties] goes into each handshake message, such as `{ext: {…}}`
     * @param {function} [callback] called with each reply to a handshake
     * @throws {Error} without a URL, or when not disconnected
     */
    handshake(properties, callback) {
        const [given, replied] = propertiesAndCallback(properties, callback);
        if (!this.#configuration.url) {
            throw new Error("Missing required configuration parameter 'url' specifying the Bayeux server URL");
        }
        if (this.getStatus() !== "disconnected") {
            throw new Error("Illegal state: handshaken");
        }
        this.#engine.handshake(given, replied);
    }

    /**
     * Ends the session; without one, does nothing.
     *
     * @param {boolean} [sync] true in an `unload` listener: the message outlives the page, where the browser can do that
     * @param {object} [properties] goes into the message
     * @param {function} [callback] called with the reply
     */
    disconnect(sync, properties, callback) {
        if (typeof sync !== "boolean") {
            [sync, properties, callback] = [false, sync, properties];
        }
        const [given, replied] = propertiesAndCallback(properties, callback);
        if (!this.isDisconnected()) {
            this.#engine.disconnect(given, replied, sync);
        }
    }

    // Messages

    /**
     * Publishes a message.
     *
     * @param {string} channel
     * @param {*} data anything that can be written as JSON
     * @param {object} [properties] goes into the message
     * @param {function} [callback] called with the server's acknowledgement, or with what failed
     * @throws {Error} for a meta channel, or when disconnected
     */
    publish(channel, data, properties, callback) {
        if (typeof data === "function") {
            [data, callback] = [{}, data];
        }
        const [given, replied] = propertiesAndCallback(properties, callback);
        this.#checkChannel(channel);
        if (isMeta(channel)) {
            throw new Error("Illegal argument: cannot publish to meta channels");
        }
        this.#checkConnected();
        const message = merge({}, given, { channel });
        message.data = data;
        this.#engine.send({ message, callback: replied });
    }

    /**
     * Publishes bytes; needs the binary extension.
     *
     * @param {string} channel
     * @param {ArrayBuffer | ArrayBufferView} data
     * @param {boolean} [last] whether it is the last piece; true when left out
     * @param {object} [meta] goes along with the bytes
     * @param {function} [callback]
     * @param {object} [properties] goes into the message
     */
    publishBinary(channel, data, last, meta, callback, properties) {
        const { binary, replied, rest } = binaryArguments(data, last, meta, callback, properties);
        this.publish(channel, binary, merge({}, rest, { ext: { binary: {} } }), replied);
    }

    /**
     * Calls what the server offers under a name.
     *
     * @param {string} target such as `chat/history`
     * @param {*} data the argument
     * @param {number} [timeout] milliseconds until the callback gets `406::timeout`; `maxNetworkDelay` when left out,
     *     0 for no limit
     * @param {object} [properties] goes into the message
     * @param {function} [callback] called with `{successful, data, error}`
     */
    remoteCall(target, data, timeout, properties, callback) {
        if (typeof data === "function") {
            [data, timeout, properties, callback] = [{}, undefined, undefined, data];
        } else if (typeof timeout !== "number" && callback === undefined) {
            [timeout, properties, callback] = [undefined, timeout, properties];
        }
        const [given, replied = () => {}] = propertiesAndCallback(properties, callback);
        this.#checkChannel(target);
        this.#checkConnected();
        const channel = `/service${target.startsWith("/") ? "" : "/"}${target}`;
        const message = merge({}, given, { channel });
        message.data = data;
        const limit = timeout ?? this.#configuration.maxNetworkDelay;
        this.#engine.send({ message, callback: replied, isCall: true, timeout: limit });
    }

    /** A remote call with bytes as its argument; needs the binary extension. */
    remoteCallBinary(target, data, last, meta, timeout, properties, callback) {
        const given = [last, meta, timeout, properties, callback].filter((value) => value !== undefined);
        const take = (isIt) => (isIt(given[0]) ? given.shift() : undefined);
        const isLast = take((value) => typeof value === "boolean");
        const about = take((value) => typeof value === "object");
        const limit = take((value) => typeof value === "number");
        const rest = take((value) => typeof value === "object");
        const { binary } = binaryArguments(data, isLast, about);
        const all = merge({}, rest, { ext: { binary: {} } });
        this.remoteCall(target, binary, limit ?? this.#configuration.maxNetworkDelay, all, given[0]);
    }

    // Subscriptions

    /**
     * Subscribes to a channel, until the session ends.
     *
     * The server is asked when it is the channel's first subscriber here.
     *
     * @param {string} channel may end in `*` or `**`
     * @param {object} [scope] what is `this` in the callback
     * @param {function | string} callback called with each message; a string names a method of `scope`
     * @param {object} [properties] goes into the message
     * @param {function} [subscribeCallback] called with the server's reply
     * @returns a handle for `unsubscribe` and `resubscribe`
     * @throws {Error} for arguments of wrong type, or when disconnected
     */
    subscribe(channel, scope, callback, properties, subscribeCallback) {
        if (arguments.length < 2) {
            throw new Error(`Illegal arguments number: required 2, got ${arguments.length}`);
        }
        this.#checkChannel(channel);
        this.#checkConnected();
        if (typeof scope === "function") {
            [scope, callback, properties, subscribeCallback] = [undefined, scope, callback, properties];
        }
        const resolved = scopedCallback(scope, callback);
        const [given, replied] = propertiesAndCallback(properties, subscribeCallback);
        const isFirst = !this.#listeners.hasSubscriptions(channel);
        const handle = this.#listeners.add(channel, resolved.scope, resolved.method, false);
        this.#askFor(channel, given, replied, isFirst);
        return handle;
    }

    #askFor(channel, properties, replied, isFirst) {
        const waiting = this.#subscribing.get(channel);
        if (!isFirst && !waiting) {
            if (replied) {
                const reply = { channel: "/meta/subscribe", subscription: channel, successful: true };
                Promise.resolve().then(() => this.#engine.call(replied, reply));
            }
            return;
        }
        if (!isFirst) {
            waiting.push(replied);
            return;
        }
        const callbacks = [replied];
        this.#subscribing.set(channel, callbacks);
        const message = merge({}, properties, { channel: "/meta/subscribe", subscription: channel });
        const callback = (reply) => {
            if (this.#subscribing.get(channel) === callbacks) {
                this.#subscribing.delete(channel);
            }
            for (const each of callbacks) {
                this.#engine.call(each, reply);
            }
        };
        this.#engine.send({ message, callback });
    }

    /**
     * Ends a subscription; the server is told when it was the channel's last one here.
     *
     * @param handle what `subscribe` gave
     * @param {object} [properties] goes into the message
     * @param {function} [callback] called with the reply
     * @throws {Error} when disconnected
     */
    unsubscribe(handle, properties, callback) {
        if (arguments.length < 1) {
            throw new Error("Illegal arguments number: required 1, got 0");
        }
        this.#checkConnected();
        const [given, replied] = propertiesAndCallback(properties, callback);
        const wasThere = this.#listeners.remove(handle);
        if (wasThere && !this.#listeners.hasSubscriptions(handle.channel)) {
            const message = merge({}, given, { channel: "/meta/unsubscribe", subscription: handle.channel });
            this.#engine.send({ message, callback: replied });
        } else if (replied) {
            const reply = { channel: "/meta/unsubscribe", subscription: handle?.channel, successful: true };
            Promise.resolve().then(() => this.#engine.call(replied, reply));
        }
    }

    /** Subscribes again in a new session, as the handle of the old one says; without a handle, does nothing. */
    resubscribe(handle, properties) {
        if (!handle) {
            return undefined;
        }
        this.#listeners.remove(handle);
        return this.subscribe(handle.channel, handle.scope, handle.callback, properties);
    }

    /** Forgets all subscriptions, without telling the server. */
    clearSubscriptions() {
        this.#listeners.clearSubscriptions();
    }

    /**
     * Listens to a channel here, without the server's knowledge: for meta and service channels.
     *
     * @param {string} channel may end in `*` or `**`
     * @param {object} [scope]
     * @param {function | string} callback
     * @returns a handle for `removeListener`
     */
    addListener(channel, scope, callback) {
        if (arguments.length < 2) {
            throw new Error(`Illegal arguments number: required 2, got ${arguments.length}`);
        }
        this.#checkChannel(channel);
        const resolved = scopedCallback(scope, callback);
        return this.#listeners.add(channel, resolved.scope, resolved.method, true);
    }

    removeListener(handle) {
        if (!handle || !handle.channel || !("id" in handle)) {
            throw new Error("Invalid argument: expected subscription, not " + handle);
        }
        this.#listeners.remove(handle);
    }

    /** Forgets all listeners and subscriptions, without telling the server. */
    clearListeners() {
        this.#listeners.clear();
    }

    /**
     * The messages of a channel, for `for await`; the subscription is renewed in each new session.
     *
     * @param {string} channel
     * @param {{limit?: number, signal?: AbortSignal}} [options] `limit`: how many may wait to be read (1000); when
     *     there are more, the loop fails. `signal` ends the loop.
     */
    messages(channel, options) {
        this.#checkChannel(channel);
        return channelMessages(this, channel, options);
    }

    // Batches

    /** Sends what a function sends in one go. */
    batch(scope, callback) {
        const { scope: self, method } = scopedCallback(scope, callback);
        this.startBatch();
        try {
            method.call(self);
        } finally {
            this.endBatch();
        }
    }

    /** Lets messages wait; `batch` is safer. */
    startBatch() {
        this.#engine.startBatch();
    }

    endBatch() {
        this.#engine.endBatch();
    }

    // Extensions

    /** @returns {boolean} false when the name is taken */
    registerExtension(name, extension) {
        if (arguments.length < 2) {
            throw new Error(`Illegal arguments number: required 2, got ${arguments.length}`);
        }
        this.#checkName(name);
        return this.#extensions.register(name, extension, this);
    }

    /** @returns {boolean} false when there is none of this name */
    unregisterExtension(name) {
        this.#checkName(name);
        return this.#extensions.unregister(name);
    }

    getExtension(name) {
        return this.#extensions.get(name);
    }

    // Transports

    /**
     * @param {string} type such as `long-polling`
     * @param {Transport} transport
     * @param {number} [index] its place in the order in which they are tried
     * @returns {boolean} false when the type is taken
     */
    registerTransport(type, transport, index) {
        const added = this.#registry.add(type, transport, index);
        if (added) {
            transport.registered?.(type, this);
        }
        return added;
    }

    /** @returns the transport, or null when there is none of this type */
    unregisterTransport(type) {
        const transport = this.#registry.remove(type);
        transport?.abort?.();
        transport?.unregistered?.();
        return transport;
    }

    unregisterTransports() {
        for (const type of this.getTransportTypes()) {
            this.unregisterTransport(type);
        }
    }

    getTransportTypes() {
        return this.#registry.getTransportTypes();
    }

    findTransport(type) {
        return this.#registry.find(type);
    }

    getTransportRegistry() {
        return this.#registry;
    }

    // Others

    /** The calls that reach the server, with a promise each instead of a callback. */
    get promises() {
        return this.#promises;
    }

    /** Treats a message as if the server had sent it. */
    receive(message) {
        this.#engine.receive(message);
    }

    /**
     * Called when a handshake or connect has failed; a replacement can decide otherwise.
     *
     * @param message the reply, with `failure` when none came
     * @param info `{cause, action, delay, transport}`; action is `retry`, `handshake` or `none`, delay milliseconds
     * @param {function} proceed to be called, now or later, with such an object
     */
    onTransportFailure(message, info, proceed) {
        proceed(info);
    }

    /** Like the global function, but on time in a tab in the background, too. */
    setTimeout(callback, delay) {
        return this.#scheduler.setTimeout(() => {
            try {
                callback();
            } catch (exception) {
                this._debug("exception in a timer", exception);
            }
        }, delay);
    }

    clearTimeout(handle) {
        clearSharedTimeout(handle);
    }

    get #scheduler() {
        return sharedScheduler(this.#configuration.useWorkerScheduler);
    }

    #checkChannel(channel) {
        if (typeof channel !== "string") {
            throw new Error("Illegal argument type: channel must be a string");
        }
    }

    #checkName(name) {
        if (typeof name !== "string") {
            throw new Error("Illegal argument type: extension name must be a string");
        }
    }

    #checkConnected() {
        if (this.isDisconnected()) {
            throw new Error("Illegal state: disconnected");
        }
    }

    // For transports and extensions.

    _received(messages) {
        this.#engine.received(messages);
    }

    /** Has a function called once when the session has ended for good; what is returned forgets it. */
    _whenEnded(callback) {
        this.#endings.add(callback);
        return () => this.#endings.delete(callback);
    }

    _takeEndings() {
        const endings = [...this.#endings];
        this.#endings.clear();
        return endings;
    }

    /** `(deep, target, …sources)`, for extensions that were written for CometD 3.1. */
    _mixin(deep, target, ...sources) {
        return deep ? merge(target, ...sources) : Object.assign(target, ...sources);
    }

    _log(level, parts) {
        this.#logger.log(level, parts);
    }

    _debug(...parts) {
        this._log("debug", parts);
    }

    _info(...parts) {
        this._log("info", parts);
    }

    _warn(...parts) {
        this._log("warn", parts);
    }
}

/** `(data, last?, meta?, callback?, properties?)`, each of the last three where it may stand. */
function binaryArguments(data, last, meta, callback, properties) {
    if (typeof last === "function") {
        [last, meta, callback, properties] = [true, undefined, last, meta];
    } else if (typeof meta === "function") {
        [meta, callback, properties] = [undefined, meta, callback];
    }
    const binary = { meta: meta ?? {}, data, last: last ?? true };
    return { binary, replied: callback, rest: properties };
}
