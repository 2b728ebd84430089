import { canAppendTo, isCrossOrigin } from "./configuration.js";
import { isMeta } from "./channels.js";
import { PendingReplies } from "./PendingReplies.js";
import { Reconnection } from "./Reconnection.js";
import { RequestTransport } from "./transports/RequestTransport.js";
import { merge } from "./Utils.js";

const version = "1.0";

/**
 * A client's session: handshake, the loop of connects, what is sent and what comes of it.
 *
 * It decides nothing about time and advice ({@link Reconnection} does) and moves no bytes (a transport does).
 */
export class Engine {
    reconnection = new Reconnection();
    transport = null;
    clientID = null;
    #cometd;
    #configuration = {};
    #registry;
    #extensions;
    #listeners;
    #scheduler;
    #pending;
    // What the session before was waiting for, while it ends.
    #ended;
    #handshakeProperties;
    #handshakeCallback;
    #hasHandshaken = false;
    // The types of transport with which the handshake has been tried.
    #tried = new Set();
    // Another session of the application's, not one that replaces a lost one.
    #generation = 0;
    #lastID = 0;
    #connectID = null;
    #scheduled = null;
    // What was scheduled before this changed has no effect any more.
    #epoch = 0;
    #batches = 0;
    // During a handshake everything waits for the new session.
    #isHandshaking = false;
    #queue = [];

    constructor(cometd, { registry, extensions, listeners, scheduler }) {
        this.#cometd = cometd;
        this.#registry = registry;
        this.#extensions = extensions;
        this.#listeners = listeners;
        this.#scheduler = scheduler;
        this.#pending = new PendingReplies(scheduler);
    }

    configure(configuration) {
        this.#configuration = configuration;
        this.reconnection.configure(configuration);
        if (this.reconnection.status === "disconnected") {
            this.reconnection.reset();
        }
    }

    get isDisconnected() {
        return this.reconnection.isDisconnected;
    }

    /** Whether messages wait at the moment. */
    get isBatching() {
        return this.#batches > 0 || this.#isHandshaking;
    }

    get url() {
        return this.#urlOf(this.transport);
    }

    // Sessions

    handshake(properties, callback) {
        this.#registry.reset(true);
        this.reconnection.reset();
        this.#listeners.clearSubscriptions();
        this.#handshakeProperties = properties;
        this.#handshakeCallback = callback;
        this.#hasHandshaken = false;
        this.#tried.clear();
        this.#generation += 1;
        this.#batches = 0;
        this.#startHandshake();
    }

