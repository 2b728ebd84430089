import { Transport } from "./Transport.js";

/**
 * A transport that makes a request for each envelope.
 *
 * One connection is for the connect that the server holds; the others (`maxConnections` less one) carry everything
 * else, and what finds them all taken waits, in order.
 */
export class RequestTransport extends Transport {
    #connect = null;
    #requests = new Set();
    #waiting = [];

    /**
     * Makes the request, and has one of `transportSuccess` and `transportFailure` called when it ends.
     *
     * @param envelope what is sent
     * @param request set `request.abort` to a function that gives it up
     */
    // eslint-disable-next-line no-unused-vars
    transportSend(envelope, request) {
        throw new Error("A request transport must implement transportSend()");
    }

    send(envelope, metaConnect) {
        if (metaConnect) {
            if (this.#connect) {
                const failure = { reason: "Concurrent /meta/connect requests are not allowed" };
                this.setTimeout(() => envelope.onFailure(null, envelope.messages, failure), 0);
                return;
            }
            this.#start(envelope, true);
        } else if (this.#requests.size < this.#slots()) {
            this.#start(envelope, false);
        } else {
            this.#waiting.push(envelope);
        }
    }

    /** Called with the messages that answer a request. */
    transportSuccess(envelope, request, received) {
        if (this.#end(request)) {
            envelope.onSuccess(received, envelope);
            this.#startWaiting();
        }
    }

    /** Called with the reason, `{reason, httpCode, exception}`, when a request came to nothing. */
    transportFailure(envelope, request, failure) {
        if (this.#end(request)) {
            envelope.onFailure(request.conduit ?? null, envelope.messages, failure);
            this.#startWaiting();
        }
    }

    abort() {
        const waiting = this.#waiting.splice(0);
        for (const request of [...this.#requests, ...(this.#connect ? [this.#connect] : [])]) {
            this.#giveUp(request, { reason: "Aborted" });
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

    #slots() {
        return Math.max(1, this.getConfiguration().maxConnections - 1);
    }

    #start(envelope, metaConnect) {
        const request = { metaConnect, envelope, timer: null, abort: null };
        if (metaConnect) {
            this.#connect = request;
        } else {
            this.#requests.add(request);
        }
        const delay = this.maxDelay(metaConnect, envelope.messages);
        if (delay > 0) {
            request.timer = this.setTimeout(() => {
                this.#giveUp(request, { reason: `Request exceeded ${delay} ms, the longest delay of the network` });
            }, delay);
        }
        try {
            this.transportSend(envelope, request);
        } catch (exception) {
            this.setTimeout(() => this.transportFailure(envelope, request, { reason: "error", exception }), 0);
        }
    }

    #giveUp(request, failure) {
        const abort = request.abort;
        // Ends it first: what the aborted request says is no news any more.
        this.transportFailure(request.envelope, request, failure);
        abort?.();
    }

    /** @returns {boolean} false when the request had ended already */
    #end(request) {
        const known = request.metaConnect ? this.#connect === request : this.#requests.has(request);
        if (!known) {
            return false;
        }
        if (request.metaConnect) {
            this.#connect = null;
        } else {
            this.#requests.delete(request);
        }
        if (request.timer !== null) {
            this.clearTimeout(request.timer);
        }
        return true;
    }

    #startWaiting() {
        while (this.cometd && this.#waiting.length > 0 && this.#requests.size < this.#slots()) {
            const envelope = this.#waiting.shift();
            if (this.getConfiguration().autoBatch) {
                // Those behind it for the same address come along.
                const fellows = this.#waiting.filter((other) => other.url === envelope.url);
                this.#waiting = this.#waiting.filter((other) => other.url !== envelope.url);
                envelope.messages = envelope.messages.concat(...fellows.map((other) => other.messages));
            }
            this.#start(envelope, false);
        }
    }
}
