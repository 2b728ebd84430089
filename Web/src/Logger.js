const levels = ["debug", "info", "warn", "error"];

/** Writes to the console what is at or above a level. */
export class Logger {
    #name;
    /** `debug`, `info` (default), `warn` or `error`; anything else counts as `info`. */
    level = "info";

    constructor(name) {
        this.#name = name;
    }

    log(level, parts) {
        const least = Math.max(levels.indexOf(this.level), this.level === "debug" ? 0 : 1);
        if (levels.indexOf(level) >= least) {
            globalThis.console?.[level]?.(`CometD ${this.#name}:`, ...parts);
        }
    }
}
