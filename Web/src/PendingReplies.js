/** What waits for a reply, by the id of its message. */
export class PendingReplies {
    #entries = new Map();
    #scheduler;

    /** @param scheduler `{setTimeout, clearTimeout}` */
    constructor(scheduler) {
        this.#scheduler = scheduler;
    }

    /**
     * @param {string} id
     * @param entry `{message, callback, isCall, timer}`; of a call the reply with the result counts, not the
     *     acknowledgement. The timer, if there is one, is cleared when the entry is taken
     */
    add(id, entry) {
        this.#entries.set(id, entry);
    }

    get(id) {
        return this.#entries.get(id);
    }

    take(id) {
        const entry = this.#entries.get(id);
        if (entry) {
            this.#entries.delete(id);
            if (entry.timer !== undefined) {
                this.#scheduler.clearTimeout(entry.timer);
            }
        }
        return entry;
    }

    /** All of them; none waits any more. */
    takeAll() {
        return [...this.#entries.keys()].map((id) => this.take(id));
    }
}
