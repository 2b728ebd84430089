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
     * @param entry `{message, callback, isCall}`; of a call the reply with the result counts, not the acknowledgement
     */
    add(id, entry) {
        this.#entries.set(id, { ...entry, timer: null });
    }

    /** Calls `expired(entry)` when there is no reply within `delay` milliseconds. */
    limit(id, delay, expired) {
        const entry = this.#entries.get(id);
        entry.timer = this.#scheduler().setTimeout(() => {
            this.#entries.delete(id);
            expired(entry);
        }, delay);
    }

    get(id) {
        return this.#entries.get(id);
    }

    take(id) {
        const entry = this.#entries.get(id);
        if (entry) {
            this.#entries.delete(id);
            if (entry.timer !== null) {
                this.#scheduler().clearTimeout(entry.timer);
            }
        }
        return entry;
    }

    /** Those for which `condition(entry)` holds, and which do not wait any more. */
    takeAll(condition) {
        const ids = [...this.#entries].filter(([, entry]) => condition(entry)).map(([id]) => id);
        return ids.map((id) => this.take(id));
    }
}
