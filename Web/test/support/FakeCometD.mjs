/** What extensions see of a client: scripted, and it remembers what it was told. */
export class FakeCometD {
    url = "http://host/cometd";
    status = "connected";
    transportType = "websocket";
    batches = 0;
    aborted = 0;
    received = [];
    warnings = [];
    timers = [];
    extensions = new Map();

    getURL() {
        return this.url;
    }

    getStatus() {
        return this.status;
    }

    getTransport() {
        return { getType: () => this.transportType, abort: () => (this.aborted += 1) };
    }

    getExtension(name) {
        return this.extensions.get(name) ?? null;
    }

    registerExtension(name, extension) {
        this.extensions.set(name, extension);
        extension.registered?.(name, this);
        return true;
    }

    startBatch() {
        this.batches += 1;
    }

    endBatch() {
        this.batches -= 1;
    }

    setTimeout(callback, delay) {
        return this.timers.push({ callback, delay });
    }

    clearTimeout(id) {
        delete this.timers[id - 1];
    }

    /** Runs the timers that wait now. */
    runTimers() {
        for (const timer of this.timers.splice(0)) {
            timer?.callback();
        }
    }

    /** What goes to the server, after the extensions; null when one deleted it. */
    send(message) {
        for (const extension of [...this.extensions.values()].reverse()) {
            message = message && (extension.outgoing?.(message) ?? (extension.outgoing ? null : message));
        }
        return message;
    }

    /** A message from the server, after the extensions. */
    receive(message) {
        for (const extension of this.extensions.values()) {
            message = extension.incoming?.(message) ?? message;
        }
        this.received.push(message);
        return message;
    }

    _debug() {}

    _info() {}

    _warn(...values) {
        this.warnings.push(values);
    }
}

/** The tab's storage. */
export class FakeStorage {
    items = new Map();

    getItem(name) {
        return this.items.get(name) ?? null;
    }

    setItem(name, value) {
        this.items.set(name, String(value));
    }

    removeItem(name) {
        this.items.delete(name);
    }
}
