/** The extensions: the names that bindings register them by, and their classes. */
export const extensions = Object.freeze({
    ack: "AckExtension",
    binary: "BinaryExtension",
    reload: "ReloadExtension",
    timestamp: "TimeStampExtension",
    timesync: "TimeSyncExtension",
});

/**
 * Registers an extension with a binding's own client, once.
 *
 * @param {CometD} cometd the client
 * @param {object} namespace where the classes are, such as `org.cometd`
 * @param {string} name one of `extensions`
 * @returns the extension
 */
export function registerExtension(cometd, namespace, name) {
    const registered = cometd.getExtension(name);
    if (registered) {
        return registered;
    }
    const Extension = namespace[extensions[name]];
    if (!Extension) {
        throw new Error(`${extensions[name]}.js must be loaded first`);
    }
    const extension = new Extension();
    cometd.registerExtension(name, extension);
    return extension;
}
