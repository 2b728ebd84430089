/**
 * The messages of a channel as they come; the subscription is made anew in each session of the client.
 *
 * The loop ends when the client disconnects or `signal` says so; it fails when the server refuses the subscription, or
 * when more than `limit` messages wait.
 *
 * @param cometd the client
 * @param {string} channel
 * @param {{limit?: number, signal?: AbortSignal}} options
 * @returns {AsyncIterableIterator<object>}
 */
export function channelMessages(cometd, channel, { limit = 1000, signal } = {}) {
    const waiting = [];
    const readers = [];
    let end = null;
    let handle = null;
    let isMissing = false;

    const finish = (result) => {
        if (end) {
            return;
        }
        end = result;
        cometd.removeListener(handshakes);
        cometd.removeListener(connects);
        forget();
        signal?.removeEventListener("abort", aborted);
        if (handle && !cometd.isDisconnected()) {
            cometd.unsubscribe(handle);
        }
        for (const reader of readers.splice(0)) {
            end.settle(reader);
            end = done;
        }
    };
    const received = (message) => {
        if (readers.length > 0) {
            readers.shift().fulfil({ value: message, done: false });
        } else if (waiting.length < limit) {
            waiting.push(message);
        } else {
            finish(failed(new Error(`More than ${limit} messages of ${channel} wait to be read`)));
        }
    };
    const subscribe = () => {
        isMissing = false;
        handle = cometd.subscribe(channel, received, {}, (reply) => {
            if (reply.successful || end) {
                return;
            }
            handle = null;
            if (reply.failure) {
                isMissing = true;
            } else {
                finish(failed(new Error(`${channel}: ${reply.error}`)));
            }
        });
    };
    const handshakes = cometd.addListener("/meta/handshake", (reply) => reply.successful && subscribe());
    // A subscription that did not reach the server is made when there is a connection again.
    const connects = cometd.addListener("/meta/connect", (reply) => {
        if (reply.successful && isMissing && !cometd.isDisconnected()) {
            subscribe();
        }
    });
    const forget = cometd._whenEnded(() => finish(done));
    const aborted = () => finish(done);
    signal?.addEventListener("abort", aborted);
    if (signal?.aborted) {
        finish(done);
    } else if (cometd.getClientId() !== null && !cometd.isDisconnected()) {
        subscribe();
    }

    return {
        [Symbol.asyncIterator]() {
            return this;
        },
        next() {
            if (waiting.length > 0) {
                return Promise.resolve({ value: waiting.shift(), done: false });
            }
            return new Promise((fulfil, reject) => {
                if (end) {
                    end.settle({ fulfil, reject });
                    end = done;
                } else {
                    readers.push({ fulfil, reject });
                }
            });
        },
        return() {
            finish(done);
            waiting.length = 0;
            return Promise.resolve({ value: undefined, done: true });
        },
    };
}

const done = { settle: ({ fulfil }) => fulfil({ value: undefined, done: true }) };

function failed(error) {
    return { settle: ({ reject }) => reject(error) };
}
