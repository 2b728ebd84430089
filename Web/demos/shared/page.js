/** Small things that all pages need. Text from outside goes into the page as text only, never as HTML. */

/** The element with an id. */
export const byId = (id) => document.getElementById(id);

/** Puts a text into the element with an id. */
export function show(id, text) {
    const element = byId(id);
    if (element.textContent !== String(text)) {
        element.textContent = text;
    }
}

/**
 * A new element.
 *
 * @param name its name
 * @param fields attributes; `text` is its text
 * @param children nodes
 */
export function element(name, { text, ...attributes } = {}, ...children) {
    return fill(document.createElement(name), text, attributes, children);
}

/** The same for SVG. */
export function drawing(name, { text, ...attributes } = {}, ...children) {
    return fill(document.createElementNS("http://www.w3.org/2000/svg", name), text, attributes, children);
}

function fill(node, text, attributes, children) {
    if (text !== undefined) {
        node.textContent = text;
    }
    for (const [name, value] of Object.entries(attributes)) {
        if (value !== undefined && value !== false) {
            node.setAttribute(name, value === true ? "" : value);
        }
    }
    node.append(...children);
    return node;
}

/** A time of day, to the second. */
export const clockTime = (date) => date.toLocaleTimeString([], { hour: "2-digit", minute: "2-digit", second: "2-digit" });

/** A number of bytes in the unit that suits it. */
export function bytes(count) {
    if (count < 1024) {
        return `${count} bytes`;
    }
    return count < 1024 * 1024 ? `${(count / 1024).toFixed(1)} KiB` : `${(count / 1024 / 1024).toFixed(2)} MiB`;
}

/** What went wrong with a message, in words. */
export function reasonOf(reply) {
    const failure = reply?.failure;
    const text = reply?.error ?? failure?.reason ?? failure?.exception?.message ?? "the server cannot be reached";
    return String(text);
}
