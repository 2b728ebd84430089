import { Z85 } from "../Z85.js";

/**
 * Lets messages carry bytes: `publishBinary` and `remoteCallBinary` need it, here and on the server.
 *
 * On the wire, `data` is `{data: <Z85 text>, last, meta}` and `ext` has `binary: {}`. Applications see `data.data` as
 * an ArrayBuffer, as with CometD 3.1.
 */
export class BinaryExtension {
    #cometd = null;

    /** Called by the library. */
    registered(name, cometd) {
        this.#cometd = cometd;
    }

    /** Called by the library. */
    unregistered() {
        this.#cometd = null;
    }

    /** Encodes what is sent; the application's own object stays as it is. Text counts as encoded already. */
    outgoing(message) {
        if (BinaryExtension.#isBinary(message) && typeof message.data.data !== "string") {
            message.data = { ...message.data, data: Z85.encode(message.data.data) };
        }
        return message;
    }

    /** Decodes what arrives; what cannot be decoded stays as it came. */
    incoming(message) {
        if (BinaryExtension.#isBinary(message) && typeof message.data.data === "string") {
            try {
                message.data.data = Z85.decode(message.data.data);
            } catch (failure) {
                this.#cometd?._warn?.("Binary extension could not decode", failure, message);
            }
        }
        return message;
    }

    static #isBinary(message) {
        return Boolean(message.ext?.binary) && typeof message.data === "object" && message.data !== null;
    }
}
