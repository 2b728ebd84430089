import { reasonOf } from "../shared/page.js";
import { maxPiece, maxUnderWay } from "./limits.js";

/**
 * Sends a file in pieces, some of them at a time, each acknowledged by the server.
 *
 * @param cometd a connection with the binary extension
 * @param id the name of the transfer, letters and digits
 * @param {File} file what to send
 * @param {(done: number) => void} progressed told how many bytes the server has taken
 * @param {AbortSignal} signal ends it
 * @throws an error whose message says why the server did not take it
 */
export async function send(cometd, id, file, progressed, signal) {
    const channel = `/demo/file/${id}`;
    const pieces = Math.max(1, Math.ceil(file.size / maxPiece));
    let next = 0;
    let done = 0;

    async function worker() {
        while (next < pieces) {
            signal.throwIfAborted();
            const index = next++;
            const data = await file.slice(index * maxPiece, (index + 1) * maxPiece).arrayBuffer();
            const meta = { name: file.name, type: file.type, size: file.size, index };
            signal.throwIfAborted();
            try {
                await cometd.promises.publishBinary(channel, data, index === pieces - 1, meta);
            } catch (error) {
                throw new Error(reasonOf(error.reply));
            }
            done += data.byteLength;
            progressed(done);
        }
    }

    await Promise.all(Array.from({ length: maxUnderWay }, worker));
}
