/**
 * Adds `dojox.cometd`, a client, and `dojox.CometD`, which makes others.
 *
 * @param kernel `dojo/_base/kernel`
 * @param namespace the library, module `cometd/cometd`
 * @returns `dojox.cometd`
 */
export function bindDojo(kernel, namespace) {
    const dojox = kernel.dojox ?? (kernel.global.dojox ??= {});
    dojox.CometD = namespace.CometD;
    dojox.cometd = new namespace.CometD();
    return dojox.cometd;
}
