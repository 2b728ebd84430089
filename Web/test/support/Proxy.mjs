import { once } from "node:events";
import { connect, createServer } from "node:net";

/** A network that can be cut: everything that comes in goes to a server, as long as it is whole. */
export class Proxy {
    #server;
    #sockets = new Set();
    #isCut = false;
    /** How many connections were made. */
    connections = 0;

    /**
     * @param {string} origin the server's, such as `http://127.0.0.1:8080`
     * @returns {Promise<Proxy>} with `origin`, its own
     */
    static async start(origin) {
        const proxy = new Proxy();
        proxy.target = new URL(origin);
        proxy.#server = createServer((client) => proxy.#accepted(client));
        proxy.#server.listen(0, "127.0.0.1");
        await once(proxy.#server, "listening");
        proxy.origin = `http://127.0.0.1:${proxy.#server.address().port}`;
        return proxy;
    }

    /** Resets all connections, and new ones until `mend`. */
    cut() {
        this.#isCut = true;
        for (const socket of this.#sockets) {
            socket.resetAndDestroy();
        }
    }

    mend() {
        this.#isCut = false;
    }

    async stop() {
        this.cut();
        this.#server.close();
        await once(this.#server, "close");
    }

    #accepted(client) {
        this.connections += 1;
        if (this.#isCut) {
            client.resetAndDestroy();
            return;
        }
        const server = connect(Number(this.target.port), this.target.hostname);
        for (const [socket, other] of [[client, server], [server, client]]) {
            this.#sockets.add(socket);
            socket.on("error", () => {});
            socket.on("close", () => {
                this.#sockets.delete(socket);
                other.destroy();
            });
            socket.pipe(other);
        }
    }
}
