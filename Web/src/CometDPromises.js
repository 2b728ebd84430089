/**
 * The calls of a client that reach the server, with promises.
 *
 * Each promise is fulfilled with the server's reply. It is rejected with an `Error` that has the reply as its `reply`
 * when the reply is not successful or there was none, and with what the plain call throws.
 */
export class CometDPromises {
    #cometd;

    constructor(cometd) {
        this.#cometd = cometd;
    }

    /**
     * Fulfilled when there is a session. Failed attempts are repeated by the client; the promise is rejected when it
     * has given up.
     */
    handshake(properties) {
        return new Promise((fulfil, reject) => {
            let last = { channel: "/meta/handshake", failure: { reason: "Disconnected" } };
            let forget = () => {};
            this.#cometd.handshake(properties, (reply) => {
                last = reply;
                if (reply.successful) {
                    forget();
                    fulfil(reply);
                }
            });
            forget = this.#cometd._whenEnded(() => reject(asError(last)));
        });
    }

    disconnect(properties) {
        if (this.#cometd.isDisconnected()) {
            return Promise.resolve({ channel: "/meta/disconnect", successful: true });
        }
        return this.#promise((callback) => this.#cometd.disconnect(properties ?? {}, callback));
    }

    publish(channel, data, properties) {
        return this.#promise((callback) => this.#cometd.publish(channel, data, properties, callback));
    }

    publishBinary(channel, data, last = true, meta = {}, properties = undefined) {
        return this.#promise((callback) => {
            this.#cometd.publishBinary(channel, data, last, meta, callback, properties);
        });
    }

    remoteCall(target, data, timeout, properties) {
        const limit = timeout ?? this.#cometd.getConfiguration().maxNetworkDelay;
        return this.#promise((callback) => this.#cometd.remoteCall(target, data, limit, properties, callback));
    }

    remoteCallBinary(target, data, last = true, meta = {}, timeout = undefined, properties = {}) {
        const limit = timeout ?? this.#cometd.getConfiguration().maxNetworkDelay;
        return this.#promise((callback) => {
            this.#cometd.remoteCallBinary(target, data, last, meta, limit, properties, callback);
        });
    }

    /** Fulfilled with the subscription's handle. */
    subscribe(channel, callback, properties) {
        let handle;
        return this.#promise((replied) => {
            handle = this.#cometd.subscribe(channel, callback, properties, replied);
        }).then(() => handle);
    }

    unsubscribe(handle, properties) {
        return this.#promise((callback) => this.#cometd.unsubscribe(handle, properties, callback));
    }

    #promise(call) {
        return new Promise((fulfil, reject) => {
            call((reply) => (reply.successful ? fulfil(reply) : reject(asError(reply))));
        });
    }
}

function asError(reply) {
    const reason = reply.error ?? reply.failure?.reason ?? "unsuccessful";
    const error = new Error(`${reply.channel}: ${reason}`, { cause: reply.failure?.exception });
    error.name = "CometDError";
    error.reply = reply;
    return error;
}
