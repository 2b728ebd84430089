/**
 * Has the server keep messages until they are acknowledged, so that a lost connection loses none of them.
 *
 * The handshake asks for it with `ext.ack: true`. From then on the server numbers its answers to connects, and each
 * connect acknowledges the last answer; what has not been acknowledged is sent again. Only from the server to this
 * client: what the client publishes is not acknowledged by it. `cometd.ackEnabled = false` before the handshake
 * switches it off.
 */
export class AckExtension {
    #cometd = null;
    /** Whether the server acknowledges too. */
    #agreed = false;
    /** The number of the last answer; -1 before the first. */
    #batch = -1;

    /** Called by the library. */
    registered(name, cometd) {
        this.#cometd = cometd;
    }

    /** Called by the library. */
    unregistered() {
        this.#cometd = null;
        this.#agreed = false;
        this.#batch = -1;
    }

    /** Asks in handshakes and acknowledges in connects. */
    outgoing(message) {
        if (message.channel === "/meta/handshake") {
            if (this.#cometd?.ackEnabled !== false) {
                message.ext = { ...message.ext, ack: true };
            }
        } else if (message.channel === "/meta/connect" && this.#agreed) {
            message.ext = { ...message.ext, ack: this.#batch };
        }
        return message;
    }

    /**
     * Reads the server's numbers.
     *
     * A handshake's answer may name one as well: `ext.ack: {enabled: true, batch: n}`, from a server that delivers
     * with it or from the reload extension, which goes on where the last page was.
     */
    incoming(message) {
        if (message.successful !== true) {
            return message;
        }
        const ack = message.ext?.ack;
        if (message.channel === "/meta/handshake") {
            this.#agreed = ack === true || ack?.enabled === true;
            this.#batch = typeof ack?.batch === "number" ? ack.batch : -1;
            this.#cometd?._debug?.("Ack extension: the server", this.#agreed ? "acknowledges" : "does not acknowledge");
        } else if (message.channel === "/meta/connect" && this.#agreed && typeof ack === "number") {
            this.#batch = ack;
            this.#cometd?._debug?.("Ack extension: received batch", ack);
        }
        return message;
    }
}
