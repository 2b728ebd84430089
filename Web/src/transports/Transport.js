/**
 * How messages travel. A transport of an application's own extends this class or {@link RequestTransport} and is
 * registered with `cometd.registerTransport(type, transport)`.
 *
 * Its fields are ordinary ones, so that `Object.create(transport)` makes a transport, too, as pages of CometD 3.1 do.
 *
 * An envelope is `{url, messages, sync, onSuccess(received, envelope), onFailure(conduit, messages, failure)}`; of the
 * two functions one is called for each message of it, never before `send` has returned.
 */
export class Transport {
    _type = null;
    _cometd = null;

    /** A transport whose methods, unless replaced, are those of another; only one of them can be used. */
    static derive(transport) {
        return Object.create(transport);
    }

    /** Called when the transport is registered with a client. */
    registered(type, cometd) {
        this._type = type;
        this._cometd = cometd;
    }

    /** Called when the transport is taken from its client. */
    unregistered() {
        this._type = null;
        this._cometd = null;
    }

    /** The connection type, such as `long-polling`; null when not registered. */
    getType() {
        return this._type;
    }

    /** The client; null when not registered. */
    get cometd() {
        return this._cometd;
    }

    getConfiguration() {
        return this._cometd.getConfiguration();
    }

    /** The server's advice. */
    getAdvice() {
        return this._cometd.getAdvice();
    }

    setTimeout(callback, delay) {
        return this._cometd.setTimeout(callback, delay);
    }

    clearTimeout(handle) {
        this._cometd.clearTimeout(handle);
    }

    /**
     * Whether this transport can be used at all, and is worth trying.
     *
     * @param {string} version the protocol's, `1.0`
     * @param {boolean} crossDomain whether the server is another than the page's
     * @param {string} url
     */
    // eslint-disable-next-line no-unused-vars
    accept(version, crossDomain, url) {
        throw new Error("A transport must implement accept()");
    }

    /** Sends the messages of an envelope; `metaConnect` tells that the reply may be held for long. */
    // eslint-disable-next-line no-unused-vars
    send(envelope, metaConnect) {
        throw new Error("A transport must implement send()");
    }

    /** Forgets what was learnt of the server; all of it when `init` is true, before a new session begins. */
    // eslint-disable-next-line no-unused-vars
    reset(init) {}

    /** Gives up what is under way; its messages fail. */
    abort() {}

    /**
     * The messages in a text from the server.
     *
     * @throws {Error} when it is not JSON, or does not hold objects only
     */
    convertToMessages(text) {
        if (text === undefined || text === null || text === "") {
            return [];
        }
        const value = typeof text === "string" ? JSON.parse(text) : text;
        const messages = Array.isArray(value) ? value : value === null ? [] : [value];
        if (!messages.every((message) => typeof message === "object" && message !== null && !Array.isArray(message))) {
            throw new Error("Invalid message from the server");
        }
        return messages;
    }

    /** How long the reply to a connect or another message may take: milliseconds, 0 for no limit. */
    maxDelay(metaConnect, messages) {
        const { maxNetworkDelay } = this.getConfiguration();
        if (!metaConnect || !(maxNetworkDelay > 0)) {
            return maxNetworkDelay;
        }
        const asked = messages.find((message) => message.channel === "/meta/connect")?.advice?.timeout;
        return maxNetworkDelay + (asked ?? this.getAdvice().timeout ?? 0);
    }

    _debug(...parts) {
        this._cometd?._debug("transport", this._type, ...parts);
    }
}
