import { randomBytes } from "node:crypto";

/** What frames carry; see RFC 6455, section 5.2. */
export const Opcode = Object.freeze({ CONTINUATION: 0, TEXT: 1, BINARY: 2, CLOSE: 8, PING: 9, PONG: 10 });

/** A connection must end: the peer broke the protocol, or a limit. `code` is what the close frame says. */
export class FrameError extends Error {
    constructor(code, message) {
        super(message);
        this.code = code;
    }
}

/**
 * A frame as a client sends it: whole, and masked.
 *
 * @param {number} opcode one of `Opcode`
 * @param {Uint8Array} payload stays as it is
 * @returns {Buffer}
 */
export function clientFrame(opcode, payload) {
    const size = payload.length;
    const extra = size < 126 ? 0 : size < 0x10000 ? 2 : 8;
    const frame = Buffer.allocUnsafe(6 + extra + size);
    frame[0] = 0x80 | opcode;
    frame[1] = 0x80 | (extra === 0 ? size : extra === 2 ? 126 : 127);
    if (extra === 2) {
        frame.writeUInt16BE(size, 2);
    } else if (extra === 8) {
        frame.writeBigUInt64BE(BigInt(size), 2);
    }
    const mask = randomBytes(4);
    const start = 6 + extra;
    frame.set(mask, start - 4);
    for (let index = 0; index < size; index++) {
        frame[start + index] = payload[index] ^ mask[index & 3];
    }
    return frame;
}

/** The parts of a server's byte stream: whole messages and control frames, whatever pieces they come in. */
export class FrameReader {
    #maxPayload;
    #chunks = [];
    #size = 0;
    /** The pieces of a message that is not complete, and what they began as. */
    #fragments = null;

    /** @param {number} maxPayload how many bytes a message may have */
    constructor(maxPayload) {
        this.#maxPayload = maxPayload;
    }

    /**
     * Takes bytes in.
     *
     * @param {Buffer} chunk
     * @yields {{opcode: number, payload: Buffer}} a whole text or binary message, or a control frame
     * @throws {FrameError} when the bytes break the protocol
     */
    *read(chunk) {
        this.#chunks.push(chunk);
        this.#size += chunk.length;
        for (;;) {
            const frame = this.#nextFrame();
            if (!frame) {
                return;
            }
            const message = frame.opcode >= Opcode.CLOSE ? frame : this.#join(frame);
            if (message) {
                yield message;
            }
        }
    }

    #nextFrame() {
        if (this.#size < 2) {
            return null;
        }
        const head = this.#peek(Math.min(this.#size, 10));
        const opcode = head[0] & 0x0f;
        const final = (head[0] & 0x80) !== 0;
        const short = head[1] & 0x7f;
        if (head[0] & 0x70) {
            throw new FrameError(1002, "a reserved bit is set");
        }
        if (head[1] & 0x80) {
            throw new FrameError(1002, "a server must not mask");
        }
        if (opcode > Opcode.PONG || (opcode > Opcode.BINARY && opcode < Opcode.CLOSE)) {
            throw new FrameError(1002, `there is no opcode ${opcode}`);
        }
        if (opcode >= Opcode.CLOSE && (!final || short > 125)) {
            throw new FrameError(1002, "a control frame is short and whole");
        }
        const headSize = short < 126 ? 2 : short === 126 ? 4 : 10;
        if (this.#size < headSize) {
            return null;
        }
        const size = short < 126 ? short : short === 126 ? head.readUInt16BE(2) : Number(head.readBigUInt64BE(2));
        if (size + (this.#fragments?.size ?? 0) > this.#maxPayload) {
            throw new FrameError(1009, "the message is too large");
        }
        if (this.#size < headSize + size) {
            return null;
        }
        this.#take(headSize);
        return { opcode, final, payload: this.#take(size) };
    }

    #join({ opcode, final, payload }) {
        if ((opcode === Opcode.CONTINUATION) !== (this.#fragments !== null)) {
            throw new FrameError(1002, "fragments are out of order");
        }
        if (final && !this.#fragments) {
            return { opcode, payload };
        }
        this.#fragments ??= { opcode, parts: [], size: 0 };
        this.#fragments.parts.push(payload);
        this.#fragments.size += payload.length;
        if (!final) {
            return null;
        }
        const whole = { opcode: this.#fragments.opcode, payload: Buffer.concat(this.#fragments.parts) };
        this.#fragments = null;
        return whole;
    }

    #peek(count) {
        if (this.#chunks[0].length < count) {
            this.#chunks = [Buffer.concat(this.#chunks)];
        }
        return this.#chunks[0];
    }

    #take(count) {
        if (count === 0) {
            return Buffer.alloc(0);
        }
        const first = this.#peek(count);
        if (first.length === count) {
            this.#chunks.shift();
        } else {
            this.#chunks[0] = first.subarray(count);
        }
        this.#size -= count;
        return first.subarray(0, count);
    }
}
