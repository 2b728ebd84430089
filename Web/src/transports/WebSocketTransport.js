import { Transport } from "./Transport.js";

/**
 * Messages in the frames of one WebSocket.
 *
 * A socket that did not open makes the transport unacceptable, so that the next handshake takes another one; with
 * `stickyReconnect` one that opened before is tried again.
 */
export class WebSocketTransport extends Transport {
    #supported = true;
    #worked = false;
    #connection = null;

    accept() {
        return this.#supported && this.cometd.websocketEnabled !== false && Boolean(this.#socketClass());
    }

    reset(init) {
        this.abort();
        if (init) {
            this.#supported = true;
            this.#worked = false;
        }
    }

    abort() {
        if (this.#connection) {
            this.#end(this.#connection, { reason: "Aborted" }, "Abort");
        }
    }

    send(envelope, metaConnect) {
        this.#connection ??= this.#connect(envelope.url);
        const connection = this.#connection;
        // Replies are told apart by their ids, so that each frame of replies can go to its envelope.
        const sent = { envelope, metaConnect, missing: new Set(envelope.messages.map(({ id }) => id)), timer: null };
        connection.envelopes.add(sent);
        if (connection.opened) {
            this.#transmit(connection, sent);
        }
    }

    #socketClass() {
        return this.getConfiguration().WebSocket ?? globalThis.WebSocket;
    }

    #connect(url) {
        const { connectTimeout, protocol } = this.getConfiguration();
        const connection = { socket: null, opened: false, envelopes: new Set(), timer: null };
        try {
            const address = webSocketURL(url);
            const SocketClass = this.#socketClass();
            connection.socket = protocol ? new SocketClass(address, protocol) : new SocketClass(address);
        } catch (exception) {
            this.#supported = false;
            this.setTimeout(() => this.#end(connection, { reason: "Cannot make a WebSocket", exception }), 0);
            return connection;
        }
        if (connectTimeout > 0) {
            connection.timer = this.setTimeout(() => {
                this.#lost(connection, { reason: `Cannot connect within ${connectTimeout} ms` }, "Connect timeout");
            }, connectTimeout);
        }
        const { socket } = connection;
        socket.onopen = () => this.#opened(connection);
        socket.onmessage = ({ data }) => this.#received(connection, data);
        socket.onclose = ({ code, reason }) => {
            this.#lost(connection, { reason: reason || "The WebSocket was closed", websocketCode: code });
        };
        // It is followed by a close, which is what counts.
        socket.onerror = () => this._debug("error of the WebSocket");
        return connection;
    }

    #opened(connection) {
        if (this.#connection !== connection) {
            return;
        }
        connection.opened = true;
        this.#worked = true;
        this.#clearTimer(connection);
        for (const sent of [...connection.envelopes]) {
            if (this.#connection === connection) {
                this.#transmit(connection, sent);
            }
        }
    }

    #transmit(connection, sent) {
        const { envelope, metaConnect } = sent;
        let text;
        try {
            text = JSON.stringify(envelope.messages);
        } catch (exception) {
            connection.envelopes.delete(sent);
            const failure = { reason: "Cannot be written as JSON", exception };
            this.setTimeout(() => envelope.onFailure(connection.socket, envelope.messages, failure), 0);
            return;
        }
        const delay = this.maxDelay(metaConnect, envelope.messages);
        if (delay > 0) {
            sent.timer = this.setTimeout(() => {
                const reason = `A reply took longer than ${delay} ms, the longest delay of the network`;
                this.#lost(connection, { reason }, "Timeout");
            }, delay);
        }
        try {
            connection.socket.send(text);
        } catch (exception) {
            this.setTimeout(() => this.#lost(connection, { reason: "Cannot send", exception }, "Send"), 0);
        }
    }

    #received(connection, data) {
        if (this.#connection !== connection) {
            return;
        }
        let received;
        try {
            received = this.convertToMessages(data);
        } catch (exception) {
            this.#lost(connection, { reason: "Not a Bayeux message", exception }, "Not a Bayeux message");
            return;
        }
        if (received.length === 0) {
            return;
        }
        let disconnected = false;
        for (const message of received) {
            if (message.id !== undefined && isReply(message)) {
                this.#answered(connection, String(message.id));
                disconnected ||= message.channel === "/meta/disconnect" && message.successful === true;
            }
        }
        this.cometd._received(received);
        if (disconnected) {
            this.#end(connection, { reason: "Disconnected" }, "Disconnect");
        }
    }

    #answered(connection, id) {
        for (const sent of connection.envelopes) {
            if (sent.missing.delete(id)) {
                if (sent.missing.size === 0) {
                    connection.envelopes.delete(sent);
                    this.#clearTimer(sent);
                }
                return;
            }
        }
    }

    /** The connection broke, by itself or because it was good for nothing any more. */
    #lost(connection, failure, closing) {
        if (this.#connection === connection) {
            this.#supported = this.#worked && this.getConfiguration().stickyReconnect;
            this.#end(connection, failure, closing);
        }
    }

    #end(connection, failure, closing) {
        if (this.#connection !== connection) {
            return;
        }
        this.#connection = null;
        this.#clearTimer(connection);
        if (closing) {
            try {
                connection.socket?.close(1000, closing);
            } catch (exception) {
                this._debug("cannot close the WebSocket", exception);
            }
        }
        for (const sent of connection.envelopes) {
            this.#clearTimer(sent);
            const { envelope, missing } = sent;
            const messages = envelope.messages.filter(({ id }) => missing.has(id));
            envelope.onFailure(connection.socket, messages, failure);
        }
    }

    #clearTimer(holder) {
        if (holder.timer !== null) {
            this.clearTimeout(holder.timer);
            holder.timer = null;
        }
    }
}

/** A message that answers one of ours, not one that was published. */
function isReply(message) {
    return message.channel?.startsWith?.("/meta/") || message.successful !== undefined;
}

/** `ws:` for `http:`, `wss:` for `https:`; a path is relative to the page. */
export function webSocketURL(url, location = globalThis.location) {
    const absolute = new URL(url, location?.href);
    absolute.protocol = absolute.protocol.replace(/^http/, "ws");
    return absolute.href;
}