    disconnect(properties, callback, sync) {
        const isKnown = this.clientID !== null;
        this.#cancelScheduled();
        this.reconnection.status = "disconnecting";
        const message = merge({}, properties, { channel: "/meta/disconnect" });
        if (isKnown) {
            this.#transmit([{ message, callback }], "disconnect", sync);
            return;
        }
        // The server knows of no session yet.
        this.#later(0, () => {
            this.#finish();
            const reply = { channel: "/meta/disconnect", successful: true };
            this.call(callback, reply);
            this.notify(reply.channel, reply);
        });
    }

    /** Ends the session here, without telling the server. */
    #finish() {
        this.#cancelScheduled();
        // All is over before anybody is told: who is told may begin anew.
        const { transport } = this;
        const [queue, pending, endings] = [this.#queue, this.#pending, this.#cometd._takeEndings()];
        this.transport = null;
        this.clientID = null;
        this.#queue = [];
        this.#pending = new PendingReplies(this.#scheduler);
        this.#ended = pending;
        this.#isHandshaking = false;
        this.#batches = 0;
        this.#connectID = null;
        this.#generation += 1;
        this.reconnection.status = "disconnected";
        this.reconnection.resetBackoff();
        transport?.abort();
        this.#failEntries([...pending.takeAll(), ...queue], { reason: "Disconnected" });
        for (const ending of endings) {
            this.#guarded(ending);
        }
    }

    #startHandshake() {
        this.#cancelScheduled();
        this.clientID = null;
        this.#connectID = null;
        this.#isHandshaking = true;
        this.reconnection.beginHandshake();
        const types = this.#usableTypes();
        const message = merge({}, this.#handshakeProperties, {
            version,
            minimumVersion: version,
            channel: "/meta/handshake",
            supportedConnectionTypes: types,
            advice: { timeout: this.reconnection.advice.timeout, interval: this.reconnection.advice.interval },
        });
        if (types.length === 0) {
            const failure = { reason: "Could not find a transport" };
            this.#later(0, () => {
                this.hook("onTransportException", [this.transport?.getType() ?? null, null, failure]);
                this.#handshakeFailed(message, failure, { action: "none", delay: 0 });
            });
            return;
        }
        this.transport = this.#registry.find(types[0]);
        this.#tried.add(types[0]);
        this.#transmit([{ message }], "handshake");
    }

    #usableTypes() {
        const { url } = this.#configuration;
        return this.#registry.findTransportTypes(version, isCrossOrigin(url), url);
    }

    #connect() {
        if (this.#registry.find(this.transport.getType()) !== this.transport) {
            // The application has taken it away.
            this.#proceed({ action: "handshake", delay: 0 });
            return;
        }
        const message = { channel: "/meta/connect", connectionType: this.transport.getType() };
        if (!this.reconnection.isConnected) {
            // To be told soon that there is a connection again.
            message.advice = { timeout: 0 };
        }
        this.#transmit([{ message }], "connect");
    }

    /** Does what was decided, unless the application has disconnected meanwhile. */
    #proceed({ action, delay }) {
        if (this.isDisconnected) {
            return;
        }
        switch (action) {
            case "retry":
                this.#later(delay, () => this.#connect());
                break;
            case "handshake":
                if (this.reconnection.status !== "handshaking") {
                    this.#loseSession();
                }
                this.#later(delay, () => this.#startHandshake());
                break;
            default:
                this.#finish();
        }
    }

    /** Messages wait for the new session from now on; it knows nothing of what the old one was asked. */
    #loseSession() {
        this.#isHandshaking = true;
        this.reconnection.beginHandshake();
        this.#listeners.clearSubscriptions();
        this.#failEntries(this.#pending.takeAll(), { reason: "The session was lost" });
    }

    #later(delay, action) {
        this.#cancelScheduled();
        const epoch = this.#epoch;
        const run = () => {
            if (this.#epoch === epoch) {
                this.#scheduled = null;
                action();
            }
        };
        if (delay > 0) {
            this.#scheduled = this.#scheduler.setTimeout(run, delay);
        } else {
            Promise.resolve().then(run);
        }
    }

    #cancelScheduled() {
        this.#epoch += 1;
        if (this.#scheduled !== null) {
            this.#scheduler.clearTimeout(this.#scheduled);
            this.#scheduled = null;
        }
    }

    // Sending

    /** Sends a message, or lets it wait for the end of a batch or handshake. */
    send(entry) {
        if (entry.timeout > 0) {
            entry.timer = this.#scheduler.setTimeout(() => this.#expire(entry), entry.timeout);
        }
        if (this.isBatching) {
            this.#queue.push(entry);
        } else {
            this.#transmit([entry]);
        }
    }

    startBatch() {
        this.#batches += 1;
    }

    endBatch() {
        this.#batches = Math.max(0, this.#batches - 1);
        if (!this.isBatching && !this.isDisconnected) {
            this.#flush();
        }
    }

    #flush() {
        const entries = this.#queue.splice(0);
        if (entries.length > 0) {
            this.#transmit(entries);
        }
    }

    /**
     * @param entries `{message, callback, isCall, timeout}` each
     * @param type `handshake`, `connect` or `disconnect`, for messages that go alone
     */
    #transmit(entries, type, sync = false) {
        const messages = [];
        for (const entry of entries) {
            const id = String(++this.#lastID);
            entry.message.id = id;
            if (type === "connect") {
                // Also when an extension deletes it: then that answers it, with `receive`.
                this.#connectID = id;
            }
            if (type !== "handshake") {
                entry.message.clientId = this.clientID;
            }
            const message = this.#extensions.outgoing(entry.message);
            if (entry.callback) {
                this.#pending.add(id, entry);
            }
            if (message === null) {
                if (type !== "handshake" && type !== "connect") {
                    const failure = { reason: "Deleted by an extension" };
                    Promise.resolve().then(() => this.#fail(entry.message, failure));
                }
                continue;
            }
            message.id = id;
            entry.message = message;
            messages.push(message);
        }
        if (messages.length === 0) {
            return;
        }
        this.#log("debug", "sending", messages);
        const envelope = {
            url: this.#urlOf(this.transport, type),
            type,
            sync,
            messages,
            onSuccess: (received, sent = envelope) => {
                this.received(received);
                this.#failUnanswered(received, sent.messages);
            },
            onFailure: (conduit, failed, failure) => this.#failAll(failed, failure),
        };
        this.transport.send(envelope, type === "connect");
    }

    #urlOf(transport, type) {
        const url = this.#configuration.urls?.[transport?.getType()] ?? this.#configuration.url;
        const { appendMessageTypeToURL } = this.#configuration;
        if (!type || !appendMessageTypeToURL || !(transport instanceof RequestTransport) || !canAppendTo(url)) {
            return url;
        }
        return `${url}${url.endsWith("/") ? "" : "/"}${type}`;
    }

    // Receiving

    /** Takes messages from the server, in order; one that does harm keeps no other from its place. */
    received(messages) {
        this.#log("debug", "received", messages);
        for (const message of messages) {
            this.#guarded(() => this.receive(message));
            if (message.channel === "/meta/connect" && String(message.id) === this.#connectID) {
                // Nobody took it, as when an extension deleted it: the next one must come all the same.
                this.#fail({ channel: message.channel, id: message.id }, { reason: "The reply was not processed" });
            }
        }
    }

    #guarded(action) {
        try {
            action();
        } catch (exception) {
            this.#log("warn", "exception while a message was processed", exception);
        }
    }

    receive(received) {
        const message = this.#extensions.incoming(received);
        if (message === null || message === undefined) {
            return;
        }
        if (typeof message.channel !== "string") {
            this.#log("warn", "a message without a channel", message);
            return;
        }
        const isAdvice = typeof message.advice === "object" && message.advice !== null;
        // Advice in a message that somebody published is not the server's.
        if (isAdvice && (isMeta(message.channel) || this.#pending.get(String(message.id)))) {
            this.reconnection.adviceReceived(message.advice);
        }
        switch (message.channel) {
            case "/meta/handshake":
                this.#handshakeReplied(message);
                break;
            case "/meta/connect":
                this.#connectReplied(message);
                break;
            case "/meta/disconnect":
                this.#disconnectReplied(message);
                break;
            case "/meta/subscribe":
            case "/meta/unsubscribe":
                this.#subscriptionReplied(message);
                break;
            default:
                this.#messageReceived(message);
        }
    }

    #handshakeReplied(message) {
        if (this.reconnection.status !== "handshaking") {
            this.#log("debug", "a handshake reply that comes too late", message);
            return;
        }
        if (message.successful !== true || typeof message.clientId !== "string") {
            message.successful = false;
            this.#handshakeEnded(message, { cause: "handshake", ...this.reconnection.handshakeRefused() });
            return;
        }
        const given = message.supportedConnectionTypes;
        const types = Array.isArray(given) ? given : this.#usableTypes();
        const { url } = this.#configuration;
        const transport = this.#registry.negotiateTransport(types, version, isCrossOrigin(url), url);
        if (!transport) {
            const reason = `Could not agree on a transport: the server has ${types}, the client ${this.#usableTypes()}`;
            this.hook("onTransportException", [this.transport?.getType() ?? null, null, { reason }]);
            const failed = { ...message, successful: false, failure: { reason } };
            this.#handshakeEnded(failed, { cause: "negotiation", action: "none", delay: 0 });
            return;
        }
        if (this.transport !== transport) {
            this.#log("debug", "transport", this.transport?.getType(), "->", transport.getType());
            this.transport?.reset(false);
            this.transport = transport;
        }
        this.clientID = message.clientId;
        const decision = this.reconnection.handshakeSucceeded();
        message.reestablish = this.#hasHandshaken;
        this.#hasHandshaken = true;
        this.#tried.clear();
        // What the listeners subscribe to and publish goes out as one batch.
        this.call(this.#handshakeCallback, message);
        this.notify(message.channel, message);
        if (this.isDisconnected || this.clientID !== message.clientId) {
            return;
        }
        this.#isHandshaking = false;
        if (this.#batches === 0) {
            this.#flush();
        }
        this.#proceed(decision);
    }

    #handshakeEnded(message, info) {
        this.call(this.#handshakeCallback, message);
        this.notify(message.channel, message);
        this.notify("/meta/unsuccessful", message);
        this.#afterFailure(message, info);
    }

    #connectReplied(message) {
        const isAwaited = this.#connectID !== null && (message.id === undefined || String(message.id) === this.#connectID);
        if (!isAwaited) {
            this.#log("debug", "a connect reply that nobody waits for", message);
            return;
        }
        this.#connectID = null;
        if (message.successful === true) {
            const decision = this.isDisconnected ? { action: "none" } : this.reconnection.connectSucceeded();
            this.notify(message.channel, message);
            this.#proceed(decision);
            return;
        }
        const decision = this.isDisconnected ? { action: "none" } : this.reconnection.connectRefused();
        this.notify(message.channel, message);
        this.notify("/meta/unsuccessful", message);
        this.#afterFailure(message, { cause: "unsuccessful", ...decision });
    }

    #disconnectReplied(message) {
        const entry = this.#pending.take(String(message.id));
        this.#finish();
        this.call(entry?.callback, message);
        this.notify(message.channel, message);
        if (message.successful !== true) {
            this.notify("/meta/unsuccessful", message);
        }
    }

    #subscriptionReplied(message) {
        const entry = this.#pending.take(String(message.id));
        if (message.successful !== true) {
            this.#subscriptionFailed(entry?.message);
        }
        this.#replied(message, entry, message.channel);
    }

    /** The server does not send its messages, and the next subscriber shall ask again. */
    #subscriptionFailed(message) {
        if (message?.channel === "/meta/subscribe" && message.clientId === this.clientID) {
            this.#listeners.removeSubscriptions(message.subscription);
        }
    }

    #messageReceived(message) {
        if (message.successful === undefined) {
            this.notify(message.channel, message);
            return;
        }
        const id = String(message.id);
        const known = this.#pending.get(id);
        const entry = known?.isCall && known.message.channel !== message.channel ? undefined : known;
        const isResult = message.data !== undefined || message.successful !== true;
        if (entry?.isCall) {
            if (isResult) {
                this.call(this.#pending.take(id).callback, message);
            }
        } else if (!entry && message.data !== undefined) {
            this.notify(message.channel, message);
        } else if (!isMeta(message.channel)) {
            this.#replied(message, this.#pending.take(id), "/meta/publish");
        }
    }

    #replied(message, entry, channel) {
        this.call(entry?.callback, message);
        this.notify(channel, message);
        if (message.successful !== true) {
            this.notify("/meta/unsuccessful", message);
        }
    }

    // Failures

    /** Messages of the protocol itself must be answered by the response to their request. */
    #failUnanswered(received, sent) {
        const ids = new Set(received.map((message) => String(message.id)));
        const anonymous = new Set(received.filter(({ id }) => id === undefined).map(({ channel }) => channel));
        const unanswered = sent.filter(({ id, channel }) => {
            return isMeta(channel) && !ids.has(id) && !anonymous.has(channel);
        });
        this.#failAll(unanswered, { reason: "The server did not reply" });
    }

    #failAll(messages, failure) {
        if (messages.length > 0) {
            this.#log("debug", "failed", failure, messages);
        }
        for (const message of messages) {
            this.#guarded(() => this.#fail(message, failure));
        }
    }

    #fail(message, failure) {
        const { channel } = message;
        if (channel === "/meta/handshake") {
            if (this.reconnection.status === "handshaking") {
                this.#handshakeLost(message, failure);
            }
            return;
        }
        if (channel === "/meta/connect") {
            if (message.id === this.#connectID) {
                this.#connectLost(message, failure);
            }
            return;
        }
        const entry = this.#pending.take(message.id) ?? this.#ended?.take(message.id);
        if (channel === "/meta/disconnect") {
            this.#finish();
        }
        this.#subscriptionFailed(message);
        this.#failEntry(entry ?? { message }, failure);
    }

    #failEntry({ message, callback, isCall }, failure) {
        const reply = this.#failedReply(message, failure);
        if (isCall) {
            this.call(callback, reply);
        } else {
            this.#replied(reply, { callback }, isMeta(message.channel) ? message.channel : "/meta/publish");
        }
    }

    #failEntries(entries, failure) {
        for (const entry of entries) {
            if (entry.timer !== undefined) {
                this.#scheduler.clearTimeout(entry.timer);
            }
            this.#failEntry(entry, failure);
        }
    }

    #handshakeLost(message, failure) {
        const before = this.transport;
        let [type] = this.#usableTypes();
        if (type === undefined) {
            // All have failed: the network may be down, so none of it is held against them.
            this.#registry.reset(true);
            [type] = this.#usableTypes();
        }
        const next = type === undefined ? null : this.#registry.find(type);
        if (next !== before) {
            this.hook("onTransportException", [before?.getType() ?? null, next?.getType() ?? null, failure]);
        }
        const isNew = next !== before && !this.#tried.has(type);
        this.#tried.add(type);
        const decision = next
            ? this.reconnection.handshakeFailed({ hasNextTransport: isNew })
            : { action: "none", delay: 0 };
        this.#handshakeFailed(message, failure, decision);
    }

    #handshakeFailed(message, failure, decision) {
        this.#handshakeEnded(this.#failedReply(message, failure, decision), { cause: "failure", ...decision });
    }

    #connectLost(message, failure) {
        this.#connectID = null;
        if (this.isDisconnected) {
            return;
        }
        const decision = this.reconnection.connectFailed(Date.now());
        const reply = this.#failedReply(message, failure, decision);
        this.notify(message.channel, reply);
        this.notify("/meta/unsuccessful", reply);
        this.#afterFailure(reply, { cause: "failure", ...decision });
    }

    /** Lets the application change what comes next. */
    #afterFailure(message, info) {
        const generation = this.#generation;
        let isDecided = false;
        const proceed = (changed) => {
            if (!isDecided && this.#generation === generation) {
                isDecided = true;
                this.#proceed(changed);
            }
        };
        try {
            this.#cometd.onTransportFailure(message, { ...info, transport: this.transport }, proceed);
        } catch (exception) {
            this.#log("info", "exception in onTransportFailure", exception);
            proceed(info);
        }
    }

    #failedReply(message, failure, decision) {
        const reply = { id: message.id, channel: message.channel, successful: false };
        if (message.subscription !== undefined) {
            reply.subscription = message.subscription;
        }
        if (decision) {
            reply.advice = { reconnect: decision.action, interval: decision.delay };
        }
        reply.failure = { ...failure, message, connectionType: this.transport?.getType() ?? null };
        return reply;
    }

    #expire(entry) {
        this.#pending.take(entry.message.id);
        this.#queue = this.#queue.filter((other) => other !== entry);
        const reply = this.#failedReply(entry.message, { reason: "Remote call timeout" });
        this.call(entry.callback, { ...reply, error: "406::timeout" });
    }

    // Calling out

    notify(channel, message) {
        for (const handle of this.#listeners.interested(channel)) {
            if (!this.#listeners.has(handle)) {
                // One before it has removed it.
                continue;
            }
            try {
                handle.callback.call(handle.scope, message);
            } catch (exception) {
                this.#log("debug", "exception in a listener of", channel, exception);
                this.hook("onListenerException", [exception, handle, handle.listener, message]);
            }
        }
    }

    call(callback, message) {
        try {
            callback?.call(this.#cometd, message);
        } catch (exception) {
            this.#log("debug", "exception in a callback", exception);
            this.hook("onCallbackException", [exception, message]);
        }
    }

    /** Calls a function of the application's; when that throws, too, there is nobody left to tell. */
    hook(name, values) {
        try {
            this.#cometd[name]?.(...values);
        } catch (exception) {
            this.#log("info", `exception in ${name}`, exception);
        }
    }

    #log(level, ...parts) {
        this.#cometd._log(level, parts);
    }
}
