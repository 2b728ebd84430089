import { maxFile, maxPiece } from "./limits.js";

/** A file that is arriving: its pieces, which may come in any order. */
export class Reception {
    #pieces = new Map();
    #done = 0;

    /** @param meta what the sender says of the file: `{name, type, size, index}`, with nothing to be trusted */
    constructor(meta) {
        this.name = typeof meta?.name === "string" && meta.name ? meta.name.slice(0, 255) : "unnamed";
        this.size = meta?.size;
        if (!Number.isInteger(this.size) || this.size < 0 || this.size > maxFile) {
            throw new Error("a file of no size that can be");
        }
    }

    /** How many bytes are there. */
    get done() {
        return this.#done;
    }

    /** @throws an error when the piece is none of this file */
    add(meta, data) {
        const count = Math.max(1, Math.ceil(this.size / maxPiece));
        if (!(data instanceof ArrayBuffer) || !Number.isInteger(meta?.index) || meta.index < 0 || meta.index >= count) {
            throw new Error("a piece that does not belong to it");
        }
        const wanted = Math.min(maxPiece, this.size - meta.index * maxPiece);
        if (data.byteLength !== wanted) {
            throw new Error("a piece of a wrong size");
        }
        if (!this.#pieces.has(meta.index)) {
            this.#pieces.set(meta.index, data);
            this.#done += data.byteLength;
        }
        return this.#pieces.size === count;
    }

    /** The file. Its type is none, so that no browser shows it as a page of this server. */
    blob() {
        const ordered = [...this.#pieces].sort(([a], [b]) => a - b).map(([, data]) => data);
        return new Blob(ordered, { type: "application/octet-stream" });
    }
}
