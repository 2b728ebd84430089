/** The transports of a client, in the order in which they are tried. */
export class TransportRegistry {
    #types = [];
    #transports = new Map();

    getTransportTypes() {
        return [...this.#types];
    }

    /** The types of those that can be used for `url` now, in order. */
    findTransportTypes(version, crossDomain, url) {
        return this.#types.filter((type) => this.#transports.get(type).accept(version, crossDomain, url) === true);
    }

    /** The first of our transports that is among `types` and can be used; null when none is. */
    negotiateTransport(types, version, crossDomain, url) {
        const type = this.findTransportTypes(version, crossDomain, url).find((ours) => types.includes(ours));
        return type === undefined ? null : this.#transports.get(type);
    }

    /**
     * @param {number} [index] the place in the order; the end when left out
     * @returns {boolean} false when the type is taken
     */
    add(type, transport, index) {
        if (this.#transports.has(type)) {
            return false;
        }
        this.#types.splice(typeof index === "number" ? index : this.#types.length, 0, type);
        this.#transports.set(type, transport);
        return true;
    }

    find(type) {
        return this.#transports.get(type) ?? null;
    }

    /** @returns the transport that was taken out; null when there was none */
    remove(type) {
        const transport = this.find(type);
        this.#types = this.#types.filter((other) => other !== type);
        this.#transports.delete(type);
        return transport;
    }

    clear() {
        this.#types = [];
        this.#transports.clear();
    }

    reset(init) {
        for (const transport of this.#transports.values()) {
            transport.reset(init);
        }
    }
}
