import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

/** The server's program: `$COMETD_BINARY`, or what `swift build` makes. */
export const binary =
    process.env.COMETD_BINARY ?? fileURLToPath(new URL("../../../.build/debug/cometd", import.meta.url));

/** Why tests against the server cannot run; false when they can. For `test(name, {skip: noServer}, …)`. */
export const noServer = existsSync(binary) ? false : `there is no ${binary}: run swift build, or set COMETD_BINARY`;

/** How long the server may take to start: milliseconds. */
const LIMIT = 30000;

/**
 * Starts `cometd serve` at a free port.
 *
 * @param {...string} options such as `"--max-interval", "2s"`
 * @returns {Promise<{url: string, origin: string, pid: number, stop: () => Promise<void>}>} `url` is where Bayeux
 *     messages go; `stop` ends the server and waits for that
 */
export async function startServer(...options) {
    const child = spawn(binary, ["serve", "--port", "0", ...options], { stdio: ["ignore", "pipe", "pipe"] });
    const exited = once(child, "exit");
    let errors = "";
    child.stderr.setEncoding("utf8").on("data", (text) => {
        errors = (errors + text).slice(-10000);
    });
    // A test that is ended from outside leaves no server behind.
    const kill = () => child.kill("SIGKILL");
    process.once("exit", kill);
    const stop = async () => {
        process.removeListener("exit", kill);
        if (child.exitCode === null && child.signalCode === null) {
            child.kill("SIGTERM");
            const timer = setTimeout(kill, 10000);
            await exited;
            clearTimeout(timer);
        }
    };

    const timer = setTimeout(kill, LIMIT);
    const lines = createInterface({ input: child.stdout });
    for await (const line of lines) {
        const found = /listening on (\S+)/i.exec(line);
        if (found) {
            clearTimeout(timer);
            child.stdout.resume();
            const url = found[1].replace(/[.,]$/, "");
            return { url, origin: new URL(url).origin, pid: child.pid, stop };
        }
    }
    clearTimeout(timer);
    await exited;
    throw new Error(`the server did not start: ${errors}`);
}
