import { bytes, element } from "../shared/page.js";

/** The lines of one transfer in a list: name, size, progress, state, and something to do. */
export class TransferView {
    #progress;
    #state;
    #root;

    constructor(list, name, size) {
        this.#progress = element("progress", { max: Math.max(size, 1), value: 0, "aria-label": `Progress of ${name}` });
        this.#state = element("span", { class: "state", text: "0 %" });
        this.#root = element("li", { class: "transfer" },
            element("span", { class: "name", text: name }),
            element("span", { class: "size", text: bytes(size) }),
            this.#progress,
            this.#state);
        list.prepend(this.#root);
    }

    /** Shows how many bytes have been done. */
    progress(done) {
        this.#progress.value = done;
        this.#state.textContent = `${Math.floor((done / this.#progress.max) * 100)} %`;
    }

    /** Shows that it is over. */
    end(text, { failed = false } = {}) {
        this.#progress.hidden = true;
        this.#state.textContent = text;
        this.#state.classList.toggle("failed", failed);
        this.act();
    }

    /** Puts a button or link at the end, instead of the one that is there. */
    act(node) {
        this.#root.querySelector("button, a")?.remove();
        if (node) {
            this.#root.append(node);
        }
    }

    remove() {
        this.#root.remove();
    }
}
