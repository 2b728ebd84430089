import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import vm from "node:vm";
import { NodeWebSocket, cookieFetch } from "../../src/node/index.js";

const folder = new URL("../../dist/", import.meta.url);

/** The path of a built file. */
export const pathOf = (file) => fileURLToPath(new URL(file, folder));

/**
 * What a page's scripts see: no modules, no `require`, globals of their own.
 *
 * @param {object} [globals] what there is besides
 */
export function page(globals = {}) {
    const { setTimeout, clearTimeout, console, AbortController, URL } = globalThis;
    const context = vm.createContext({
        setTimeout,
        clearTimeout,
        console,
        AbortController,
        URL,
        WebSocket: NodeWebSocket,
        fetch: cookieFetch(),
        ...globals,
    });
    context.window = context;
    return context;
}

/** Runs a built file as a script of a page. */
export function load(context, ...files) {
    for (const file of files) {
        vm.runInContext(readFileSync(pathOf(file), "utf8"), context, { filename: file });
    }
    return context;
}

/** Runs a text as a script of a page. */
export const script = (context, text) => vm.runInContext(text, context);

/**
 * An AMD loader in the small: anonymous modules, relative names, files of dist/.
 *
 * @param {object} given modules that are there already: name -> value
 * @returns {(name: string) => any} gives a module
 */
export function amd(given = {}) {
    const modules = new Map(Object.entries(given));
    return function load(name) {
        if (modules.has(name)) {
            return modules.get(name);
        }
        const value = { found: false };
        const resolve = (dependency) => new URL(dependency, `http://amd/${name}`).pathname.slice(1);
        const define = (dependencies, factory) => {
            const values = dependencies.map((other) => load(/^\.\.?\//.test(other) ? resolve(other) : other));
            Object.assign(value, { found: true, value: factory(...values) });
        };
        define.amd = {};
        const context = page({ define });
        vm.runInContext(readFileSync(pathOf(`${name}.js`), "utf8"), context, { filename: name });
        if (!value.found) {
            throw new Error(`${name} defines no module`);
        }
        if (context.org !== undefined) {
            throw new Error(`${name} makes a global besides its module`);
        }
        modules.set(name, value.value);
        return value.value;
    };
}
