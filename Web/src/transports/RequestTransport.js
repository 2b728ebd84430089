import { Transport } from "./Transport.js";

/**
 * A transport that makes a request for each envelope.
 *
 * One connection is for the connect that the server holds; the others (`maxConnections` less one) carry everything
 * else, and what finds them all taken waits, in order.
 */
export class RequestTransport extends Transport {
    _connect = null;
    _requests = new Set();
    _waiting = [];

    /**
     * Makes the request, and has one of `transportSuccess` and `transportFailure` called when it ends.
     *
     * @param envelope what is sent
     * @param request set `request.abort` to a function that gives it up, and `request.fail(failure)` when there is more to
     *     do than to call `transportFailure`
     */
    // eslint-disable-next-line no-unused-vars
    transportSend(envelope, request) {
        throw new Error("A request transport must implement transportSend()");
    }

    send(envelope, metaConnect) {
        if (metaConnect) {
            if (this._connect) {
                const failure = { reason: "Concurrent /meta/connect requests are not allowed" };
                this.setTimeout(() => envelope.onFailure(null, envelope.messages, failure), 0);
                return;
            }
            this._start(envelope, true);
        } else if (envelope.sync || this._requests.size < this._slots()) {
            this._start(envelope, false);
        } else {
            this._waiting.push(envelope);
        }
    }

    /** Called with the messages that answer a request. */
    transportSuccess(envelope, request, received) {
        if (this._end(request)) {
            try {
                envelope.onSuccess(received, envelope);
            } finally {
                this._startWaiting();
            }
        }
    }

    /** Called with the reason, `{reason, httpCode, exception}`, when a request came to nothing. */
    transportFailure(envelope, request, failure) {
        if (this._end(request)) {
            try {
                envelope.onFailure(request.conduit ?? null, envelope.messages, failure);
            } finally {
                this._startWaiting();
            }
        }
    }

    abort() {
        const waiting = this._waiting.splice(0);
        for (const request of [...this._requests, ...(this._connect ? [this._connect] : [])]) {
            this._giveUp(request, { reason: "Aborted" });
        }
        for (const envelope of waiting) {
            envelope.onFailure(null, envelope.messages, { reason: "Aborted" });
        }
    }

    reset(init) {
        if (init) {
            this.abort();
        }
    }

    _slots() {
        return Math.max(1, this.getConfiguration().maxConnections - 1);
    }

    _start(envelope, metaConnect) {
        const request = { metaConnect, envelope, timer: null, abort: null };
        if (metaConnect) {
            this._connect = request;
        } else {
            this._requests.add(request);
        }
        const delay = this.maxDelay(metaConnect, envelope.messages);
        if (delay > 0) {
            request.timer = this.setTimeout(() => {
                this._giveUp(request, { reason: `Request exceeded ${delay} ms, the longest delay of the network` });
            }, delay);
        }
        try {
            this.transportSend(envelope, request);
        } catch (exception) {
            this.setTimeout(() => this.transportFailure(envelope, request, { reason: "error", exception }), 0);
        }
    }

    _giveUp(request, failure) {
        const abort = request.abort;
        // Ends it first: what the aborted request says is no news any more.
        if (request.fail) {
            request.fail(failure);
        } else {
            this.transportFailure(request.envelope, request, failure);
        }
        abort?.();
    }

    /** @returns {boolean} false when the request had ended already */
    _end(request) {
        const known = request.metaConnect ? this._connect === request : this._requests.has(request);
        if (!known) {
            return false;
        }
        if (request.metaConnect) {
            this._connect = null;
        } else {
            this._requests.delete(request);
        }
        if (request.timer !== null) {
            this.clearTimeout(request.timer);
        }
        return true;
    }

    _startWaiting() {
        while (this.cometd && this._waiting.length > 0 && this._requests.size < this._slots()) {
            const envelope = this._waiting.shift();
            if (this.getConfiguration().autoBatch && !envelope.type) {
                // Those behind it for the same address come along, but for what must go alone.
                const isFellow = (other) => other.url === envelope.url && !other.type;
                const fellows = this._waiting.filter(isFellow);
                this._waiting = this._waiting.filter((other) => !isFellow(other));
                envelope.messages = envelope.messages.concat(...fellows.map((other) => other.messages));
            }
            this._start(envelope, false);
        }
    }
}
