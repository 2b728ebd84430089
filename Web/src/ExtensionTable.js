/** The extensions of a client, in the order in which they were registered. */
export class ExtensionTable {
    #entries = [];
    #failed;

    /** @param failed told `(exception, name, outgoing, message)` when an extension throws */
    constructor(failed) {
        this.#failed = failed;
    }

    /** @returns {boolean} false when the name is taken */
    register(name, extension, cometd) {
        if (this.get(name)) {
            return false;
        }
        const entry = { name, extension };
        this.#entries.push(entry);
        try {
            extension.registered?.(name, cometd);
        } catch (exception) {
            this.#entries = this.#entries.filter((other) => other !== entry);
            throw exception;
        }
        return true;
    }

    /** @returns {boolean} false when there is no such extension */
    unregister(name) {
        const index = this.#entries.findIndex((entry) => entry.name === name);
        if (index < 0) {
            return false;
        }
        const [{ extension }] = this.#entries.splice(index, 1);
        extension.unregistered?.();
        return true;
    }

    get(name) {
        return this.#entries.find((entry) => entry.name === name)?.extension ?? null;
    }

    /** What is left of a message from the server: null when an extension deleted it. */
    incoming(message) {
        return this.#apply("incoming", [...this.#entries], message);
    }

    /** What is left of a message to the server: null when an extension deleted it. The last registered comes first. */
    outgoing(message) {
        return this.#apply("outgoing", [...this.#entries].reverse(), message);
    }

    #apply(direction, entries, message) {
        for (const { name, extension } of entries) {
            if (message === null) {
                break;
            }
            try {
                const result = extension[direction]?.(message);
                // An extension without this direction, or one that returns nothing, leaves the message as it is.
                message = result === undefined ? message : result;
            } catch (exception) {
                this.#failed(exception, name, direction === "outgoing", message);
            }
        }
        return message;
    }
}
