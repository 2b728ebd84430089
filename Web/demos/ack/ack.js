import { AckExtension, CometD } from "/js/esm/cometd.js";
import { showConnection } from "../shared/connection.js";
import { network } from "../shared/network.js";
import { byId, element } from "../shared/page.js";
import { connect, showTransports } from "../shared/transport.js";

/** How many numbers are drawn. */
const drawn = 200;

/** One session that listens to the server's counter, and what it has got. */
class Side {
    #root;
    #last;
    #received = 0;
    #sessions = 0;
    /** The numbers that should have come and did not. */
    #missing = new Set();
    #cells = new Map();

    constructor(id, extension) {
        this.#root = byId(id);
        this.cometd = new CometD(id);
        if (extension) {
            this.cometd.registerExtension("ack", extension);
        }
        this.cometd.addListener("/meta/handshake", (reply) => {
            if (reply.successful) {
                this.#sessions += 1;
                this.#show("sessions", this.#sessions);
                this.cometd.subscribe("/demo/counter", ({ data }) => this.#count(data.count));
            }
        });
    }

    start() {
        // Ready again soon after the network is.
        connect(this.cometd, { backoffIncrement: 250, maxBackoff: 1000 });
    }

    #count(number) {
        if (this.#missing.delete(number)) {
            this.#cells.get(number)?.classList.replace("lost", "late");
        } else if (this.#last !== undefined && number <= this.#last) {
            return;
        } else {
            for (let lost = (this.#last ?? number - 1) + 1; lost < number; lost++) {
                this.#missing.add(lost);
                this.#draw(lost, "cell lost");
            }
            this.#last = number;
            this.#draw(number, "cell");
        }
        this.#received += 1;
        this.#show("last", this.#last);
        this.#show("received", this.#received);
        this.#show("missing", this.#missing.size);
        this.#root.querySelector(".missing").className = `missing ${this.#missing.size > 0 ? "bad" : "good"}`;
    }

    #draw(number, classes) {
        const cell = element("span", { class: classes, title: String(number) });
        this.#cells.set(number, cell);
        const strip = this.#root.querySelector(".strip");
        strip.append(cell);
        while (strip.childElementCount > drawn) {
            this.#cells.delete(Number(strip.firstElementChild.title));
            strip.firstElementChild.remove();
        }
    }

    #show(name, text) {
        this.#root.querySelector(`.${name}`).textContent = text;
    }
}

const sides = [new Side("with", new AckExtension()), new Side("without")];
const states = new Map();

sides.forEach((side, index) => {
    const small = byId(index === 0 ? "connection-with" : "connection-without");
    showConnection(side.cometd, small, (state) => {
        states.set(side, state);
        byId("cut-button").disabled = network.isCut || [...states.values()].some((one) => one !== "connected");
    });
});
// The one in the corner, as on every page.
showConnection(sides[0].cometd, byId("connection"));

network.install();
network.addEventListener("change", () => {
    const status = byId("network");
    status.textContent = network.isCut ? "The network is cut." : "The network works again.";
    status.dataset.cut = network.isCut;
    byId("cut-button").disabled = true;
});
byId("cut").addEventListener("submit", (event) => {
    event.preventDefault();
    network.cut(Number(byId("seconds").value) * 1000);
});

showTransports(byId("transports"));
// One after the other: the answer to the first handshake sets the cookie by which the server knows this browser.
const [first, second] = sides;
const firstHandshake = first.cometd.addListener("/meta/handshake", (reply) => {
    if (reply.successful) {
        first.cometd.removeListener(firstHandshake);
        second.start();
    }
});
first.start();
