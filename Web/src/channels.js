/**
 * The kinds of channels, and the patterns that match one.
 *
 * @see Bayeux specification, "Channels" and "Channel globbing".
 */

/** Whether `channel` belongs to the protocol itself. */
export function isMeta(channel) {
    return channel.startsWith("/meta/");
}

/**
 * The wildcard channels that match `channel`, the nearest first.
 *
 * @param {string} channel such as `/a/b`
 * @returns {string[]} such as `["/a/*", "/a/**", "/**"]`
 */
export function wildcardsOf(channel) {
    const wildcards = [];
    let end = channel.lastIndexOf("/");
    if (end >= 0) {
        wildcards.push(`${channel.slice(0, end)}/*`);
    }
    while (end >= 0) {
        wildcards.push(`${channel.slice(0, end)}/**`);
        end = end === 0 ? -1 : channel.lastIndexOf("/", end - 1);
    }
    return wildcards;
}
