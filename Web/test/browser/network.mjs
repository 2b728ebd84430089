import net from "node:net";

/** A stretch of network between a browser and the server, which can be cut. */
export class Network {
    #server = net.createServer((socket) => this.#accept(socket));
    #target;
    #pairs = new Set();
    #isCut = false;

    /** @param origin where the server lives */
    static async to(origin) {
        const network = new Network();
        network.leadTo(origin);
        await new Promise((resolve) => network.#server.listen(0, "127.0.0.1", resolve));
        network.origin = `http://127.0.0.1:${network.#server.address().port}`;
        return network;
    }

    /**
     * Cuts it: the browser's connections break, and new ones are refused. The server notices nothing: what it sends
     * is lost.
     */
    cut() {
        this.#isCut = true;
        for (const { near, far } of this.#pairs) {
            near.destroy();
            far.removeAllListeners("data").on("data", () => {});
        }
    }

    /** Mends it; now the server sees the broken connections end. */
    mend() {
        this.#isCut = false;
        for (const pair of this.#pairs) {
            if (pair.near.destroyed) {
                pair.far.destroy();
                this.#pairs.delete(pair);
            }
        }
    }

    /** Has the server notice, too, that it is cut: its connections end. */
    forget() {
        for (const { far } of this.#pairs) {
            far.destroy();
        }
    }

    /** Sends new connections to another server. */
    leadTo(origin) {
        this.#target = new URL(origin);
    }

    close() {
        for (const { near, far } of this.#pairs) {
            near.destroy();
            far.destroy();
        }
        this.#server.close();
    }

    #accept(near) {
        near.on("error", () => {});
        if (this.#isCut) {
            near.resetAndDestroy();
            return;
        }
        const far = net.connect(this.#target.port, this.#target.hostname);
        const pair = { near, far };
        this.#pairs.add(pair);
        near.on("data", (data) => far.write(data));
        far.on("data", (data) => near.write(data));
        far.on("error", () => near.destroy());
        far.on("close", () => {
            near.destroy();
            this.#pairs.delete(pair);
        });
        near.on("close", () => {
            if (!this.#isCut) {
                far.destroy();
                this.#pairs.delete(pair);
            }
        });
    }
}
