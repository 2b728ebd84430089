import { wildcardsOf } from "./channels.js";

/**
 * Who wants the messages of which channel: listeners, known here only, and subscriptions, known to the server, too.
 *
 * A handle is `{id, channel, scope, callback, listener}`; applications only hand it back.
 */
export class ListenerTable {
    #byChannel = new Map();
    #nextID = 0;

    add(channel, scope, callback, listener) {
        const handle = { id: ++this.#nextID, channel, scope, callback, listener };
        const handles = this.#byChannel.get(channel);
        if (handles) {
            handles.push(handle);
        } else {
            this.#byChannel.set(channel, [handle]);
        }
        return handle;
    }

    /** @returns {boolean} whether the handle was there */
    remove(handle) {
        const handles = this.#byChannel.get(handle?.channel) ?? [];
        const index = handles.findIndex((other) => other.id === handle.id);
        if (index < 0) {
            return false;
        }
        this.#keep(handle.channel, (other) => other.id !== handle.id);
        return true;
    }

    /** Whether a handle is there still. */
    has(handle) {
        return (this.#byChannel.get(handle.channel) ?? []).includes(handle);
    }

    hasSubscriptions(channel) {
        return (this.#byChannel.get(channel) ?? []).some((handle) => !handle.listener);
    }

    clear() {
        this.#byChannel.clear();
    }

    clearSubscriptions() {
        this.#keepAll((handle) => handle.listener);
    }

    removeSubscriptions(channel) {
        this.#keep(channel, (handle) => handle.listener);
    }

    /** Those who want a message of `channel`: of the channel itself first, then of wildcards, the nearest first. */
    interested(channel) {
        const handles = [...(this.#byChannel.get(channel) ?? [])];
        for (const wildcard of wildcardsOf(channel)) {
            handles.push(...(this.#byChannel.get(wildcard) ?? []));
        }
        return handles;
    }

    #keepAll(condition) {
        for (const channel of [...this.#byChannel.keys()]) {
            this.#keep(channel, condition);
        }
    }

    // A new array each time: somebody may be walking the old one.
    #keep(channel, condition) {
        const kept = (this.#byChannel.get(channel) ?? []).filter(condition);
        if (kept.length === 0) {
            this.#byChannel.delete(channel);
        } else {
            this.#byChannel.set(channel, kept);
        }
    }
}
