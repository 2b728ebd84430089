import { Transport } from "./Transport.js";

/**
 * Messages in the frames of one WebSocket.
 *
 * A socket that did not open makes the transport unacceptable, so that the next handshake takes another one; with
 * `stickyReconnect` one that opened before is tried again.
 */
export class WebSocketTransport extends Transport {
    _supported = true;
    _worked = false;
    _connection = null;

    accept() {
        return this._supported && this.cometd.websocketEnabled !== false && Boolean(this._socketClass());
    }

    reset(init) {
        this.abort();
        if (init) {
            this._supported = true;
            this._worked = false;
        }
    }

    abort() {
        if (this._connection) {
            this._end(this._connection, { reason: "Aborted" }, "Abort");
        }
    }

    send(envelope, metaConnect) {
        this._connection ??= this._connect(envelope.url);
        const connection = this._connection;
        // Replies are told apart by their ids, so that each frame of replies can go to its envelope.
        const sent = { envelope, metaConnect, missing: new Set(envelope.messages.map(({ id }) => id)), timer: null };
        connection.envelopes.add(sent);
        if (connection.opened) {
            this._transmit(connection, sent);
        }
    }

    _socketClass() {
        return this.getConfiguration().WebSocket ?? globalThis.WebSocket;
    }

    _connect(url) {
        const { connectTimeout, protocol } = this.getConfiguration();
        const connection = { socket: null, opened: false, envelopes: new Set(), timer: null };
        try {
            const address = webSocketURL(url);
            const SocketClass = this._socketClass();
            connection.socket = protocol ? new SocketClass(address, protocol) : new SocketClass(address);
        } catch (exception) {
            this._supported = false;
            this.setTimeout(() => this._end(connection, { reason: "Cannot make a WebSocket", exception }), 0);
            return connection;
        }
        if (connectTimeout > 0) {
            connection.timer = this.setTimeout(() => {
                this._lost(connection, { reason: `Cannot connect within ${connectTimeout} ms` }, "Connect timeout");
            }, connectTimeout);
        }
        const { socket } = connection;
        socket.onopen = () => this._opened(connection);
        socket.onmessage = ({ data }) => this._received(connection, data);
        socket.onclose = ({ code, reason }) => {
            this._lost(connection, { reason: reason || "The WebSocket was closed", websocketCode: code });
        };
        // It is followed by a close, which is what counts.
        socket.onerror = () => this._debug("error of the WebSocket");
        return connection;
    }

    _opened(connection) {
        if (this._connection !== connection) {
            return;
        }
        connection.opened = true;
        this._worked = true;
        this._clearTimer(connection);
        for (const sent of [...connection.envelopes]) {
            if (this._connection === connection) {
                this._transmit(connection, sent);
            }
        }
    }

    _transmit(connection, sent) {
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
                this._lost(connection, { reason }, "Timeout");
            }, delay);
        }
        try {
            connection.socket.send(text);
        } catch (exception) {
            this.setTimeout(() => this._lost(connection, { reason: "Cannot send", exception }, "Send"), 0);
        }
    }

    _received(connection, data) {
        if (this._connection !== connection) {
            return;
        }
        let received;
        try {
            received = this.convertToMessages(data);
        } catch (exception) {
            this._lost(connection, { reason: "Not a Bayeux message", exception }, "Not a Bayeux message");
            return;
        }
        if (received.length === 0) {
            return;
        }
        let disconnected = false;
        for (const message of received) {
            if (message.id !== undefined && isReply(message)) {
                this._answered(connection, String(message.id));
                disconnected ||= message.channel === "/meta/disconnect" && message.successful === true;
            }
        }
        this.cometd._received(received);
        if (disconnected) {
            this._end(connection, { reason: "Disconnected" }, "Disconnect");
        }
    }

    _answered(connection, id) {
        for (const sent of connection.envelopes) {
            if (sent.missing.delete(id)) {
                if (sent.missing.size === 0) {
                    connection.envelopes.delete(sent);
                    this._clearTimer(sent);
                }
                return;
            }
        }
    }

    /** The connection broke, by itself or because it was good for nothing any more. */
    _lost(connection, failure, closing) {
        if (this._connection === connection) {
            this._supported = this._worked && this.getConfiguration().stickyReconnect;
            this._end(connection, failure, closing);
        }
    }

    _end(connection, failure, closing) {
        if (this._connection !== connection) {
            return;
        }
        this._connection = null;
        this._clearTimer(connection);
        if (closing) {
            try {
                connection.socket?.close(1000, closing);
            } catch (exception) {
                this._debug("cannot close the WebSocket", exception);
            }
        }
        for (const sent of connection.envelopes) {
            this._clearTimer(sent);
            const { envelope, missing } = sent;
            const messages = envelope.messages.filter(({ id }) => missing.has(id));
            envelope.onFailure(connection.socket, messages, failure);
        }
    }

    _clearTimer(holder) {
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
