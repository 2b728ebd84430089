/** Small things that transports, extensions and bindings need, under the names that CometD 3.1 gives them. */
export const Utils = {
    isString(value) {
        return typeof value === "string" || value instanceof String;
    },

    isFunction(value) {
        return typeof value === "function";
    },

    isArray(value) {
        return Array.isArray(value);
    },

    /** The place of `element` in `array`, or -1. */
    inArray(element, array) {
        return array.indexOf(element);
    },

    /** @deprecated Use `cometd.setTimeout`, which also runs on time in a tab in the background. */
    setTimeout(cometd, callback, delay) {
        return cometd.setTimeout(callback, delay);
    },

    clearTimeout(cometd, handle) {
        cometd.clearTimeout(handle);
    },
};

/** Whether `value` is an object of its own, not null and not an array. */
export function isObject(value) {
    return typeof value === "object" && value !== null && !Array.isArray(value);
}

/**
 * Copies the fields of `sources` into `target`, objects field by field.
 *
 * Fields that are undefined do not count, and neither does a field named `__proto__`.
 */
export function merge(target, ...sources) {
    for (const source of sources) {
        for (const [name, value] of Object.entries(source ?? {})) {
            if (value === undefined || name === "__proto__") {
                continue;
            }
            target[name] = isPlain(value) ? merge(isPlain(target[name]) ? target[name] : {}, value) : value;
        }
    }
    return target;
}

/** Whether `value` was written as `{…}`: only those are copied field by field, not an element or a typed array. */
function isPlain(value) {
    if (!isObject(value)) {
        return false;
    }
    const prototype = Object.getPrototypeOf(value);
    // The last case: a plain object of another window.
    return prototype === null || prototype === Object.prototype || Object.getPrototypeOf(prototype) === null;
}

/**
 * The function that a caller named by `(callback)`, `(scope, callback)` or `(scope, "methodName")`.
 *
 * @throws {Error} when there is no such function
 */
export function scopedCallback(scope, callback) {
    if (typeof scope === "function" && callback === undefined) {
        return { scope: undefined, method: scope };
    }
    const method = typeof callback === "string" ? scope?.[callback] : callback;
    if (typeof method !== "function") {
        throw new Error(
            typeof callback === "string"
                ? `Invalid callback ${callback} for scope ${scope}`
                : "Invalid callback: it must be a function",
        );
    }
    return { scope, method };
}

/** `(properties, callback)` as callers write them, when properties can be left out. */
export function propertiesAndCallback(properties, callback) {
    return typeof properties === "function" ? [undefined, properties] : [properties ?? undefined, callback];
}
