/** The longest time of a browser's timers, in milliseconds. */
const longest = 2 ** 31 - 1;

/**
 * Decides what comes after each success and failure: connect again, handshake again or give up, and when.
 *
 * It knows neither time nor network. A decision is `{action: "retry" | "handshake" | "none", delay}`, in milliseconds.
 *
 * @see Bayeux specification, "Advice"; CometD 3.1's options `backoffIncrement` and `maxBackoff`
 */
export class Reconnection {
    /** `disconnected`, `handshaking`, `connecting`, `connected` or `disconnecting`. */
    status = "disconnected";
    #options = {};
    #advice = {};
    #backoff = 0;
    #lostAt = null;

    get isDisconnected() {
        return this.status === "disconnected" || this.status === "disconnecting";
    }

    /** Whether a connect has succeeded and none has failed since. */
    get isConnected() {
        return this.status === "connected";
    }

    get advice() {
        return this.#advice;
    }

    get backoff() {
        return this.#backoff;
    }

    /** @param options `{backoffIncrement, maxBackoff, advice}` */
    configure(options) {
        this.#options = options;
    }

    /** Forgets what the server advised, before a new beginning. */
    reset() {
        this.#advice = { ...this.#options.advice };
        this.resetBackoff();
    }

    /** Takes the server's advice over; what is no number where one belongs does not count. */
    adviceReceived(advice) {
        this.#advice = { ...this.#options.advice, ...advice };
        for (const name of ["timeout", "interval", "maxInterval"]) {
            const number = this.#advice[name];
            if (!Number.isFinite(number)) {
                this.#advice[name] = this.#options.advice?.[name] ?? 0;
            }
            this.#advice[name] = Math.min(this.#advice[name], longest);
        }
    }

    increaseBackoff() {
        if (this.#backoff < this.#options.maxBackoff) {
            this.#backoff = Math.min(this.#backoff + this.#options.backoffIncrement, this.#options.maxBackoff);
        }
        return this.#backoff;
    }

    resetBackoff() {
        this.#backoff = 0;
        this.#lostAt = null;
    }

    /** A handshake comes next; what the server advised instead of one does not hold beyond it. */
    beginHandshake() {
        this.status = "handshaking";
        this.#advice = { ...this.#advice };
        delete this.#advice.reconnect;
    }

    handshakeSucceeded() {
        this.#lostAt = null;
        this.status = "connecting";
        return this.#as(this.#advice.reconnect ?? "retry", 0);
    }

    connectSucceeded() {
        this.status = "connected";
        this.resetBackoff();
        return this.#as(this.#advice.reconnect ?? "retry", this.#interval);
    }

    /** The server refused a handshake; without advice it means it. */
    handshakeRefused() {
        const action = this.#advice.reconnect ?? "none";
        return this.#as(action === "none" ? "none" : "handshake", this.#nextDelay());
    }

    /** The server refused a connect, as when it does not know the session any more. */
    connectRefused() {
        this.status = "connecting";
        return this.#as(this.#advice.reconnect ?? "retry", this.#nextDelay());
    }

    /** No reply to a handshake came. */
    handshakeFailed({ hasNextTransport }) {
        return this.#as("handshake", hasNextTransport ? 0 : this.#nextDelay());
    }

    /**
     * No reply to a connect came.
     *
     * The session is retried, but not beyond the time for which the server promised to keep it (`advice.maxInterval`).
     *
     * @param {number} now milliseconds since any fixed time
     */
    connectFailed(now) {
        this.status = "connecting";
        this.#lostAt ??= now;
        const delay = this.#nextDelay();
        const { maxInterval = 0, timeout = 0 } = this.#advice;
        const isGone = maxInterval > 0 && now + delay - this.#lostAt > maxInterval + timeout;
        return this.#as(isGone ? "handshake" : "retry", delay);
    }

    get #interval() {
        return this.#advice.interval > 0 ? this.#advice.interval : 0;
    }

    // The first attempt comes at once, each further one later.
    #nextDelay() {
        const delay = this.#interval + this.#backoff;
        this.increaseBackoff();
        return delay;
    }

    #as(action, delay) {
        return { action: ["retry", "handshake"].includes(action) ? action : "none", delay };
    }
}
