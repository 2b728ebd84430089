// What the worker runs. A tab in the background keeps its own timers to one a minute at worst, a worker's stay on time.
const program = `
    const timers = new Map();
    onmessage = ({data: {id, delay}}) => {
        if (delay === undefined) {
            clearTimeout(timers.get(id));
            timers.delete(id);
        } else {
            timers.set(id, setTimeout(() => { timers.delete(id); postMessage(id); }, delay));
        }
    };
`;

/** Timers of all schedulers have different ids. */
let lastID = 0;
/** The longest time of a browser's timers, in milliseconds: a longer one would fire at once. */
const longest = 2 ** 31 - 1;

/**
 * Runs functions later, on time even in a tab in the background.
 *
 * The timers run in a worker where that is possible (not in Node, and not where a page's Content Security Policy
 * forbids `worker-src blob:`); else, and once the worker has failed, they are ordinary ones.
 */
export class Scheduler {
    #worker = null;
    #timers = new Map();
    #now;

    /** @param {() => number} now milliseconds since any fixed time */
    constructor(now = () => Date.now()) {
        this.#now = now;
    }

    /** Uses a worker from now on, if there can be one. */
    startWorker() {
        if (this.#worker || !globalThis.document || !globalThis.Worker || !globalThis.Blob) {
            return;
        }
        let url;
        try {
            url = URL.createObjectURL(new Blob([program], { type: "application/javascript" }));
            this.#worker = new Worker(url);
        } catch {
            this.#worker = null;
            return;
        } finally {
            if (url) {
                // The worker has to have been loaded first; a minute is enough.
                setTimeout(() => URL.revokeObjectURL(url), 60000);
            }
        }
        this.#worker.onmessage = ({ data: id }) => this.#fire(id);
        this.#worker.onerror = () => this.#workerFailed();
    }

    /** @returns a handle for `clearTimeout` */
    setTimeout(callback, delay = 0) {
        const id = ++lastID;
        this.#start(id, callback, delay);
        return id;
    }

    clearTimeout(id) {
        const timer = this.#timers.get(id);
        if (!timer) {
            return;
        }
        this.#timers.delete(id);
        if (timer.local === undefined) {
            this.#worker?.postMessage({ id });
        } else {
            globalThis.clearTimeout(timer.local);
        }
    }

    #start(id, callback, wanted) {
        const delay = Math.min(wanted, longest);
        const timer = { callback, due: this.#now() + delay, local: undefined };
        this.#timers.set(id, timer);
        if (this.#worker) {
            this.#worker.postMessage({ id, delay });
        } else {
            timer.local = globalThis.setTimeout(() => this.#fire(id), delay);
        }
    }

    #fire(id) {
        const timer = this.#timers.get(id);
        this.#timers.delete(id);
        timer?.callback();
    }

    #workerFailed() {
        this.#worker.terminate();
        this.#worker = null;
        for (const [id, { callback, due, local }] of [...this.#timers]) {
            if (local === undefined) {
                this.#start(id, callback, Math.max(0, due - this.#now()));
            }
        }
    }
}

const ordinary = new Scheduler();
const inWorker = new Scheduler();

/**
 * The scheduler that all clients of a page share.
 *
 * @param {boolean} useWorker whether its timers run in a worker, where there can be one
 */
export function sharedScheduler(useWorker) {
    if (!useWorker) {
        return ordinary;
    }
    inWorker.startWorker();
    return inWorker;
}

/** Clears a timer, whichever of the shared schedulers has it. */
export function clearSharedTimeout(id) {
    ordinary.clearTimeout(id);
    inWorker.clearTimeout(id);
}
